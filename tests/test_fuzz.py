"""Inputs that nobody would think of, made by hypothesis.

The same ones in each run, in less than a minute; ``make fuzz MINUTES=`` tries others.
"""

import csv
import gzip
import io
import os
import pickle
import struct
import warnings
from functools import cache

import joblib
import numpy as np
import pytest
from helpers import tiny_pipeline
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from skclf import (
    CategoryCanonicalizer,
    EmbeddingLookup,
    LocationCanonicalizer,
    SequenceEncoder,
    TextCleaner,
    TextStatistics,
    to_onnx_pipeline,
)
from skclf.datasets import load_csv
from skclf.text import _cleaner
from skclf.text._presets import PRESETS

LONG = "SKCLF_FUZZ_SEED" in os.environ
settings.register_profile(
    "skclf",
    max_examples=400 if LONG else 40,
    derandomize=not LONG,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("skclf")

# All planes, surrogates that stand alone, and what cleaning has rules for.
PIECES = [
    *(
        "http://t.co/a",
        "www.b.de",
        "@you",
        "#OneTwo",
        "#",
        "😀",
        "👩‍👩‍👧",
        "🇩🇪",
        ":-)",
        "&amp;",
    ),
    *("&#x1F600;", "<br />", "<b", "cafÃ©", "e\u0301", "İ", "ß", "ﬁ", "１２", "3.14"),
    *("sooooo", "don't", "\u200b", "\ufeff", "\u202e", "\x00", "\r\n", "\u2028", "'s"),
]
TEXT = st.lists(
    st.one_of(st.text(max_size=8), st.sampled_from(PIECES), st.just(" ")), max_size=8
).map("".join)
TEXTS = st.lists(st.one_of(TEXT, st.none()), min_size=1, max_size=6)


def options_of(kind, **others):
    """Parameters of a transformer, drawn of all that its constraints list."""
    drawn = {}
    for name, constraints in kind._parameter_constraints.items():
        words = [sorted(c.options) for c in constraints if hasattr(c, "options")]
        if "boolean" in constraints:
            words.append([False, True])
        if words:
            extra = [None] if None in constraints else []
            drawn[name] = st.sampled_from([*words[0], *extra])
    return st.fixed_dictionaries({**drawn, **others})


CLEANERS = st.one_of(
    options_of(
        TextCleaner,
        max_repeats=st.sampled_from([None, 1, 2, 3]),
        stop_words=st.sampled_from([None, "english", ["the", "is"]]),  # no NLTK data
        stemmer=st.sampled_from([None, "porter", "snowball"]),
        language=st.just("english"),
        download_if_missing=st.just(False),
    ),
    st.sampled_from(list(PRESETS.values())),
).map(lambda options: TextCleaner(**options))
ENCODERS = options_of(
    SequenceEncoder,
    max_len=st.sampled_from([1, 3, 7]),
    min_count=st.sampled_from([1, 2]),
    max_words=st.sampled_from([None, 1, 5]),
    ngram_range=st.sampled_from([(1, 1), (1, 2), (2, 3)]),
).map(lambda options: SequenceEncoder(**options))
CATEGORIES = st.builds(
    CategoryCanonicalizer,
    threshold=st.sampled_from([0.5, 0.8, 1.0]),
    clean=st.booleans(),
    min_frequency=st.sampled_from([1, 2]),
)
LOCATIONS = st.builds(LocationCanonicalizer, min_frequency=st.sampled_from([1, 2]))


def plain(found):
    """Rows that can be compared, of texts, tokens, columns or data frames."""
    return np.asarray(found).tolist()


def check_rows(transformer, documents):
    """A row depends on nothing but its document, wherever it is transformed."""
    rows = plain(transformer.transform(documents))
    assert len(rows) == len(documents)
    backwards = plain(transformer.transform(documents[::-1]))
    assert backwards[::-1] == rows
    assert [plain(transformer.transform([doc]))[0] for doc in documents] == rows
    copy = pickle.loads(pickle.dumps(transformer))
    assert plain(copy.transform(documents)) == rows
    return rows


@given(TEXTS, CLEANERS)
def test_cleaners(documents, cleaner):
    rows = check_rows(cleaner.fit(documents), documents)
    assert all(isinstance(text, str) for text in rows)


@given(st.lists(TEXT, min_size=4, max_size=8), CLEANERS)
def test_cleaners_in_several_workers(documents, cleaner):
    rows = plain(cleaner.fit_transform(documents))
    with pytest.MonkeyPatch.context() as patch, joblib.parallel_config("threading"):
        patch.setattr(_cleaner, "_CHUNK", 2)
        parallel = cleaner.set_params(n_jobs=2)
        assert plain(parallel.fit_transform(documents)) == rows


@given(TEXTS, TEXTS, ENCODERS)
def test_encoders(documents, others, encoder):
    if encoder.analyzer == "word":
        encoder.set_params(ngram_range=(1, 1))
    try:
        encoder.fit(documents)
    except ValueError as error:
        if "empty vocabulary" not in str(error):
            raise
        assume(False)
    check_rows(encoder, documents)
    check_rows(encoder, others)


@given(TEXTS, TEXTS)
def test_statistics(documents, others):
    statistics = TextStatistics().fit(documents)
    for texts in (documents, others):
        assert np.isfinite(check_rows(statistics, texts)).all()


@given(TEXTS, TEXTS, st.one_of(CATEGORIES, LOCATIONS))
def test_canonicalizers(documents, others, canonicalizer):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        canonicalizer.fit(np.array(documents, dtype=object).reshape(-1, 1))
        for texts in (documents, others):
            column = np.array(texts, dtype=object).reshape(-1, 1)
            rows = plain(canonicalizer.transform(column))
            backwards = plain(canonicalizer.transform(column[::-1]))
            assert backwards[::-1] == rows
            single = [plain(canonicalizer.transform(row[None]))[0] for row in column]
            assert single == rows


@cache
def net():
    """A net, and the same as an ONNX graph."""
    texts = ["the fire is near", "a sunny day", "smoke 😀 fire", "on the beach"] * 10
    model = tiny_pipeline("cnn").fit(texts, ["bad", "good"] * 20)
    return model, to_onnx_pipeline(model)


@given(TEXTS)
def test_a_net_and_its_graph(documents):
    model, graph = net()
    expected = model.predict_proba(documents)
    for found in (
        graph.predict_proba(documents),
        model.predict_proba(documents[::-1])[::-1],
        np.vstack([graph.predict_proba([doc]) for doc in documents]),
        pickle.loads(pickle.dumps(graph)).predict_proba(documents),
    ):
        np.testing.assert_allclose(found, expected, atol=1e-5)


# Files


def without(*characters):
    """Texts that a file of text can hold, but for some characters."""
    return st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters=characters),
        max_size=10,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


CELLS = st.one_of(
    without("\0", "\r"), st.sampled_from([" a ", '"', '""', ",", ";", "a\nb", "'"])
)
ROWS = st.lists(
    st.tuples(CELLS, st.sampled_from(["yes", "no"]), CELLS), min_size=2, max_size=6
)


@given(
    rows=ROWS,
    sep=st.sampled_from([",", ";", "\t", "|"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_csv_is_what_pythons_module_reads(folder, rows, sep, quoting, ending):
    file = io.StringIO(newline="")
    options = {"delimiter": sep, "quoting": quoting, "lineterminator": ending}
    csv.writer(file, **options).writerows([("text", "target", "more"), *rows])
    (folder / "a.csv").write_text(file.getvalue(), encoding="utf-8", newline="")
    file.seek(0)
    _, *expected = csv.reader(file, delimiter=sep)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of what may be meant otherwise
        found = load_csv(folder / "a.csv", sep=sep)
    texts = [None if text != text else text for text in found.data["text"]]
    assert [text or "" for text in texts] == [row[0] for row in expected]
    assert found.target.tolist() == [row[1] for row in expected]


WORDS = st.lists(
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]),
        min_size=1,
        max_size=8,
    ),
    min_size=2,
    max_size=6,
    unique=True,
)
NUMBERS = st.floats(-1e6, 1e6, width=32)


def glove(words, table):
    rows = (
        f"{word} {' '.join(map(repr, row))}\n" for word, row in words_of(words, table)
    )
    return "".join(rows).encode()


def words_of(words, table):
    return zip(words, table.astype(float).tolist(), strict=True)


def word2vec(words, table):
    return f"{len(words)} {table.shape[1]}\n".encode() + glove(words, table)


def binary(words, table):
    rows = (
        word.encode() + b" " + struct.pack(f"<{len(row)}f", *row) + b"\n"
        for word, row in words_of(words, table)
    )
    return f"{len(words)} {table.shape[1]}\n".encode() + b"".join(rows)


@given(words=WORDS, data=st.data())
@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("write", [glove, word2vec, binary])
def test_vector_files(folder, write, is_packed, words, data):
    dim = data.draw(st.integers(2, 4))
    row = st.lists(NUMBERS, min_size=dim, max_size=dim)
    values = data.draw(st.lists(row, min_size=len(words), max_size=len(words)))
    table = np.array(values, dtype=np.float32)
    content = write(words, table)
    path = folder / ("a.bin" if write is binary else "a.txt")
    if is_packed:
        path, content = path.with_name(f"{path.name}.gz"), gzip.compress(content)
    path.write_bytes(content)
    documents = [" ".join(words)]
    encoder = SequenceEncoder(tokenizer=split)
    lookup = EmbeddingLookup(path, case_fallback=False)
    sequences = encoder.fit_transform(documents)
    found = np.asarray(lookup.fit_transform(sequences))[0]
    np.testing.assert_array_equal(found, table)


def split(text):
    return text.split(" ")
