"""Pipelines on a sentence encoder: their steps, and that all else takes them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skclf
from skclf import SentenceEncoder, make_text_classifier, to_onnx_pipeline
from skclf.compose._recipes import READY_MADE
from skclf.embed._sentence_encoder import CACHE
from skclf.embed._sentence_graph import SentenceGraph
from skclf.text import TextCleaner

BAD = ["Fire in the forest!", "flood near the house", "help: a storm", "burning smoke"]
GOOD = ["a lovely day", "sunny beach, calm sea", "tea and cake", "happy friends"]
ENDS = ("", "on it", "is new", "we walk")
X = [f"{text} {end}" for end in ENDS for text in BAD + GOOD]
Y = np.array((["bad"] * 4 + ["good"] * 4) * 4)


@pytest.fixture
def model(encoder_folder):
    return make_text_classifier("encoder-logreg", encoder=encoder_folder)


def test_steps(model, encoder_folder):
    assert list(model.named_steps) == ["encode", "scale", "classify"]
    assert model["encode"].model == encoder_folder
    assert isinstance(model["scale"], StandardScaler)
    assert '``"encoder-logreg"``' in make_text_classifier.__doc__
    model = make_text_classifier(
        "encoder-logreg",
        encoder=str(encoder_folder),
        encode__prefix="query: ",
        classify__C=0.5,
        random_state=0,
    )
    assert model["encode"].prefix == "query: "
    assert model["classify"].C == 0.5
    assert model["classify"].random_state is not None


def test_raw_texts_are_encoded(model, encoder_folder):
    by_hand = make_pipeline(SentenceEncoder(encoder_folder), StandardScaler())
    vectors = model.fit(X, Y)[:-1].transform(X)
    np.testing.assert_allclose(vectors, by_hand.fit_transform(X), atol=1e-5)
    assert model.score(X, Y) == 1


def test_a_transformer_is_the_step_itself(encoder_folder):
    encoder = make_pipeline(TextCleaner(), SentenceEncoder(encoder_folder))
    model = make_text_classifier("encoder-logreg", encoder=encoder).fit(X, Y)
    assert repr(model["encode"]) == repr(encoder)
    assert model["encode"] is not encoder
    assert not hasattr(encoder[1], "n_features_out_")


def test_class_weight(encoder_folder):
    def share_of_bad(class_weight):
        model = make_text_classifier(
            "encoder-logreg", encoder=encoder_folder, class_weight=class_weight
        )
        model.set_params(classify__C=0.01)
        return model.fit(X, Y).predict_proba(X)[:, 0].mean()

    assert share_of_bad({"bad": 9}) > share_of_bad("balanced") + 0.1


def test_several_labels(model):
    both = np.column_stack([Y == "bad", [len(text) > 20 for text in X]]).astype(int)
    model.fit(X, both)
    assert model.predict(X).shape == both.shape
    assert (model.predict(X)[:, 0] == both[:, 0]).mean() > 0.9


def test_on_a_table(encoder_folder):
    frame = pd.DataFrame({"text": X, "kind": list("ab") * (len(X) // 2)})
    model = make_text_classifier(
        "encoder-logreg", encoder=encoder_folder, text="text", table=["kind"]
    ).fit(frame, Y)
    assert list(model.named_steps) == ["inputs", "classify"]
    assert model[0].transform(frame).shape == (len(X), 8 + 2)
    assert model.score(frame, Y) == 1


def test_onnx_file_and_clone(model, tmp_path):
    model.fit(X, Y)
    expected = model.predict_proba(X)
    small = to_onnx_pipeline(model)
    assert small["encode"].model_digest_ == model["encode"].model_digest_
    skclf.save(model, tmp_path / "model.skclf")
    versions = skclf.inspect_file(tmp_path / "model.skclf")["versions"]
    assert {"onnxruntime", "tokenizers"} <= versions.keys()
    for other in (small, skclf.load(tmp_path / "model.skclf"), clone(model).fit(X, Y)):
        CACHE.clear()
        np.testing.assert_allclose(other.predict_proba(X), expected, atol=1e-5)
        assert (other.predict(X) == model.predict(X)).all()


def test_folds_and_candidates_share_what_is_encoded(model, monkeypatch):
    CACHE.clear()
    lengths, tokens = [], SentenceGraph.tokens

    def counting(self, texts, max_length):
        lengths.append(len(texts))
        return tokens(self, texts, max_length)

    monkeypatch.setattr(SentenceGraph, "tokens", counting)
    GridSearchCV(model, {"classify__C": [0.1, 1, 10]}, cv=4).fit(X, Y)
    assert sum(lengths) == len(set(X))


def test_compare(model):
    result = skclf.compare({"encoder": model, "nb": "nb"}, X, Y, cv=3, verbose=0)
    assert "encoder" in str(result)


def test_explain_by_occlusion(model):
    (found,) = skclf.explain(model.fit(X, Y), ["Fire near the sea"])
    assert found.method == "occlusion"
    assert found.frame["word"].tolist() == ["Fire", "near", "the", "sea"]
    whole, without = model.predict_log_proba(["Fire near the sea", " near the sea"])
    lost = (whole[0] - whole[1]) - (without[0] - without[1])
    assert found.frame["bad"][0] == pytest.approx(lost, abs=1e-4)


@pytest.mark.parametrize("name", READY_MADE)
def test_others_take_no_encoder(name, encoder_folder):
    with pytest.raises(ValueError, match=rf"encoder=None for '{name}'.*encoder-logreg"):
        make_text_classifier(name, encoder=encoder_folder)


@pytest.mark.parametrize("encoder", [None, 3, b"folder", SentenceEncoder])
def test_an_encoder_is_needed(encoder):
    with pytest.raises(ValueError, match="Expected encoder for 'encoder-logreg'"):
        make_text_classifier("encoder-logreg", encoder=encoder)


def test_what_it_does_not_take(encoder_folder):
    def make(**params):
        return make_text_classifier("encoder-logreg", encoder=encoder_folder, **params)

    with pytest.raises(ValueError, match=r"vectors=None for 'encoder-logreg'"):
        make(vectors={"fire": [1.0]})
    with pytest.raises(ValueError, match=r"analyzer='word' for 'encoder-logreg'"):
        make(analyzer="char")
    with pytest.raises(ValueError, match=r"Invalid parameter 'clean__language'"):
        make(clean__language="german")
    with pytest.raises(ValueError, match=r"mean 'encoder-logreg'\?"):
        make_text_classifier("encoder_logreg", encoder=encoder_folder)
