"""Static encoders, as model2vec makes them: the mean of vectors of known tokens."""

import pickle
import shutil

import numpy as np
import pytest

from skclf import SentenceEncoder, inspect_file, make_text_classifier, save
from skclf.embed._sentence_encoder import CACHE
from skclf.exceptions import MissingResourceError
from skclf.testing import check_text_transformer

tokenizers = pytest.importorskip("tokenizers")
pytest.importorskip("onnx")
pytest.importorskip("safetensors")

from tiny_encoder import (  # noqa: E402
    DIM,
    WORDS,
    make_graph,
    weights,
    write_encoder,
    write_static,
)

TABLE = weights()[0]
TEXTS = ["Fire near the sea!", "fire whatsoever fire", "unheard-of", "", None]
KNOWN = [["fire", "near", "the", "sea", "!"], ["fire", "fire"], ["of"], [], []]


@pytest.fixture(autouse=True)
def nothing_kept():
    CACHE.clear()
    yield
    CACHE.clear()


@pytest.fixture
def folder(tmp_path):
    return write_static(tmp_path / "static")


def means(table):
    """The mean of the vectors of each text's known words; zeros without any."""
    rows = [[WORDS.index(word) for word in words] for words in KNOWN]
    return np.array([table[row].mean(axis=0) if row else np.zeros(DIM) for row in rows])


def test_vectors(folder):
    encoder = SentenceEncoder(folder, normalize=False)
    vectors = encoder.fit_transform(TEXTS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, means(TABLE), atol=1e-6)
    assert encoder.pooling_ is None
    assert encoder.n_features_out_ == DIM
    unit = SentenceEncoder(folder).fit_transform(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), [1, 1, 1, 0, 0], atol=1e-6)


def test_keeps_the_promises_of_text_transformers(folder):
    check_text_transformer(SentenceEncoder(folder))


def test_normalisation_of_the_configuration(tmp_path):
    path = write_static(tmp_path / "e", config={"normalize": True})
    vectors = SentenceEncoder(path, normalize=False).fit_transform(["fire sea"])
    assert np.linalg.norm(vectors) == pytest.approx(1)


def test_weights_and_tokens_that_share_a_vector(tmp_path):
    rng = np.random.default_rng(0)
    rows = rng.integers(5, size=len(WORDS))
    scale = rng.uniform(0.5, 2, size=len(WORDS))
    table = TABLE[:5].astype(np.float16)
    path = write_static(tmp_path / "e", embeddings=table, mapping=rows, weights=scale)
    vectors = SentenceEncoder(path, normalize=False).fit_transform(TEXTS)
    expected = means(table.astype(np.float32)[rows] * scale[:, None])
    np.testing.assert_allclose(vectors, expected, atol=1e-5)


def test_texts_that_are_too_long(folder, tmp_path):
    encoder = SentenceEncoder(folder, max_length=3, normalize=False)
    assert encoder.fit(["fire whatsoever sea"]).n_truncated_ == 0
    with pytest.warns(UserWarning, match="1 of 1 texts have more than 3 tokens"):
        vectors = encoder.transform(["fire whatsoever sea tea"])
    expected = TABLE[[WORDS.index("fire"), WORDS.index("sea")]].mean(axis=0)
    np.testing.assert_allclose(vectors[0], expected, atol=1e-6)
    path = write_static(tmp_path / "e", config={"max_length": 3})
    assert SentenceEncoder(path).fit(["fire"]).max_length_ == 3
    assert SentenceEncoder(path, max_length=1).fit(["fire"]).max_length_ == 1


def test_unknown_pieces_of_unigrams_do_not_count(folder):
    pieces = [("<unk>", 0.0), ("▁fire", -1.0), ("▁sea", -1.0)]
    tokenizer = tokenizers.Tokenizer(tokenizers.models.Unigram(pieces, unk_id=0))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    tokenizer.save(str(folder / "tokenizer.json"))
    encoder = SentenceEncoder(folder, normalize=False)
    vectors = encoder.fit_transform(["fire 東京 sea", "東京"])
    np.testing.assert_allclose(vectors[0], TABLE[1:3].mean(axis=0), atol=1e-6)
    assert not vectors[1].any()


def test_a_graph_beside_it_is_not_taken(folder):
    write_encoder(folder, graph=make_graph(names=("input_ids", "offsets")))
    vectors = SentenceEncoder(folder, normalize=False).fit_transform(TEXTS)
    np.testing.assert_allclose(vectors, means(TABLE), atol=1e-6)


def test_pickles(folder):
    whole = SentenceEncoder(folder).fit(TEXTS)
    vectors = whole.transform(TEXTS)
    without = SentenceEncoder(folder, store_weights=False).fit(TEXTS)
    saved = [pickle.dumps(encoder) for encoder in (whole, without)]
    assert len(saved[0]) - len(saved[1]) > TABLE.nbytes
    for pickled in saved:
        CACHE.clear()
        np.testing.assert_allclose(pickle.loads(pickled).transform(TEXTS), vectors)
    shutil.rmtree(folder)
    CACHE.clear()
    np.testing.assert_allclose(pickle.loads(saved[0]).transform(TEXTS), vectors)
    CACHE.clear()
    with pytest.raises(MissingResourceError, match="store_weights=True"):
        pickle.loads(saved[1]).transform(TEXTS)


def test_pipeline(folder, tmp_path):
    X, y = ["fire and storm", "tea and cake"] * 10, ["bad", "good"] * 10
    model = make_text_classifier("encoder-logreg", encoder=folder).fit(X, y)
    assert model.predict(["a storm", "tea"]).tolist() == ["bad", "good"]
    save(model, tmp_path / "model.skclf")
    versions = inspect_file(tmp_path / "model.skclf")["versions"].keys()
    assert versions >= {"safetensors", "tokenizers"}
    assert "onnxruntime" not in versions


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"vectors": TABLE}, r"Expected a table 'embeddings' .* got \['vectors'\]"),
        ({"embeddings": TABLE[0]}, r"got ndarray of shape \(8,\)"),
        ({"embeddings": TABLE[:9]}, r"table of \d+ tokens or more, .* got one of 9"),
    ],
)
def test_wrong_tables(arrays, message, tmp_path):
    path = write_static(tmp_path / "e", **arrays)
    with pytest.raises(ValueError, match=message):
        SentenceEncoder(path).fit_transform(["fire near the sea"])


def test_wrong_files(folder):
    with pytest.raises(ValueError, match=r"pooling='auto'.* got 'mean'"):
        SentenceEncoder(folder, pooling="mean").fit(TEXTS)
    (folder / "model.safetensors").write_bytes(b"nonsense")
    with pytest.raises(ValueError, match=r"got model.safetensors that cannot be read"):
        SentenceEncoder(folder).fit(TEXTS)
    (folder / "model.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match=r"Expected model.safetensors in"):
        SentenceEncoder(folder).fit(TEXTS)
