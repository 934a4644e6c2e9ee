"""Sentence encoders: what their vectors are, what is kept, and what wrong files get."""

import copy
import io
import os
import pickle
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skclf import SentenceEncoder
from skclf.embed import _sentence_encoder
from skclf.embed._sentence_encoder import CACHE, MODELS
from skclf.embed._sentence_graph import SentenceGraph
from skclf.exceptions import MissingResourceError
from skclf.testing import TEXT_TRANSFORMER_CHECKS

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("tokenizers")

from tiny_encoder import (  # noqa: E402
    DIM,
    WORDS,
    make_graph,
    make_tokenizer,
    weights,
    write_encoder,
)

TEXTS = [
    "Fire in the house!",
    "a sunny beach",
    "what a lovely day on the beach",
    "help: burning forest near the garden",
    "new phone",
    "",
    "words it knows nothing of",
]


@pytest.fixture(autouse=True)
def nothing_kept():
    CACHE.clear()
    MODELS.clear()
    yield
    CACHE.clear()


@pytest.fixture
def folder(tmp_path):
    return write_encoder(tmp_path / "encoder")


@pytest.fixture
def computed(monkeypatch):
    """How many texts each run of a graph computes."""
    sizes, states = [], SentenceGraph.states

    def counting(self, ids):
        sizes.append(len(ids))
        return states(self, ids)

    monkeypatch.setattr(SentenceGraph, "states", counting)
    return sizes


def by_hand(text, pool=lambda states: states.mean(axis=0), max_length=128):
    """What the encoder of `write_encoder` makes of a text, without normalisation."""
    table, mix = weights()
    known = {word: i for i, word in enumerate(WORDS)}
    words = "".join(c if c.isalnum() else f" {c} " for c in text.lower()).split()
    words = ["[CLS]", *words[: max_length - 2], "[SEP]"]
    rows = table[[known.get(word, known["[UNK]"]) for word in words]]
    return pool(np.tanh(rows + rows.mean(axis=0) @ mix))


@pytest.mark.parametrize("check", TEXT_TRANSFORMER_CHECKS)
def test_keeps_the_promises_of_text_transformers(check, encoder_folder):
    documents = ["Fire!", "a sunny beach", "", "tea, cake :)", "東京 🔥", "Fire!"]
    check(SentenceEncoder(encoder_folder), documents)


@pytest.mark.parametrize(
    ("pooling", "pool"),
    [
        ("mean", lambda states: states.mean(axis=0)),
        ("max", lambda states: states.max(axis=0)),
        ("cls", lambda states: states[0]),
        ("last", lambda states: states[-1]),
    ],
)
def test_vectors(pooling, pool, encoder_folder):
    encoder = SentenceEncoder(encoder_folder, pooling=pooling, normalize=False)
    vectors = encoder.fit_transform(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), DIM)
    expected = [by_hand(text, pool) for text in TEXTS]
    np.testing.assert_allclose(vectors, expected, atol=1e-6)
    unit = SentenceEncoder(encoder_folder, pooling=pooling).fit_transform(TEXTS)
    lengths = np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(unit, expected / lengths, atol=1e-6)


def test_attributes(encoder_folder):
    encoder = SentenceEncoder(encoder_folder).fit(TEXTS)
    assert encoder.n_features_out_ == DIM
    assert encoder.n_truncated_ == 0
    assert encoder.max_length_ == 128
    assert encoder.pooling_ == "mean"
    assert len(encoder.model_digest_) == 32
    names = encoder.get_feature_names_out()
    assert names.tolist() == [f"sentenceencoder{i}" for i in range(DIM)]
    with pytest.raises(NotFittedError):
        SentenceEncoder(encoder_folder).transform(TEXTS)
    with pytest.raises(NotFittedError):
        SentenceEncoder(encoder_folder).get_feature_names_out()


def test_digest_tells_models_apart(encoder_folder, tmp_path):
    same = write_encoder(tmp_path / "same")
    other = write_encoder(tmp_path / "other", seed=1)
    here, there, elsewhere = (
        SentenceEncoder(path).fit(TEXTS) for path in (encoder_folder, same, other)
    )
    assert here.model_digest_ == there.model_digest_ != elsewhere.model_digest_
    difference = here.transform(TEXTS) - elsewhere.transform(TEXTS)
    assert abs(difference).max() > 0.1


def test_no_texts(encoder_folder):
    encoder = SentenceEncoder(encoder_folder).fit(TEXTS)
    for nothing in ([], np.array([], dtype=object), pd.Series([], dtype="str")):
        vectors = encoder.transform(nothing)
        assert vectors.shape == (0, DIM)
        assert vectors.dtype == np.float32
    for fit in (encoder.fit, encoder.fit_transform):
        with pytest.raises(ValueError, match=r"0 sample\(s\).*SentenceEncoder"):
            fit([])


def test_missing_texts_are_empty(encoder_folder):
    encoder = SentenceEncoder(encoder_folder).fit([None, "fire"])
    vectors = encoder.transform([None, np.nan, pd.NA, ""])
    np.testing.assert_allclose(vectors, np.tile(vectors[3], (4, 1)))


def test_a_text_without_tokens_is_zeros(folder):
    tokenizer = make_tokenizer()
    tokenizer.post_processor = None
    tokenizer.save(str(folder / "tokenizer.json"))
    vectors = SentenceEncoder(folder).fit_transform(["", "fire", "  "])
    assert not vectors[[0, 2]].any()
    assert np.linalg.norm(vectors[1]) == pytest.approx(1)
    assert not SentenceEncoder(folder).fit_transform([""]).any()


def test_a_lone_surrogate_is_an_unknown_character(encoder_folder):
    vectors = SentenceEncoder(encoder_folder).fit_transform(["fire \ud83d", "fire ?"])
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-6)


def test_set_output_keeps_row_labels(encoder_folder):
    rows = [f"row {i}" for i in range(len(TEXTS))]
    X = pd.DataFrame({"text": TEXTS}, index=rows)
    encoder = SentenceEncoder(encoder_folder).set_output(transform="pandas").fit(X)
    for table in (encoder.transform(X), clone(encoder).fit_transform(X)):
        assert list(table.index) == rows
        assert list(table.columns) == list(encoder.get_feature_names_out())
    with config_context(transform_output="polars"):
        found = SentenceEncoder(encoder_folder).fit_transform(X)
    np.testing.assert_allclose(found.to_numpy(), table.to_numpy())


@pytest.mark.parametrize("quantized", [False, True], ids=["float", "quantized"])
def test_other_texts_and_the_batch_change_nothing(quantized, tmp_path):
    path = write_encoder(tmp_path / "e", graph=make_graph(quantized=quantized))
    rng = np.random.default_rng(0)
    texts = [
        " ".join(rng.choice(WORDS[7:], size=n)) for n in rng.integers(1, 30, size=70)
    ]
    alone = []
    for text in texts:
        CACHE.clear()
        alone.append(SentenceEncoder(path).fit_transform([text])[0])
    for batch_size in (1, 7, 32, 100):
        CACHE.clear()
        encoder = SentenceEncoder(path, batch_size=batch_size)
        np.testing.assert_allclose(encoder.fit_transform(texts), alone, atol=1e-6)


def test_texts_of_similar_length_are_computed_together(monkeypatch, encoder_folder):
    encoder = SentenceEncoder(encoder_folder, batch_size=2).fit(["fire"])
    shapes, states = [], SentenceGraph.states

    def recorded(self, ids):
        result = states(self, ids)
        shapes.append(result[1].shape)
        return result

    monkeypatch.setattr(SentenceGraph, "states", recorded)
    encoder.transform(["fire", "fire in the house on fire", "sea", "a day in the sea"])
    assert shapes == [(2, 8), (2, 3)]


def test_texts_that_are_too_long(encoder_folder):
    long, short = "fire flood storm rain", "fire"
    encoder = SentenceEncoder(encoder_folder, max_length=5, normalize=False)
    with pytest.warns(UserWarning, match=r"^2 of 3 texts have more than 5 tokens"):
        vectors = encoder.fit_transform([long, short, long])
    assert encoder.n_truncated_ == 2
    np.testing.assert_allclose(vectors[0], by_hand(long, max_length=5), atol=1e-6)
    with pytest.warns(UserWarning, match=r"^1 of 2 texts have more than 5 tokens"):
        assert encoder.fit([long, short]).n_truncated_ == 1
    with pytest.warns(UserWarning, match=r"^1 of 1 texts"):  # and it is in the cache
        encoder.transform([long])
    assert encoder.fit([long] + [short] * 19).n_truncated_ == 1  # 5 %: no warning
    with pytest.raises(ValueError, match=r"max_length above 2, .* got 2"):
        SentenceEncoder(encoder_folder, max_length=2).fit([short])


def test_max_length_tells_cached_texts_apart(encoder_folder):
    text = ["fire flood storm rain"]
    with pytest.warns(UserWarning, match="more than 4 tokens"):
        cut = SentenceEncoder(encoder_folder, max_length=4).fit_transform(text)
    whole = SentenceEncoder(encoder_folder).fit_transform(text)
    assert abs(cut - whole).max() > 0.01


def test_prefix(encoder_folder):
    encoder = SentenceEncoder(encoder_folder, prefix="query: ", normalize=False)
    vectors = encoder.fit_transform(["fire", ""])
    expected = [by_hand("query: fire"), by_hand("query: ")]
    np.testing.assert_allclose(vectors, expected, atol=1e-6)


# What is kept


def test_equal_texts_are_computed_once(computed, encoder_folder):
    encoder = SentenceEncoder(encoder_folder)
    vectors = encoder.fit_transform(["fire", "sea", "fire"] * 10)
    np.testing.assert_array_equal(vectors[0], vectors[2])
    assert sum(computed) == 1 + 2  # a text of one token tells the shape of the output
    clone(encoder).fit(["sea"]).transform(["fire", "tea", "sea"])
    assert sum(computed) == (1 + 2) + (1 + 1)
    SentenceEncoder(encoder_folder, normalize=False).fit_transform(["fire"])
    assert sum(computed) == (1 + 2) + (1 + 1) + (1 + 1)


def test_the_cache_is_bounded(monkeypatch, computed, encoder_folder):
    item = DIM * 4 + _sentence_encoder._BYTES_BESIDE
    monkeypatch.setattr(CACHE, "size", 3 * item)
    encoder = SentenceEncoder(encoder_folder)
    first = encoder.fit_transform(["fire", "sea", "tea", "cake", "rain"])
    assert len(CACHE) == 3
    again = encoder.transform(["fire", "sea", "tea", "cake", "rain"])
    np.testing.assert_allclose(again, first, atol=1e-6)
    assert len(CACHE) == 3


def test_a_model_is_read_once_for_all_fits(encoder_folder):
    first, second = (
        SentenceEncoder(encoder_folder, pooling=pooling).fit(TEXTS)
        for pooling in ("mean", "cls")
    )
    assert first._encoder is second._encoder
    assert copy.deepcopy(first)._encoder is first._encoder


def test_files_that_change_are_read_again(folder):
    before = SentenceEncoder(folder).fit_transform(TEXTS)
    write_encoder(folder, seed=1)
    assert abs(SentenceEncoder(folder).fit_transform(TEXTS) - before).max() > 0.1


def test_a_pickle_holds_the_model(folder):
    encoder = SentenceEncoder(folder).fit(TEXTS)
    vectors, saved = encoder.transform(TEXTS), pickle.dumps(encoder)
    shutil.rmtree(folder)
    CACHE.clear()
    loaded = pickle.loads(saved)
    np.testing.assert_allclose(loaded.transform(TEXTS), vectors, atol=1e-6)
    assert loaded.model_digest_ == encoder.model_digest_


def test_a_pickle_without_the_model(folder):
    with_weights = len(pickle.dumps(SentenceEncoder(folder).fit(TEXTS)))
    encoder = SentenceEncoder(folder, store_weights=False).fit(TEXTS)
    vectors, saved = encoder.transform(TEXTS), pickle.dumps(encoder)
    assert with_weights - len(saved) > (folder / "model.onnx").stat().st_size
    CACHE.clear()
    loaded = pickle.loads(saved)
    np.testing.assert_allclose(loaded.transform(TEXTS), vectors, atol=1e-6)

    CACHE.clear()
    write_encoder(folder, seed=1)
    with pytest.raises(ValueError, match="its files have changed"):
        pickle.loads(saved).transform(TEXTS)
    shutil.rmtree(folder)
    with pytest.raises(MissingResourceError, match="store_weights=True"):
        pickle.loads(saved).transform(TEXTS)


def test_weights_beside_the_graph(folder, tmp_path):
    model = make_graph()
    vectors = SentenceEncoder(folder).fit_transform(TEXTS)
    CACHE.clear()
    onnx.save(
        model,
        folder / "model.onnx",
        save_as_external_data=True,
        location="model.onnx_data",
        size_threshold=200,
    )
    with pytest.raises(ValueError, match=r"'model.onnx_data'.* store_weights=False"):
        SentenceEncoder(folder).fit(TEXTS)
    encoder = SentenceEncoder(folder, store_weights=False)
    np.testing.assert_allclose(encoder.fit_transform(TEXTS), vectors, atol=1e-6)


def test_threads(encoder_folder):
    texts = [f"{a} {b}" for a in WORDS[7:20] for b in WORDS[20:30]]
    expected = SentenceEncoder(encoder_folder).fit_transform(texts)
    CACHE.clear()
    encoder = pickle.loads(pickle.dumps(SentenceEncoder(encoder_folder).fit(texts)))
    with ThreadPoolExecutor(8) as pool:
        parts = pool.map(encoder.transform, [texts[i::8] for i in range(8)])
        for i, part in enumerate(parts):
            np.testing.assert_allclose(part, expected[i::8], atol=1e-6)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_a_forked_process(encoder_folder):
    """Where a session was started before the fork, whose threads are not there."""
    code = f"""
import multiprocessing, warnings
from skclf import SentenceEncoder
from skclf.embed._sentence_encoder import CACHE

# Enough of them that the session has work for both threads.
texts = [" ".join(["fire"] * 120 + ["sea"] * (i % 9) + ["!"] * i) for i in range(500)]
encoder = SentenceEncoder(
    {str(encoder_folder)!r}, n_threads=2, batch_size=500, max_length=1000
)
first = encoder.fit_transform(texts)
CACHE.clear()

def again():
    return encoder.transform(texts)

# Python warns of forks where there are threads, from 3.12 on.
warnings.filterwarnings("ignore", category=DeprecationWarning)
with multiprocessing.get_context("fork").Pool(1) as pool:
    found = pool.apply_async(again).get(timeout=60)
print(abs(found - first).max() < 1e-6)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120
    )
    assert done.stdout == "True\n", done.stderr


def test_progress_of_many_texts(monkeypatch, encoder_folder):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    encoder = SentenceEncoder(encoder_folder).fit(["fire"])
    encoder.transform(["fire " * (i % 40) for i in range(1000)])
    assert terminal.getvalue() == ""  # forty different ones
    encoder.transform([f"sea{'!' * (i % 40)} {'a ' * (i // 40)}" for i in range(1000)])
    shown = terminal.getvalue()
    assert shown.startswith("\rencoded 32 of 1,000 texts")
    assert "\rencoded 1,000 of 1,000 texts" in shown
    assert shown.endswith("\n")


# What the model's files say


def of_transformers(*kinds, **pooling):
    """Files as sentence-transformers writes them."""
    begin = "sentence_transformers.models."
    modules = [
        {"idx": i, "type": f"{begin}{kind}", "path": f"{i}_{kind}" if i else ""}
        for i, kind in enumerate(kinds)
    ]
    return {"modules": modules, "1_Pooling__config": pooling}


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
        ({"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}, "mean"),
        ({"pooling_mode_max_tokens": True}, "max"),
        ({"pooling_mode_lasttoken": True}, "last"),
        ({"pooling_mode": "cls", "word_embedding_dimension": 8}, "cls"),
    ],
)
def test_pooling_of_the_configuration(config, pooling, tmp_path):
    files = of_transformers("Transformer", "Pooling", **config)
    path = write_encoder(tmp_path / "e", **files)
    encoder = SentenceEncoder(path).fit(TEXTS)
    assert encoder.pooling_ == pooling
    expected = SentenceEncoder(path, pooling=pooling).fit_transform(TEXTS)
    np.testing.assert_allclose(encoder.transform(TEXTS), expected, atol=1e-6)
    other = "max" if pooling != "max" else "mean"
    assert SentenceEncoder(path, pooling=other).fit(TEXTS).pooling_ == other


def test_normalisation_of_the_configuration(tmp_path):
    files = of_transformers(
        "Transformer", "Pooling", "Normalize", pooling_mode_mean_tokens=True
    )
    path = write_encoder(tmp_path / "e", **files)
    vectors = SentenceEncoder(path, normalize=False).fit_transform(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_limits_and_lower_case_of_the_configuration(tmp_path):
    config = {"max_seq_length": 6, "do_lower_case": True}
    path = write_encoder(tmp_path / "e", sentence_bert_config=config)
    tokenizer = make_tokenizer()
    tokenizer.normalizer = None
    tokenizer.save(str(path / "tokenizer.json"))
    encoder = SentenceEncoder(path, normalize=False)
    np.testing.assert_allclose(
        encoder.fit_transform(["FIRE!"]), [by_hand("fire!")], atol=1e-6
    )
    assert encoder.max_length_ == 6
    assert SentenceEncoder(path, max_length=5).fit(["fire"]).max_length_ == 5
    path = write_encoder(tmp_path / "f", tokenizer_config={"model_max_length": 9})
    assert SentenceEncoder(path).fit(["fire"]).max_length_ == 9
    path = write_encoder(tmp_path / "f", tokenizer_config={"model_max_length": 1e30})
    assert SentenceEncoder(path).fit(["fire"]).max_length_ == 128


def test_graph_in_a_folder_of_its_own(folder):
    vectors = SentenceEncoder(folder).fit_transform(TEXTS)
    CACHE.clear()
    (folder / "onnx").mkdir()
    (folder / "model.onnx").rename(folder / "onnx" / "model.onnx")
    for model in (folder, str(folder)):
        encoder = SentenceEncoder(model, store_weights=False)
        np.testing.assert_allclose(encoder.fit_transform(TEXTS), vectors, atol=1e-6)


@pytest.mark.parametrize(
    "graph",
    [
        make_graph(outputs=("last_hidden_state",)),
        make_graph(outputs=("words", "last_hidden_state")),
        make_graph(names=("input_ids", "attention_mask")),
        make_graph(kind=onnx.TensorProto.INT32),
    ],
    ids=["one output", "two of tokens", "no types", "int32"],
)
def test_other_inputs_and_outputs(graph, tmp_path):
    path = write_encoder(tmp_path / "e", graph=graph)
    vectors = SentenceEncoder(path, normalize=False).fit_transform(TEXTS)
    np.testing.assert_allclose(vectors, [by_hand(t) for t in TEXTS], atol=1e-6)


def test_a_model_that_pools_itself(tmp_path):
    graph = make_graph(outputs=("pooler_output",))
    files = of_transformers("Transformer", "Pooling", "Dense", pooling_mode="mean")
    path = write_encoder(tmp_path / "e", graph=graph, **files)
    encoder = SentenceEncoder(path, normalize=False)
    vectors = encoder.fit_transform(["fire"])
    ids = [WORDS.index(word) for word in ("[CLS]", "fire", "[SEP]")]
    np.testing.assert_allclose(vectors[0], weights()[0][ids].mean(axis=0), atol=1e-6)
    assert encoder.pooling_ is None
    with pytest.raises(ValueError, match=r"pooling='auto'.* got 'mean'"):
        SentenceEncoder(path, pooling="mean").fit(["fire"])


# Names on the hub


def test_a_name_of_the_local_cache(monkeypatch, tmp_path):
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    stored = tmp_path / "models--nobody--tiny"
    write_encoder(stored / "snapshots" / ("0" * 40))
    (stored / "refs").mkdir()
    (stored / "refs" / "main").write_text("0" * 40)
    vectors = SentenceEncoder("nobody/tiny", normalize=False).fit_transform(TEXTS)
    np.testing.assert_allclose(vectors, [by_hand(t) for t in TEXTS], atol=1e-6)
    with pytest.raises(MissingResourceError, match=r"'nobody/else'.* download=True"):
        SentenceEncoder("nobody/else").fit(TEXTS)


def test_downloads_only_if_asked_to(monkeypatch, encoder_folder):
    hub = pytest.importorskip("huggingface_hub")
    asked = []

    def snapshot_download(name, *, local_files_only, allow_patterns):
        asked.append((name, local_files_only, allow_patterns[0]))
        if name == "no/such":
            raise OSError("404, not found")
        return str(encoder_folder)

    monkeypatch.setattr(hub, "snapshot_download", snapshot_download)
    SentenceEncoder("some/name").fit(TEXTS)
    SentenceEncoder("some/name", download=True).fit(TEXTS)
    graphs = "model.onnx*"
    assert asked == [
        ("some/name", only_here, files)
        for only_here in (True, False)
        for files in ("*.json", graphs)
    ]
    with pytest.raises(MissingResourceError, match="download failed: 404, not found"):
        SentenceEncoder("no/such", download=True).fit(TEXTS)


# What is wrong


def test_wrong_folders(folder, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"Expected a folder.*/no/such/place'"):
        SentenceEncoder("/no/such/place").fit(TEXTS)
    with pytest.raises(FileNotFoundError, match="There is no such folder"):
        SentenceEncoder(tmp_path / "nothing").fit(TEXTS)
    with pytest.raises(NotADirectoryError, match="Pass the folder that it is in"):
        SentenceEncoder(folder / "model.onnx").fit(TEXTS)
    (folder / "model.onnx").rename(folder / "other.onnx")
    with pytest.raises(FileNotFoundError, match=r"Expected model.onnx .*'other.onnx'"):
        SentenceEncoder(folder).fit(TEXTS)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"Expected tokenizer.json in"):
        SentenceEncoder(folder).fit(TEXTS)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"nonsense"])
def test_damaged_files(name, content, folder):
    (folder / name).write_bytes(content)
    with pytest.raises(ValueError, match=r"Expected a sentence encoder, got .* read"):
        SentenceEncoder(folder).fit(TEXTS)


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (make_graph(names=("pixels", "mask")), r"inputs 'input_ids' .*'pixels'"),
        (
            make_graph(names=("input_ids", "attention_mask", "ages")),
            r"perhaps 'token_type_ids', got .*'ages'",
        ),
        (make_graph(axes=(1, 128)), r"got tensor\(int64\) of shape \[1, 128\]"),
        (make_graph(axes=("n", 128)), r"dynamic axes"),
        (make_graph(outputs=("words", "mixed")), r"one output of shape .*mixed"),
    ],
    ids=["other inputs", "one more input", "fixed", "fixed length", "which output"],
)
def test_wrong_graphs(graph, message, tmp_path):
    path = write_encoder(tmp_path / "e", graph=graph)
    with pytest.raises(ValueError, match=message):
        SentenceEncoder(path).fit(TEXTS)


def test_a_graph_that_cannot_compute(folder):
    tokenizer = make_tokenizer()
    tokenizer.add_tokens(["bonfire"])  # no row of the table
    tokenizer.save(str(folder / "tokenizer.json"))
    encoder = SentenceEncoder(folder).fit(["fire"])
    with pytest.raises(ValueError, match="cannot compute texts of 4 tokens"):
        encoder.transform(["bonfire fire"])


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            of_transformers("Transformer", "Pooling", "Dense", pooling_mode="mean"),
            r"parts Transformer, Pooling and Normalize .*\['Dense'\]",
        ),
        (
            of_transformers("Transformer", "Pooling", pooling_mode="weightedmean"),
            r"pools by one of .*\['weightedmean'\]",
        ),
        (
            of_transformers(
                "Transformer",
                "Pooling",
                pooling_mode_cls_token=True,
                pooling_mode_max_tokens=True,
            ),
            r"pools by one of .*\['cls_token', 'max_tokens'\]",
        ),
    ],
)
def test_what_is_not_computed(files, message, tmp_path):
    path = write_encoder(tmp_path / "e", **files)
    with pytest.raises(ValueError, match=message):
        SentenceEncoder(path).fit(TEXTS)


def test_a_prefix_that_is_not_pooled(tmp_path):
    files = of_transformers(
        "Transformer", "Pooling", pooling_mode="mean", include_prompt=False
    )
    path = write_encoder(tmp_path / "e", **files)
    SentenceEncoder(path).fit(TEXTS)
    with pytest.raises(ValueError, match=r"Expected prefix='' .*'query: '"):
        SentenceEncoder(path, prefix="query: ").fit(TEXTS)


def test_a_damaged_configuration(folder):
    (folder / "modules.json").write_text("{")
    with pytest.raises(ValueError, match=r"Expected JSON in .*modules.json"):
        SentenceEncoder(folder).fit(TEXTS)


@pytest.mark.parametrize(
    "params",
    [
        {"model": None},
        {"pooling": "sum"},
        {"normalize": 2},
        {"max_length": 0},
        {"batch_size": 0},
        {"prefix": None},
        {"store_weights": "no"},
        {"n_threads": 0},
        {"download": "yes"},
    ],
    ids=lambda params: next(iter(params)),
)
def test_parameters_are_checked(params, encoder_folder):
    encoder = SentenceEncoder(encoder_folder).set_params(**params)
    with pytest.raises(ValueError, match=f"'{next(iter(params))}' parameter"):
        encoder.fit(TEXTS)
