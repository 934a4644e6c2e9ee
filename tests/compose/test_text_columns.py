"""Several columns of texts: each is read apart, by one pipeline of any kind."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer

import skclf
from skclf import (
    EmbeddingLookup,
    SequenceEncoder,
    TextAndTable,
    make_text_classifier,
    to_onnx_pipeline,
)
from skclf.embed import EmbeddedSequences
from skclf.sequence import TokenSequences

TITLES = ["bad thing", "lovely", "too small", "great fit", None, "love it"]
TEXTS = ["it tore at once", "a great dress", "sent it back", "so soft", "tore", "soft"]
FRAME = pd.DataFrame({"title": TITLES, "text": TEXTS, "age": range(30, 36)})
FRAME = pd.concat([FRAME] * 6, ignore_index=True)
Y = np.array(["no", "yes"] * 18)
COLUMNS = ["title", "text"]
WORDS = sorted({*" ".join([*filter(None, TITLES), *TEXTS]).split()} - {"fit"})
VECTORS = {word: [np.sin(i), np.cos(i)] for i, word in enumerate(WORDS)}
NETS = ("cnn", "bigru")


def make(name, **params):
    params = {"text": COLUMNS, "random_state": 0} | params
    model = make_text_classifier(name, **params)
    every = model.get_params()
    small = {key: 4 for key in every if key.endswith(("__units", "__filters"))}
    short = {key: 2 for key in every if key.endswith("__epochs")}
    return model.set_params(**small | short)


def beside(text, **params):
    params = {"text_column": COLUMNS, "table_columns": None} | params
    return TextAndTable(text, "drop", **params)


# What becomes of them


def test_features_stand_side_by_side():
    X = beside(TfidfVectorizer()).fit(FRAME.fillna(""))
    found = X.transform(FRAME.fillna(""))
    parts = [TfidfVectorizer().fit_transform(FRAME[c].fillna("")) for c in COLUMNS]
    np.testing.assert_allclose(found.toarray(), sparse.hstack(parts).toarray())
    names = X.get_feature_names_out()
    assert names[0] == "text__title__bad"
    assert names[-1] == "text__text__tore"
    assert [list(one.vocabulary_) != [] for one in X.text_] == [True, True]


def test_one_column_in_a_list_is_that_column():
    listed = beside(TfidfVectorizer(), text_column=["text"]).fit(FRAME)
    alone = beside(TfidfVectorizer(), text_column="text").fit(FRAME)
    assert listed.get_feature_names_out().tolist() == (
        alone.get_feature_names_out().tolist()
    )
    model = make_text_classifier("nb", text=["text"])
    assert model["inputs"].text_column == "text"


def test_sequences_follow_each_other_in_words_of_their_own():
    reader = beside(SequenceEncoder(max_len=4)).fit(FRAME)
    new = pd.DataFrame({"title": ["tore it", ""], "text": ["it fell", "bad fell it"]})
    found = reader.transform(new)
    assert isinstance(found, TokenSequences)
    words = [*found.vocabulary, *found.unknown_words]
    shown = [[words[i - 2] for i in row if i] for row in found.raw_ids.tolist()]
    expected = [["tore", "title: it", "text: it", "fell"], ["bad", "fell", "text: it"]]
    assert shown == expected
    # Nobody else sees that unknown words differ.
    assert np.asarray(found).max() < len(found.vocabulary) + 2


def test_vectors_are_those_of_each_word_in_each_column():
    from sklearn.pipeline import make_pipeline

    lookup = EmbeddingLookup(VECTORS | {"fell": [3.0, 4.0]})
    read = make_pipeline(SequenceEncoder(max_len=4), lookup)
    frame = FRAME.replace("lovely", "great back")
    reader = beside(read).fit(frame)
    new = pd.DataFrame(
        {"title": ["great fell", "soft"], "text": ["fell tore great", "back unheard"]}
    )
    found = reader.transform(new)
    assert isinstance(found, EmbeddedSequences)
    apart = [
        one.transform(new[c]) for one, c in zip(reader.text_, COLUMNS, strict=True)
    ]
    expected = np.concatenate([np.asarray(one) for one in apart], axis=1)
    np.testing.assert_array_equal(np.asarray(found), expected)
    rows = found.raw_ids
    assert found.vocabulary["title: great"] != found.vocabulary["text: great"]
    assert rows[0, 0] == found.vocabulary["title: great"]
    # The vocabulary has the same rows in all documents, others come behind it.
    n_words = len(found.vocabulary) + 2
    assert (reader.transform(frame).table[:n_words] == found.table[:n_words]).all()
    assert reader.transform(frame).fingerprint == found.fingerprint


def test_a_reader_of_its_own_is_a_copy():
    text = TfidfVectorizer()
    reader = beside(text).fit(FRAME.fillna(""))
    assert not hasattr(text, "vocabulary_")
    assert clone(reader).text_column == COLUMNS


# Pipelines


@pytest.fixture(scope="module")
def fitted():
    names = ("tfidf-logreg", "mlp", *NETS, "vote")
    return {name: make(name).fit(FRAME, Y) for name in names}


@pytest.mark.parametrize("name", ["tfidf-logreg", "nb", "tfidf-svm"])
def test_linear_models_tell_the_columns_apart(name):
    # The same word is for the one in titles, and for the other in texts.
    frame = pd.DataFrame({"title": ["so", "no"] * 20, "text": ["no", "so"] * 20})
    model = make(name).fit(frame, [1, 0] * 20)
    assert model.predict(frame[:2]).tolist() == [1, 0]


@pytest.mark.parametrize("name", ["mlp", *NETS, "vote"])
def test_nets_read_both(name, fitted):
    model = fitted[name]
    proba = model.predict_proba(FRAME)
    assert proba.shape == (len(FRAME), 2)
    for column in COLUMNS:
        other = FRAME.assign(**{column: FRAME[column][::-1].tolist()})
        assert np.abs(model.predict_proba(other) - proba).max() > 1e-6


@pytest.mark.parametrize("name", NETS)
def test_nets_train_vectors_of_each_column(name):
    lookup = EmbeddingLookup(VECTORS, oov="mean")
    model = make(name, vectors=lookup, table=["age"]).fit(FRAME, Y)
    assert model.predict(FRAME).shape == Y.shape
    small = to_onnx_pipeline(model)
    expected = model.predict_proba(FRAME)
    np.testing.assert_allclose(small.predict_proba(FRAME), expected, atol=1e-5)


@pytest.mark.parametrize("name", ["tfidf-logreg", "cnn", "vote"])
def test_goes_into_files(name, fitted, tmp_path):
    model = to_onnx_pipeline(fitted[name])
    skclf.save(model, tmp_path / "model.skclf")
    again = skclf.load(tmp_path / "model.skclf")
    expected = fitted[name].predict_proba(FRAME)
    np.testing.assert_allclose(again.predict_proba(FRAME), expected, atol=1e-5)
    FRAME.to_csv(tmp_path / "rows.csv", index=False)
    skclf.predict_file(model, tmp_path / "rows.csv", tmp_path / "out.csv")
    written = pd.read_csv(tmp_path / "out.csv")
    assert written["prediction"].tolist() == model.predict(FRAME).tolist()
    records = json.loads(FRAME[:3].to_json(orient="records"))
    assert (model.predict(records) == model.predict(FRAME[:3])).all()


def test_encodings_stand_apart(encoder_folder):
    model = make("encoder-logreg", encoder=encoder_folder).fit(FRAME, Y)
    assert model["inputs"].transform(FRAME).shape == (len(FRAME), 8 + 8)
    names = model["inputs"].get_feature_names_out()
    assert names[8] == "text__text__sentenceencoder0"
    vote = make("mlp", encoder=encoder_folder).fit(FRAME, Y)
    assert vote.predict(FRAME).shape == Y.shape


def test_beside_a_table():
    model = make("tfidf-logreg", table=["age"]).fit(FRAME, Y)
    assert model["inputs"].get_feature_names_out()[-1] == "table__age"
    skclf.compare({"logreg": model, "nb": make("nb")}, FRAME, Y, cv=3, verbose=0)


# What else looks at the texts


@pytest.mark.parametrize("name", ["tfidf-logreg", "vote"])
def test_explained_as_one_text(name, fitted):
    row = pd.DataFrame({"title": ["Too small"], "text": ["it tore"]})
    (found,) = skclf.explain(fitted[name], row)
    assert found.text == "Too small\nit tore"
    assert found.frame["word"].tolist() == ["Too", "small", "it", "tore"]
    (start, end) = found.frame.loc[2, ["start", "end"]]
    assert found.text[start:end] == "it"
    log_odds = [
        np.log(p / (1 - p))
        for p in fitted[name].predict_proba(
            pd.concat([row, row.assign(text="it  "), row.assign(title=" small")])
        )[:, 0]
    ]
    lost = found.frame["no"].to_numpy()[[3, 0]]
    np.testing.assert_allclose(lost, log_odds[0] - np.array(log_odds[1:]), atol=1e-5)


def test_unknown_words_of_all_columns(fitted):
    rows = pd.DataFrame({"title": ["bad xyzzy", "dress"], "text": ["it xyzzy", "bad"]})
    rate = skclf.unknown_rate(fitted["tfidf-logreg"], rows)
    assert rate.tolist() == [0.5, 0]
    assert skclf.unknown_rate(fitted["cnn"], rows).tolist() == [0.5, 0]


def test_rows_without_any_text_are_counted(fitted, tmp_path):
    rows = pd.DataFrame({"title": ["bad", None, None], "text": [None, "tore", None]})
    rows.to_csv(tmp_path / "rows.csv", index=False)
    out = tmp_path / "out.csv"
    summary = skclf.predict_file(fitted["tfidf-logreg"], tmp_path / "rows.csv", out)
    assert summary.without_text == 1


# What is wrong


@pytest.mark.parametrize("text", [[], ["title", 3], 3, {"title"}])
def test_no_columns(text):
    with pytest.raises(TypeError, match=r"as text(, or a list of names)?, got"):
        make_text_classifier("nb", text=text)


def test_wrong_columns():
    with pytest.raises(ValueError, match="each column once in text"):
        make_text_classifier("nb", text=["title", "title"])
    with pytest.raises(ValueError, match="as table, got 'title', too"):
        make_text_classifier("nb", text=COLUMNS, table=["title"])
    with pytest.raises(ValueError, match=r"columns \['titel'\] in X.*'title'"):
        make("nb", text=["titel", "text"]).fit(FRAME, Y)
    with pytest.raises(ValueError, match="at least one column in text_column"):
        beside(TfidfVectorizer(), text_column=[]).fit(FRAME)


class Moody(TfidfVectorizer):
    """Makes sequences of titles, and features of texts."""

    def fit_transform(self, raw_documents, y=None):
        if "lovely" in list(raw_documents):
            return SequenceEncoder().fit_transform(raw_documents)
        return super().fit_transform(raw_documents)


def test_the_same_of_each_column():
    with pytest.raises(TypeError, match=r"same of each column.*'tokens'"):
        beside(Moody()).fit(FRAME)


def test_served(fitted):
    testclient = pytest.importorskip("fastapi.testclient")
    from skclf.web import make_app

    client = testclient.TestClient(
        make_app(fitted["tfidf-logreg"]), base_url="http://localhost"
    )
    info = client.get("/info").json()
    assert (info["text_columns"], info["columns"]) == (COLUMNS, COLUMNS)
    rows = json.loads(FRAME[:2].to_json(orient="records"))
    answer = client.post("/predict", json={"rows": rows}).json()
    labels = [one["label"] for one in answer["predictions"]]
    assert labels == fitted["tfidf-logreg"].predict(FRAME[:2]).tolist()
    (found,) = client.post("/explain", json={"rows": rows[:1]}).json()["explanations"]
    assert found["text"] == "bad thing\nit tore at once"
