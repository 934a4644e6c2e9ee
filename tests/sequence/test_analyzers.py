"""Words, characters and n-grams, and tokenizers of Hugging Face."""

import pickle

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer

import skclf
from skclf import SequenceEncoder
from skclf.testing import check_text_transformer

TEXTS = [
    "forest  fire near la ronge",
    "山火事",
    "a",
    "  ",
    "",
    "the fire the smoke ",
    "é",
]


def tokens(encoder, text):
    """What the encoder makes of a text, by the ids."""
    words = ["<pad>", "<unk>", *encoder.vocabulary_]
    (ids,) = encoder.transform([text])
    return [words[i] for i in ids if i]


@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
@pytest.mark.parametrize("ngram_range", [(1, 1), (1, 3), (2, 2), (3, 5)])
def test_tokens_and_their_order_are_those_of_count_vectorizer(analyzer, ngram_range):
    params = {"analyzer": analyzer, "ngram_range": ngram_range}
    theirs = CountVectorizer(token_pattern=r"\S+", **params).build_analyzer()
    encoder = SequenceEncoder(**params).fit(TEXTS)
    assert [tokens(encoder, text) for text in TEXTS] == [theirs(text) for text in TEXTS]


def test_words_of_n_grams_are_those_of_pattern_or_tokenizer():
    pattern = SequenceEncoder(token_pattern=r"\w+", ngram_range=(1, 2))
    assert tokens(pattern.fit(["a-b c"]), "a-b") == ["a", "b", "a b"]
    halves = SequenceEncoder(tokenizer=lambda text: text.split("|"), ngram_range=(2, 2))
    assert tokens(halves.fit(["a|b|c"]), "a|b|c") == ["a b", "b c"]


@pytest.mark.parametrize(
    "params",
    [
        {"analyzer": "char"},
        {"analyzer": "char", "ngram_range": (1, 3), "min_count": 2},
        {"analyzer": "char_wb", "ngram_range": (2, 3), "handle_unknown": "drop"},
        {"ngram_range": (1, 2), "max_len": 0.9},
    ],
    ids=str,
)
def test_passes_the_checks_of_text_transformers(params):
    check_text_transformer(SequenceEncoder(**params))


def test_characters_are_written_as_text_again():
    encoder = SequenceEncoder(analyzer="char").fit(["forest fire", "山火事"])
    assert encoder.inverse_transform(encoder.transform(["fires 山"])).tolist() == [
        "fires 山"
    ]
    assert encoder.inverse_transform(encoder.transform(["fix"]))[0] == "fi<unk>"
    pairs = SequenceEncoder(analyzer="char", ngram_range=(2, 2)).fit(["火山灰"])
    assert pairs.inverse_transform(pairs.transform(["火山灰"]))[0] == "火山 山灰"


def test_vocabularies_that_differ_have_another_fingerprint():
    """A character may be a newline, which parts words in the text that is digested."""
    texts = ["a\nb", "c"], ["a", "b\nc"]
    halves = SequenceEncoder(tokenizer=lambda text: [text])
    first, second = (halves.fit(t).transform(t) for t in texts)
    assert list(first.vocabulary) != list(second.vocabulary)
    assert first.vocabulary_fingerprint != second.vocabulary_fingerprint


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"analyzer": "chars"}, "'analyzer' parameter of SequenceEncoder must be"),
        ({"analyzer": len}, "'analyzer' parameter of SequenceEncoder must be"),
        (
            {"analyzer": "char", "tokenizer": str.split},
            "tokenizer=None for analyzer='char'",
        ),
        (
            {"analyzer": "char_wb", "token_pattern": r"\w+"},
            "token_pattern=None for analyzer='char_wb'",
        ),
        ({"ngram_range": (2, 1)}, r"1 <= n <= m. Got \(2, 1\)"),
        ({"ngram_range": (0, 1)}, r"1 <= n <= m. Got \(0, 1\)"),
        ({"ngram_range": [1, 2]}, r"a tuple of two ints. Got \[1, 2\]"),
        ({"ngram_range": (1, 2, 3)}, "a tuple of two ints"),
        ({"ngram_range": (1.0, 2.0)}, "a tuple of two ints"),
        ({"ngram_range": (True, 2)}, "a tuple of two ints"),
        ({"ngram_range": 2}, "a tuple of two ints. Got 2"),
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["fit", "fit_transform", "transform"])
def test_what_has_no_effect_or_is_wrong_is_an_error(params, message, method):
    encoder = SequenceEncoder().fit(TEXTS).set_params(**params)
    with pytest.raises(ValueError, match=message):
        getattr(encoder, method)(TEXTS)


@pytest.fixture
def tokenizer():
    """A tokenizer of subwords that puts [CLS] and [SEP] around, and pads."""
    tokenizers = pytest.importorskip("tokenizers")
    special = ["[UNK]", "[PAD]", "[CLS]", "[SEP]"]
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=60, special_tokens=special, show_progress=False
    )
    texts = ["the house is on fire", "forest and in the forest"] * 10
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.enable_padding(length=12)
    return tokenizer


def test_a_hugging_face_tokenizer_gives_its_tokens_only(tokenizer):
    encoder = SequenceEncoder(tokenizer=tokenizer).fit(["the forest fires", ""])
    assert tokens(encoder, "the forest fires") == ["the", "forest", "fire", "s"]
    assert encoder.max_len_ == 4
    assert list(encoder.vocabulary_.values()) == [2, 3, 4, 5]  # no ids of its own
    assert tokens(encoder, "a\ud800b") == ["<unk>"] * 3  # [UNK] is new to the encoder
    padding = tokenizer.padding
    assert padding["length"] == 12  # left as it was


def test_an_encoder_with_such_a_tokenizer_is_like_any_other(tokenizer, tmp_path):
    encoder = SequenceEncoder(tokenizer=tokenizer, ngram_range=(1, 2))
    check_text_transformer(encoder)
    assert len(repr(encoder)) < 2000
    encoder.fit(["the forest fires"])
    expected = np.asarray(encoder.transform(["fires"]))
    joblib.dump(encoder, tmp_path / "encoder.joblib")
    skclf.save(encoder, tmp_path / "encoder.skclf")
    for copy in (
        pickle.loads(pickle.dumps(encoder)),
        clone(encoder).fit(["the forest fires"]),
        joblib.load(tmp_path / "encoder.joblib"),
        skclf.load(tmp_path / "encoder.skclf", trusted=True),
    ):
        assert np.array_equal(copy.transform(["fires"]), expected)


def test_a_tokenizer_that_cuts_texts_is_named(tokenizer):
    tokenizer.enable_truncation(2)
    encoder = SequenceEncoder(tokenizer=tokenizer)
    for fit in (encoder.fit, encoder.fit_transform):
        with pytest.warns(UserWarning, match=r"cuts texts to 2 tokens.*no_truncation"):
            fit(["the forest fires"])


def test_a_mapping_is_no_list_of_words():
    """As from a tokenizer of transformers that is called: its keys are no words."""
    encoder = SequenceEncoder(tokenizer=lambda text: {"input_ids": [2, 3]})
    with pytest.raises(TypeError, match=r"keys \['input_ids'\].*tokenizer.tokenize"):
        encoder.fit(TEXTS)
