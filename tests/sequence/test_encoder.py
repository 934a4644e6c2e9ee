"""Texts to padded ids."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import FeatureUnion

from skclf import SequenceEncoder
from skclf.sequence import _encoder
from skclf.testing import check_text_transformer

TEXTS = ["the fire the smoke", "the fire", "", "smoke the hill over there"]


def ids(encoder, texts):
    return np.asarray(encoder.transform(texts)).tolist()


@pytest.mark.parametrize(
    "encoder",
    [
        SequenceEncoder(),
        SequenceEncoder(padding="pre", truncating="pre", max_len=2),
        SequenceEncoder(handle_unknown="drop", max_words=5),
        SequenceEncoder(token_pattern=r"\b\w+\b"),
        SequenceEncoder(tokenizer=str.split),
    ],
    ids=str,
)
def test_passes_the_checks_of_text_transformers(encoder):
    check_text_transformer(encoder)


def test_vocabulary_is_ordered_by_frequency_then_alphabet():
    encoder = SequenceEncoder().fit(TEXTS)
    assert list(encoder.vocabulary_) == [
        "the", "fire", "smoke", "hill", "over", "there"
    ]  # fmt: skip
    assert list(encoder.vocabulary_.values()) == [2, 3, 4, 5, 6, 7]
    assert encoder.n_words_ == 6
    assert encoder.fit(TEXTS[::-1]).vocabulary_ == encoder.vocabulary_


def test_max_words_and_min_count_limit_the_vocabulary():
    assert list(SequenceEncoder(max_words=1).fit(TEXTS).vocabulary_) == ["the"]
    encoder = SequenceEncoder(min_count=2).fit(TEXTS)
    assert list(encoder.vocabulary_) == ["the", "fire", "smoke"]
    assert encoder.unknown_rate_ == pytest.approx(3 / 11)


@pytest.mark.parametrize(
    ("max_len", "expected", "truncated"),
    [(1.0, 5, 0), (0.5, 4, 0.25), (3, 3, 0.5), (1, 1, 0.75), (9, 9, 0)],
)
def test_length_is_a_number_or_a_quantile(max_len, expected, truncated):
    encoder = SequenceEncoder(max_len=max_len).fit(TEXTS)
    assert encoder.max_len_ == expected
    assert encoder.truncated_rate_ == truncated


@pytest.mark.parametrize(
    ("padding", "truncating", "expected"),
    [
        ("post", "post", [[3, 0, 0], [2, 3, 4]]),
        ("pre", "post", [[0, 0, 3], [2, 3, 4]]),
        ("post", "pre", [[3, 0, 0], [3, 4, 5]]),
        ("pre", "pre", [[0, 0, 3], [3, 4, 5]]),
    ],
)
def test_padding_and_truncating(padding, truncating, expected):
    encoder = SequenceEncoder(max_len=3, padding=padding, truncating=truncating)
    encoder.fit(["a b c d"])
    for times in (1, 9):  # a few documents, and many
        assert ids(encoder, ["b", "a b c d"] * times) == expected * times


def test_unknown_words_are_one_or_left_out():
    encoder = SequenceEncoder(max_len=4).fit(["fire smoke"])
    assert ids(encoder, ["old fire new smoke"]) == [[1, 2, 1, 3]]
    encoder.set_params(handle_unknown="drop")
    assert ids(encoder, ["old fire new smoke", "old"]) == [[2, 3, 0, 0], [0, 0, 0, 0]]


def test_truncation_comes_after_dropping_unknown_words():
    encoder = SequenceEncoder(max_len=2, handle_unknown="drop").fit(["fire smoke"])
    assert ids(encoder, ["a b c fire d smoke"]) == [[2, 3]]


def test_unknown_words_travel_with_the_ids():
    X = SequenceEncoder(max_len=3).fit(["fire"]).transform(["new fire", "old new"])
    assert X.unknown_words == ["new", "old"]
    assert X.raw_ids.tolist() == [[3, 2, 0], [4, 3, 0]]


def test_token_pattern_and_tokenizer():
    texts = ["Fire, fire!", "no-fire"]
    assert list(SequenceEncoder(token_pattern=r"(?i)fire").fit(texts).vocabulary_) == [
        "fire",
        "Fire",
    ]
    assert list(SequenceEncoder(token_pattern=r"(\w)\w+").fit(texts).vocabulary_) == [
        "f",
        "F",
        "n",
    ]
    letters = SequenceEncoder(tokenizer=list).fit(["ab"])
    assert ids(letters, ["ba"]) == [[3, 2]]


def test_inverse_transform_writes_texts():
    encoder = SequenceEncoder(min_count=2, padding="pre").fit(TEXTS)
    texts = encoder.inverse_transform(encoder.transform(TEXTS))
    assert texts.tolist() == [
        "the fire the smoke",
        "the fire",
        "",
        "smoke the <unk> <unk> <unk>",
    ]
    with pytest.raises(ValueError, match="Expected ids from 0 to 4, got 0 to 9"):
        encoder.inverse_transform([[0, 9]])
    with pytest.raises(ValueError, match="Expected token ids of shape"):
        encoder.inverse_transform([[0.5]])


def test_feature_names_are_the_positions():
    encoder = SequenceEncoder(max_len=2).fit(TEXTS)
    assert encoder.get_feature_names_out().tolist() == ["token_0", "token_1"]


def test_fit_transform_cuts_into_words_once():
    calls = []

    def tokenizer(text):
        calls.append(text)
        return text.split()

    SequenceEncoder(tokenizer=tokenizer).fit_transform(TEXTS)
    assert calls == TEXTS


@pytest.mark.parametrize("max_len", [1.0, 0.5, 3])
def test_chunks_are_learned_like_all_texts_at_once(max_len):
    params = {"max_len": max_len, "min_count": 2, "max_words": 3}
    texts = [*TEXTS, "the fire", "fire fire on the hill", "the hill"]
    whole = SequenceEncoder(**params).fit(texts)
    chunks = (texts[start : start + 2] for start in range(0, len(texts), 2))
    parts = SequenceEncoder(**params).fit_chunks(chunks)
    assert vars(parts) == vars(whole)


def test_chunks_cannot_be_counted_without_unknown_words():
    with pytest.raises(ValueError, match="Expected handle_unknown='token' for texts"):
        SequenceEncoder(handle_unknown="drop").fit_chunks([["fire"]])


def test_vocabulary_is_learned_in_fit_only():
    encoder = SequenceEncoder().fit(["fire"])
    before = dict(encoder.vocabulary_)
    encoder.transform(["smoke", "hill"])
    assert encoder.vocabulary_ == before
    assert not hasattr(clone(encoder), "vocabulary_")


def test_feature_union_flattens_to_a_matrix():
    union = FeatureUnion([("a", SequenceEncoder(max_len=2)), ("b", SequenceEncoder())])
    assert union.fit_transform(["fire smoke", "fire"]).tolist() == [
        [2, 3, 2, 3],
        [2, 0, 2, 0],
    ]


def test_no_documents_to_transform_is_an_empty_matrix():
    assert SequenceEncoder(max_len=2).fit(["fire"]).transform([]).shape == (0, 2)


@pytest.mark.parametrize(
    ("texts", "params", "message"),
    [
        ([], {}, r"Found array with 0 sample\(s\)"),
        (["", None], {}, "empty vocabulary; all documents are empty"),
        (["fire"], {"min_count": 2}, "no word occurs 2 times. Lower min_count"),
        (["fire"], {"max_len": 0}, "'max_len' parameter of SequenceEncoder must be"),
        (["fire"], {"max_len": True}, r"an int or a float in \(0, 1\]. Got True"),
        (["fire"], {"max_len": 1.5}, "'max_len' parameter of SequenceEncoder must be"),
        (["fire"], {"padding": "left"}, "'padding' parameter"),
        (["fire"], {"token_pattern": "("}, r"regular expression as token_pattern"),
        (["fire"], {"token_pattern": "(a)(b)"}, "at most one group in token_pattern"),
        (
            ["fire"],
            {"token_pattern": "a", "tokenizer": str.split},
            "Expected `tokenizer` or `token_pattern`, got both",
        ),
    ],
)
def test_bad_input_is_a_clear_error(texts, params, message):
    with pytest.raises(ValueError, match=message):
        SequenceEncoder(**params).fit(texts)


@pytest.mark.parametrize(
    ("tokenizer", "message"),
    [
        (str.lower, "a list of words from tokenizer, got 'big fire'"),
        (len, "a list of words from tokenizer, got 8"),
        (lambda text: None, "got None. Return one string for each word"),
        (str.encode, r"words of type str from tokenizer, got 66 \(int\)"),
        (lambda text: ["big", None], r"got None \(NoneType\)"),
    ],
    ids=["str", "int", "None", "bytes", "list with None"],
)
def test_tokenizer_has_to_return_strings(tokenizer, message):
    with pytest.raises(TypeError, match=message):
        SequenceEncoder(tokenizer=tokenizer).fit(["Big fire"])


def test_any_iterable_of_strings_is_fine_from_a_tokenizer():
    def tokenizer(text):
        return iter(np.array(text.split()))

    assert ids(SequenceEncoder(tokenizer=tokenizer).fit(["a b"]), ["b a"]) == [[3, 2]]


@pytest.mark.parametrize("wrong", [5, np.array(5), None, np.array(None)], ids=repr)
def test_inverse_transform_needs_a_matrix(wrong):
    encoder = SequenceEncoder().fit(["fire"])
    with pytest.raises(ValueError, match=r"Expected token ids .* of shape \(\)"):
        encoder.inverse_transform(wrong)


def test_wrong_parameter_name_gets_a_suggestion():
    with pytest.raises(ValueError, match="Did you mean 'max_words'"):
        SequenceEncoder().set_params(max_word=3)


@pytest.mark.parametrize(
    "params",
    [{}, {"max_len": 2, "truncating": "pre"}, {"handle_unknown": "drop"}],
    ids=str,
)
def test_many_documents_are_encoded_a_few_at_a_time(params, tweets, monkeypatch):
    texts, _ = tweets
    encoder = SequenceEncoder(max_words=50, **params)
    together = encoder.fit_transform(texts)
    monkeypatch.setattr(_encoder, "_BATCH", 7)
    for X in (encoder.fit(texts).transform(texts), encoder.fit_transform(texts)):
        assert X.raw_ids.tolist() == together.raw_ids.tolist()
        assert X.unknown_words == together.unknown_words
        assert X.vocabulary == together.vocabulary


def test_wrong_parameter_after_fit_is_refused_in_transform():
    encoder = SequenceEncoder().fit(["fire"])
    encoder.transform(["fire"])
    with pytest.raises(ValueError, match="'padding' parameter of SequenceEncoder"):
        encoder.set_params(padding="left").transform(["fire"])


def test_transform_before_fit():
    with pytest.raises(NotFittedError):
        SequenceEncoder().transform(["fire"])
