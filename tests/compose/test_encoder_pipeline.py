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
from skclf.compose._recipes import READY_MADE, WITH_ENCODER
from skclf.embed._sentence_encoder import CACHE
from skclf.embed._sentence_graph import SentenceGraph
from skclf.exceptions import CoverageWarning
from skclf.text import TextCleaner

pytest.importorskip("onnx")
from tiny_encoder import write_encoder

BAD = ["Fire in the forest!", "flood near the house", "help: a storm", "burning smoke"]
GOOD = ["a lovely day", "sunny beach, calm sea", "tea and cake", "happy friends"]
ENDS = ("", "on it", "is new", "we walk")
X = [f"{text} {end}" for end in ENDS for text in BAD + GOOD]
Y = np.array((["bad"] * 4 + ["good"] * 4) * 4)


@pytest.fixture
def model(encoder_folder):
    # Few texts, which a random encoder does not understand.
    return make_text_classifier("encoder-logreg", encoder=encoder_folder, classify__C=1)


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
    )
    model.set_params(classify__C=1).fit(frame, Y)
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


# Beside other features, and as a member

BESIDE = sorted({*WITH_ENCODER} & {*READY_MADE})
NETS = {"linear": ["clean", "vectorize", "classify"]}
NETS |= {name: ["clean", "encode", "classify"] for name in ("cnn", "bigru")}
ENCODER = {"encoder": ["encode", "scale", "classify"]}


def short(name, encoder, **params):
    """A ready-made pipeline whose nets train for two epochs."""
    model = make_text_classifier(name, encoder=encoder, random_state=0, **params)
    every = model.get_params()
    short = {key: 2 for key in every if key.endswith("__epochs")}
    small = {key: 4 for key in every if key.endswith("__units")}
    return model.set_params(**short | small)


@pytest.fixture(scope="module")
def fitted(encoder_folder):
    """Models with an encoder beside other features, and as a member."""
    return {name: short(name, encoder_folder).fit(X, Y) for name in BESIDE}


@pytest.mark.parametrize("name", ["vote", "stack"])
def test_a_member_reads_raw_texts(name, encoder_folder):
    model = make_text_classifier(name, encoder=encoder_folder)
    assert list(model.named_steps) == ["classify"]
    members = dict(model["classify"].estimators)
    steps = {name: list(one.named_steps) for name, one in members.items()}
    assert steps == NETS | ENCODER
    without = make_text_classifier(name)["classify"].get_params(deep=False)
    assert len(without["estimators"]) == len(members) - 1
    if name == "vote":
        assert len(model["classify"].weights) == len(members)


def test_a_net_reads_vectors_beside_its_features(fitted, encoder_folder):
    parts = dict(fitted["mlp"]["vectorize"].transformer_list)
    assert list(parts) == ["cleaned", "raw", "statistics", "sentences"]
    by_hand = make_pipeline(SentenceEncoder(encoder_folder), StandardScaler())
    weight = fitted["mlp"]["vectorize"].transformer_weights["sentences"]
    features = fitted["mlp"]["vectorize"].transform(X).toarray()
    expected = by_hand.fit_transform(X) * weight
    np.testing.assert_allclose(features[:, -8:], expected, atol=1e-5)
    names = fitted["mlp"]["vectorize"].get_feature_names_out()
    assert names[-1] == "sentences__sentenceencoder7"


def test_word_vectors_and_an_encoder(encoder_folder):
    vectors = {"fire": [1.0, 0.0], "sunny": [0.0, 1.0], "day": [0.5, 0.5]}
    model = short("mlp", encoder_folder, vectors=vectors)
    cleaned = dict(model["vectorize"].transformer_list)["cleaned"]
    parts = [name for name, _ in cleaned["vectorize"].transformer_list]
    assert parts == ["words", "characters", "vectors"]
    with pytest.warns(CoverageWarning):
        assert model.fit(X, Y).predict_proba(X).shape == (len(X), 2)


@pytest.mark.parametrize("name", BESIDE)
def test_the_encoder_counts(name, fitted, tmp_path):
    """Another encoder in the same place makes other probabilities."""
    model = fitted[name]
    other = short(name, write_encoder(tmp_path / "other", seed=5)).fit(X, Y)
    assert np.abs(other.predict_proba(X) - model.predict_proba(X)).max() > 1e-5


@pytest.mark.parametrize("name", BESIDE)
def test_goes_along_into_files(name, fitted, tmp_path):
    model = fitted[name]
    expected = model.predict_proba(X)
    small = to_onnx_pipeline(model)
    skclf.save(small, tmp_path / "model.skclf")
    for one in (small, skclf.load(tmp_path / "model.skclf")):
        CACHE.clear()
        np.testing.assert_allclose(one.predict_proba(X), expected, atol=1e-5)


@pytest.mark.parametrize("name", ["mlp", "vote"])
def test_weights_of_classes(name, encoder_folder):
    shares = []
    for weight in (0.01, 100):
        model = short(name, encoder_folder, class_weight={"bad": weight})
        shares.append(model.fit(X, Y).predict_proba(X)[:, 0].mean())
    assert shares[0] < shares[1] - 0.02


def test_explain_and_unknown_words(fitted):
    texts = ["Fire near the xyzzy"]
    (found,) = skclf.explain(fitted["vote"], texts)
    assert list(found.members) == ["linear", "cnn", "bigru", "encoder"]
    assert found.frame["word"].tolist() == ["Fire", "near", "the", "xyzzy"]
    (alone,) = skclf.explain(fitted["vote"]["classify"].estimators_[3], texts)
    of_member = found.members["encoder"].frame["bad"]
    np.testing.assert_allclose(of_member, alone.frame[0], atol=1e-5)
    # To an encoder no word is unknown; the others tell.
    assert skclf.unknown_rate(fitted["mlp"], ["on fire", "1!"]).tolist() == [0, 1]


def test_an_encoder_alone_tells_no_unknown_words(model):
    with pytest.raises(ValueError, match="which words it knows"):
        skclf.unknown_rate(model.fit(X, Y), X)


@pytest.mark.parametrize("name", ["mlp", "vote"])
def test_beside_a_table(name, encoder_folder):
    frame = pd.DataFrame({"text": X, "kind": list("ab") * (len(X) // 2)})
    model = short(name, encoder_folder, text="text", table=["kind"]).fit(frame, Y)
    assert model.predict(frame).shape == Y.shape
    whole, swapped = (
        model.predict_proba(frame.assign(kind=kind)) for kind in ("a", "b")
    )
    assert np.abs(whole - swapped).max() > 1e-4


def test_a_file_of_rows(fitted, tmp_path):
    pd.DataFrame({"text": X}).to_csv(tmp_path / "rows.csv", index=False)
    skclf.predict_file(fitted["vote"], tmp_path / "rows.csv", tmp_path / "out.csv")
    written = pd.read_csv(tmp_path / "out.csv")
    assert written["prediction"].tolist() == fitted["vote"].predict(X).tolist()


@pytest.mark.parametrize("name", sorted({*READY_MADE} - {*WITH_ENCODER}))
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
