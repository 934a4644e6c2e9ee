"""Ready-made pipelines that read characters."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from skclf import (
    EmbeddingLookup,
    EmbeddingTrainer,
    SequenceEncoder,
    make_text_classifier,
    to_onnx_pipeline,
)
from skclf.compose._recipes import ON_SEQUENCES, READY_MADE, WITH_VECTORS
from skclf.exceptions import CoverageWarning

KANA = [chr(code) for code in range(0x3042, 0x3090)]


def sentences(n, seed):
    """Sentences without blanks: one pair of characters says by its order the class."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    texts = []
    for label in y:
        text = "".join(rng.choice(KANA[2:], rng.integers(8, 16)))
        at = rng.integers(0, len(text) + 1)
        pair = KANA[0] + KANA[1] if label else KANA[1] + KANA[0]
        texts.append(text[:at] + pair + text[at:])
    return texts, y


TRAIN, TEST = sentences(400, seed=0), sentences(300, seed=1)


def on_table(texts):
    return pd.DataFrame(
        {"text": texts, "place": (["tokyo", "osaka"] * 200)[: len(texts)]}
    )


@pytest.mark.parametrize("name", ["tfidf-logreg", "tfidf-svm", "nb", "cnn", "bigru"])
def test_models_learn_from_a_pair_of_characters(name):
    params = {"classify__random_state": 0} if name in ON_SEQUENCES else {}
    model = make_text_classifier(name, analyzer="char", **params)
    assert model.fit(*TRAIN).score(*TEST) >= 0.9


@pytest.mark.parametrize("name", ["tfidf-logreg", "tfidf-svm", "nb"])
def test_linear_models_read_characters_inside_words_too(name):
    model = make_text_classifier(name, analyzer="char_wb")
    assert model.fit(*TRAIN).score(*TEST) >= 0.9


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tfidf-logreg", "cnn"])
def test_so_they_do_beside_a_table(name):
    model = make_text_classifier(name, analyzer="char", text="text", table=["place"])
    if name == "cnn":
        model.set_params(classify__random_state=0)
    model.fit(on_table(TRAIN[0]), TRAIN[1])
    assert model.score(on_table(TEST[0]), TEST[1]) >= 0.9


def analyzers(model):
    """The analyzers of all steps, in a vote of those of its members."""
    return {
        value
        for name, value in model.get_params().items()
        if name.endswith("analyzer") and isinstance(value, str)
    }


@pytest.mark.parametrize("on_columns", [False, True], ids=["texts", "table"])
@pytest.mark.parametrize("analyzer", ["char", "char_wb"])
@pytest.mark.parametrize("name", READY_MADE)
def test_every_name_reads_characters_and_no_words(name, analyzer, on_columns):
    columns = {"text": "text", "table": ["place"]} if on_columns else {}
    model = make_text_classifier(name, analyzer=analyzer, **columns)
    assert analyzers(model) == {analyzer}
    assert analyzers(clone(model)) == {analyzer}


@pytest.mark.parametrize("name", READY_MADE)
def test_words_are_read_by_default(name):
    assert "word" in analyzers(make_text_classifier(name))
    assert "char" not in analyzers(make_text_classifier(name))


@pytest.mark.parametrize("name", WITH_VECTORS)
def test_vectors_of_words_are_no_vectors_of_characters(name):
    with pytest.raises(ValueError, match=r"know no characters.*EmbeddingTrainer\(\)"):
        make_text_classifier(name, analyzer="char", vectors={"fire": [1.0]})


@pytest.mark.parametrize(
    ("name", "vectors"),
    [
        ("mlp", EmbeddingTrainer(vector_size=4, random_state=0)),
        ("cnn", EmbeddingLookup({kana: [1.0, 2.0] for kana in KANA})),
    ],
)
def test_vectors_of_characters_can_be_learned_or_looked_up(name, vectors):
    params = {"classify__epochs": 1, "classify__random_state": 0}
    model = make_text_classifier(name, analyzer="char", vectors=vectors, **params)
    assert model.fit(*sentences(60, 0)).predict(TEST[0][:3]).shape == (3,)


@pytest.mark.parametrize("wrong", ["chars", "Word", None, ["char"]])
def test_unknown_analyzers_are_named(wrong):
    with pytest.raises(ValueError, match=r"one of \['word', 'char', 'char_wb'\]"):
        make_text_classifier("cnn", analyzer=wrong)
    with pytest.raises(ValueError, match=r"Did you mean 'char'\?"):
        make_text_classifier("cnn", analyzer="chars")


def test_characters_go_through_onnx_and_pickle():
    pytest.importorskip("onnxruntime")
    model = make_text_classifier("vote", analyzer="char")
    nets = [p for p in model.get_params() if p.endswith("epochs")]
    model.set_params(**dict.fromkeys(nets, 1))
    model.fit(*sentences(80, 0))
    expected = model.predict_proba(TEST[0])
    for copy in (to_onnx_pipeline(model), pickle.loads(pickle.dumps(model))):
        assert np.abs(copy.predict_proba(TEST[0]) - expected).max() < 1e-5


def test_a_lookup_for_letters_says_what_it_gives():
    vectors = {letter: [1.0, 2.0] for letter in "abcdefghijklmnopqrstuvwxyz "}
    texts = ["forest fire", "no smoke"]
    letters = make_pipeline(SequenceEncoder(analyzer="char"), EmbeddingLookup(vectors))
    with pytest.warns(
        CoverageWarning, match="for a letter that of the word of one letter"
    ):
        letters.fit(texts)
    pairs = letters.set_params(sequenceencoder__ngram_range=(2, 2))
    with pytest.warns(
        CoverageWarning, match=r"Only 0% of the characters or n-grams.*EmbeddingTrainer"
    ):
        pairs.fit(texts)


def test_a_lookup_of_characters_that_are_words_is_fine():
    steps = (
        SequenceEncoder(analyzer="char"),
        EmbeddingLookup({"火": [1.0], "山": [2.0]}),
    )
    X = make_pipeline(*steps).fit_transform(["火山", "山火"])
    assert np.asarray(X)[:, :, 0].tolist() == [[1.0, 2.0], [2.0, 1.0]]
