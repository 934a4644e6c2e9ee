"""Texts without blanks between words are named where words are learned."""

import pytest

from skclf import SequenceEncoder, TextCleaner, TopicFeatures, make_text_classifier
from skclf.datasets import make_tweets
from skclf.exceptions import SegmentationWarning
from skclf.text._unsegmented import warn_if_unsegmented

JAPANESE = [
    "今日は東京で大きな火事がありました。",
    "明日は晴れるでしょう",
    "iPhoneを買いました、とても便利です",
]
SENTENCES = {
    "japanese": JAPANESE,
    "chinese": ["北京今天天气很好", "我喜欢这部电影，非常精彩！", "森林发生大火"],
    "thai": ["วันนี้มีไฟไหม้ใหญ่ในกรุงเทพ", "พรุ่งนี้ฝนจะตกหนัก ระวังน้ำท่วม"],
    "lao and khmer": ["ມື້ນີ້ມີໄຟໄໝ້ໃຫຍ່", "ថ្ងៃនេះមានភ្លើងឆេះធំ"],
    "burmese": ["ယနေ့မီးကြီးလောင်နေသည်"],
    "korean without blanks": ["오늘서울에서큰화재가발생했습니다"],
    "genes": ["ACGTACGTTTAGCACGTACGTACGTACGT" * 2],
    "most of them": [*JAPANESE, "forest fire", ""],
}
WORDS = {
    "english": ["Forest fire near La Ronge", "It's a lovely day!", "establishment"],
    "german": ["Rechtsschutzversicherungsgesellschaften", "Bundesgericht"],
    "hashtags": ["#thisiswhatdemocracylookslike", "#MakeAmericaGreatAgain"],
    "links": ["https://example.com/averyveryverylongpathwithoutanyblanks"],
    "names": ["@averylongnameofsomebodyontheinternet"],
    "numbers": ["10000000000000000000000000000000000"],
    "japanese, parted": ["今日 は 東京 で 大きな 火事 が あり まし た"],
    "thai, parted": ["วันนี้ มี ไฟไหม้ ใหญ่ ใน กรุงเทพ"],
    "korean": ["오늘 서울에서 큰 화재가 발생했습니다"],
    "words": ["火事", "東京", "大学"],
    "few of them": [*JAPANESE[:1], "forest fire", "smoke"],
    "none": ["", " "],
}  # fmt: skip


@pytest.mark.parametrize("texts", SENTENCES.values(), ids=SENTENCES)
def test_texts_of_one_word_a_sentence_are_named(texts):
    for docs in (texts, TextCleaner().transform(texts).tolist()):
        with pytest.warns(SegmentationWarning, match=r'analyzer="char".*tokenizer='):
            warn_if_unsegmented(docs)


@pytest.mark.parametrize("texts", WORDS.values(), ids=WORDS)
def test_no_false_alarm(texts):
    warn_if_unsegmented(texts)
    warn_if_unsegmented(TextCleaner().transform(texts).tolist())


def test_no_false_alarm_on_the_sample():
    tweets = make_tweets(300, random_state=0).data["text"].tolist()
    warn_if_unsegmented(tweets)


@pytest.mark.parametrize("params", [{}, {"token_pattern": r"\w+"}, {"max_len": 3}])
@pytest.mark.parametrize("method", ["fit", "fit_transform"])
def test_the_encoder_names_them(params, method):
    with pytest.warns(SegmentationWarning):
        getattr(SequenceEncoder(**params), method)(JAPANESE)


@pytest.mark.parametrize(
    "params",
    [{"analyzer": "char"}, {"analyzer": "char_wb"}, {"tokenizer": list}],
    ids=str,
)
def test_nothing_is_said_where_characters_or_a_tokenizer_part_them(params):
    SequenceEncoder(**params).fit(JAPANESE)


@pytest.mark.parametrize("name", ["tfidf-logreg", "tfidf-svm", "nb", "mlp"])
def test_linear_models_name_them(name):
    model = make_text_classifier(name)[:-1]
    with pytest.warns(SegmentationWarning):
        model.fit(JAPANESE * 2)
    make_text_classifier(name, analyzer="char")[:-1].fit(JAPANESE * 2)


def test_topics_name_them():
    with pytest.warns(SegmentationWarning):
        TopicFeatures(1, min_df=1, random_state=0).fit(JAPANESE)
