"""Containers are arrays to everybody and know their vocabulary."""

import pickle

import joblib
import numpy as np
import pytest
from sklearn.utils import _safe_indexing, indexable
from sklearn.utils.validation import _num_samples

from skclf import EmbeddedSequences, TokenSequences
from skclf.compose import SequencesAndTable

VOCABULARY = {"fire": 2, "smoke": 3}


@pytest.fixture
def sequences():
    ids = [[2, 3, 0], [4, 2, 0], [5, 0, 0], [0, 0, 0]]
    return TokenSequences(ids, VOCABULARY, unknown_words=["flames", "soot"])


MATRIX = np.array([[2, 3, 0], [1, 2, 0], [1, 0, 0], [0, 0, 0]])


def test_is_an_int32_matrix_with_unknown_words_as_one(sequences):
    array = np.asarray(sequences)
    assert array.dtype == np.int32
    np.testing.assert_array_equal(array, MATRIX)
    assert (sequences.shape, sequences.ndim, len(sequences)) == ((4, 3), 2, 4)


@pytest.mark.parametrize(
    ("ids", "error", "message"),
    [
        ([[2, 99]], ValueError, "ids from 0 to 3, got ids from 2 to 99"),
        ([[2, 4]], ValueError, "got ids from 2 to 4"),
        ([[-5, 2]], ValueError, "got ids from -5 to 2"),
        ([[1.5, 2]], TypeError, "whole numbers as ids, got dtype float64"),
    ],
)
def test_ids_without_a_word_are_refused(ids, error, message):
    with pytest.raises(error, match=message):
        TokenSequences(ids, VOCABULARY)


def test_keeps_private_ids_for_unknown_words(sequences):
    private = sequences.raw_ids[sequences.raw_ids >= 2 + len(VOCABULARY)]
    words = [sequences.unknown_words[i - 2 - len(VOCABULARY)] for i in private]
    assert words == ["flames", "soot"]


@pytest.mark.parametrize(
    "rows",
    [
        slice(1, 3),
        [2, 0],
        np.array([3, 1, 1]),
        np.array([True, False, True, False]),
        slice(None, None, -1),
    ],
    ids=["slice", "list", "indices", "mask", "reversed"],
)
def test_rows_are_selected_as_in_numpy(sequences, rows):
    for selected in (sequences[rows], sequences[rows, ...], sequences[rows, :]):
        assert isinstance(selected, TokenSequences)
        np.testing.assert_array_equal(np.asarray(selected), MATRIX[rows])
        assert selected.vocabulary is sequences.vocabulary
        assert selected.vocabulary_fingerprint == sequences.vocabulary_fingerprint


def test_one_row_and_columns_are_arrays(sequences):
    np.testing.assert_array_equal(sequences[1], MATRIX[1])
    np.testing.assert_array_equal(sequences[-1], MATRIX[-1])
    np.testing.assert_array_equal(sequences[:, 1], MATRIX[:, 1])
    np.testing.assert_array_equal(sequences[[0, 2], :2], MATRIX[[0, 2], :2])
    assert [row.tolist() for row in sequences] == MATRIX.tolist()


def test_row_outside_is_an_index_error(sequences):
    with pytest.raises(IndexError):
        sequences[4]


def test_array_conversion_copies_only_when_needed():
    known = TokenSequences(np.array([[2, 3]], dtype=np.int32), VOCABULARY)
    assert np.shares_memory(np.asarray(known), known.raw_ids)
    assert not np.shares_memory(np.array(known, copy=True), known.raw_ids)
    assert np.asarray(known, dtype=float).dtype == float
    with pytest.raises(ValueError, match="without a copy"):
        np.array(known, dtype=float, copy=False)


def test_scikit_learn_indexes_it(sequences):
    assert _num_samples(sequences) == 4
    assert indexable(sequences)[0] is sequences
    selected = _safe_indexing(sequences, np.array([0, 2]))
    np.testing.assert_array_equal(np.asarray(selected), MATRIX[[0, 2]])


def test_survives_pickle_and_memory_maps(sequences, tmp_path):
    joblib.dump(sequences, tmp_path / "x.joblib")
    mapped = joblib.load(tmp_path / "x.joblib", mmap_mode="r")
    for copy in (pickle.loads(pickle.dumps(sequences)), mapped, mapped[:]):
        np.testing.assert_array_equal(np.asarray(copy), MATRIX)
        assert copy.vocabulary == VOCABULARY
        assert copy.vocabulary_fingerprint == sequences.vocabulary_fingerprint


def test_fingerprint_tells_vocabularies_apart():
    def fingerprint(vocabulary):
        return TokenSequences([[0]], vocabulary).vocabulary_fingerprint

    assert fingerprint({"a": 2, "b": 3}) == fingerprint({"a": 2, "b": 3})
    assert fingerprint({"a": 2, "b": 3}) != fingerprint({"b": 2, "a": 3})
    assert fingerprint({"a": 2}) != fingerprint({"a": 2, "b": 3})


def test_wrong_shape_is_an_error():
    with pytest.raises(ValueError, match=r"\(n_documents, max_len\), got shape \(2,\)"):
        TokenSequences([2, 3], VOCABULARY)


TABLE = np.array([[0, 0], [9, 9], [1, 2], [3, 4], [5, 6]], dtype=np.float32)
ROWS = np.array([[2, 3, 0], [4, 1, 0], [0, 0, 0]])


@pytest.fixture
def embedded():
    return EmbeddedSequences(ROWS, TABLE, vocabulary=VOCABULARY, fingerprint="f")


def test_stands_for_an_array_of_vectors(embedded):
    array = np.asarray(embedded)
    assert array.dtype == embedded.dtype == np.float32
    assert array.shape == embedded.shape == (3, 3, 2)
    assert (embedded.ndim, len(embedded)) == (3, 3)
    np.testing.assert_array_equal(array, TABLE[ROWS])
    assert np.asarray(embedded, dtype=np.float64).dtype == np.float64


@pytest.mark.parametrize(
    "rows", [slice(1, 3), [2, 0], np.array([True, False, True])], ids=str
)
def test_selected_rows_share_the_table(embedded, rows):
    for selected in (embedded[rows], embedded[rows, ...], embedded[rows, :]):
        assert isinstance(selected, EmbeddedSequences)
        assert selected.table is embedded.table
        assert (selected.vocabulary, selected.fingerprint) == (VOCABULARY, "f")
        np.testing.assert_array_equal(np.asarray(selected), TABLE[ROWS[rows]])


def test_one_document_and_parts_of_them_are_arrays(embedded):
    np.testing.assert_array_equal(embedded[1], TABLE[ROWS[1]])
    np.testing.assert_array_equal(embedded[:, 0], TABLE[ROWS[:, 0]])
    np.testing.assert_array_equal(embedded[:, :, 1], TABLE[ROWS][:, :, 1])


def test_is_never_shown_without_a_copy(embedded):
    with pytest.raises(ValueError, match="EmbeddedSequences cannot be shown"):
        np.array(embedded, copy=False)


def test_embedded_sequences_survive_pickle_and_memory_maps(embedded, tmp_path):
    joblib.dump(embedded, tmp_path / "x.joblib")
    mapped = joblib.load(tmp_path / "x.joblib", mmap_mode="r")
    for copy in (pickle.loads(pickle.dumps(embedded)), mapped[:]):
        np.testing.assert_array_equal(np.asarray(copy), TABLE[ROWS])
        assert copy.fingerprint == "f"


def test_an_array_of_vectors_is_padded_with_zeros_at_its_ends():
    array = np.zeros((3, 4, 2))
    array[0, 1], array[0, 3] = [1, 2], [3, 0]
    array[1, 0] = [5, 6]
    wrapped = EmbeddedSequences.from_array(array)
    np.testing.assert_array_equal(np.asarray(wrapped), array)
    is_padding = wrapped.raw_ids == 0
    assert is_padding.tolist() == [
        [True, False, False, False],  # zeros between words are a word
        [False, True, True, True],
        [True, True, True, True],
    ]


def test_refuses_what_is_no_matrix():
    with pytest.raises(ValueError, match="token ids of shape"):
        EmbeddedSequences([1, 2], TABLE)
    with pytest.raises(ValueError, match="table of shape"):
        EmbeddedSequences([[1, 2]], TABLE[0])
    with pytest.raises(ValueError, match="ids from 0 to 4, got ids from 1 to 7"):
        EmbeddedSequences([[1, 7]], TABLE)
    with pytest.raises(ValueError, match="row 0, the vector of padding, is zero"):
        EmbeddedSequences([[1, 2]], TABLE + 1)


def test_vectors_of_another_vocabulary_are_told_apart():
    one, other = (
        EmbeddedSequences(ROWS, TABLE, vocabulary={word: 2}) for word in ("a", "b")
    )
    assert one.fingerprint != other.fingerprint
    assert EmbeddedSequences(ROWS, TABLE).fingerprint is None


# -- with the columns of a table

COLUMNS = [[0.5, 1], [0.7, -1], [0.1, 0], [0.2, 1]]
BOTH = np.hstack([MATRIX, [[0.5, 0, 1], [0.7, 0, 0], [0.1, 1, 0], [0.2, 0, 1]]])


@pytest.fixture
def both(sequences):
    return SequencesAndTable(sequences, COLUMNS, [0, 2], fingerprint="f")


def test_to_numpy_sequences_and_table_are_one_matrix(both):
    array = np.asarray(both)
    assert array.dtype == both.dtype == np.float32
    np.testing.assert_allclose(array, BOTH)
    assert (both.shape, both.ndim, len(both)) == ((4, 6), 2, 4)
    assert np.asarray(both, dtype=np.float64).dtype == np.float64
    with pytest.raises(ValueError, match="without a copy"):
        np.array(both, copy=False)


@pytest.mark.parametrize("rows", [slice(1, 3), [2, 0], np.array([True, False] * 2)])
def test_rows_of_sequences_and_table(both, rows):
    for selected in (both[rows], both[rows, ...], both[rows, :]):
        assert isinstance(selected, SequencesAndTable)
        np.testing.assert_allclose(np.asarray(selected), BOTH[rows])
        assert selected.fingerprint == "f"
    np.testing.assert_allclose(_safe_indexing(both, [3, 1]), BOTH[[3, 1]])


def test_one_row_and_columns_of_sequences_and_table(both):
    for row in (0, 2, -1):
        np.testing.assert_allclose(both[row], BOTH[row])
    np.testing.assert_allclose(both[:, 1], BOTH[:, 1])
    np.testing.assert_allclose(both[:, np.array([0, 4])], BOTH[:, [0, 4]])
    np.testing.assert_allclose(both[[1, 2], 3], BOTH[[1, 2], 3])


def test_sequences_and_table_survive_a_pickle(both):
    np.testing.assert_allclose(pickle.loads(pickle.dumps(both)), BOTH)


@pytest.mark.parametrize(
    ("table", "sizes", "message"),
    [
        ([[0.5, 1]], [0, 2], r"a table of shape \(4, 2\)"),
        ([[0, 2]] * 4, [0, 2], r"from -1 to 1 in column 1, got 2"),
        ([[0, 0.5]] * 4, [0, 2], r"from -1 to 1 in column 1, got 0\.5"),
        ([[0, np.nan]] * 4, [0, 2], r"from -1 to 1 in column 1, got nan"),
        (np.empty((4, 0)), [], "and a column, got"),
        ([[0, 1]] * 4, [0, -2], "a size of 0 or more"),
    ],
)
def test_a_table_that_does_not_fit(table, sizes, message, sequences):
    with pytest.raises(ValueError, match=message):
        SequencesAndTable(sequences, table, sizes)


def test_a_table_beside_no_sequences():
    with pytest.raises(TypeError, match="Expected TokenSequences or .* got list"):
        SequencesAndTable([[2, 3]], [[1]], [0])


# In a notebook


def test_sequences_are_shown_by_their_words(sequences):
    html = sequences._repr_html_()
    assert "<b>TokenSequences(n=4, max_len=3, vocabulary of 2 words)</b>" in html
    assert "<li>fire smoke</li>" in html
    assert html.count("<li>") == 4
    assert 'title="no word of the vocabulary">flames</span> fire</li>' in html
    assert "more" not in html
    many = sequences[[0] * 9]._repr_html_()
    assert many.count("<li>fire smoke</li>") == 5
    assert "<p>and 4 more</p>" in many


def test_words_are_escaped_and_long_documents_cut():
    words = TokenSequences([[2] * 150], {"<script>": 2}, unknown_words=["<i>"])
    html = words._repr_html_()
    assert html.count("&lt;script&gt;") == 100
    assert "… and 50 more</li>" in html
    html = TokenSequences([[3]], {"a": 2}, unknown_words=["<i>"])._repr_html_()
    assert "&lt;i&gt;" in html
    assert "<i>" not in html


def test_vectors_are_shown_by_their_words_if_they_have_some():
    table = np.array([[0.0], [0.0], [1.0], [2.0]])
    X = EmbeddedSequences([[2, 3], [1, 0]], table, vocabulary={"fire": 2})
    html = X._repr_html_()
    assert "<b>EmbeddedSequences(n=2, max_len=2, dim=1, 4 vectors)</b>" in html
    assert html.count(">?</span>") == 2
    assert "<li>fire <span" in html
    without = EmbeddedSequences.from_array(np.ones((2, 2, 1)))._repr_html_()
    assert "EmbeddedSequences(n=2" in without
    assert "<li>" not in without


def test_a_table_beside_sequences_is_named(sequences):
    both = SequencesAndTable(sequences, np.zeros((4, 2)), sizes=[0, 0])
    html = both._repr_html_()
    assert "<li>fire smoke</li>" in html
    assert "beside a table of shape (4, 2)" in html
