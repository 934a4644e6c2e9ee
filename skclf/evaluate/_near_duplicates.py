"""Find texts that are nearly equal, exactly and without comparing all pairs."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

_N = 3  # letters of an n-gram
_SHARED = 4  # n-grams that two texts share in their prefixes; the fastest measured
_BITS = 256  # of a sketch; a text has some 70 n-grams
_BLOCK = 5_000_000  # numbers that a step holds at a time
_EPS = 1e-9  # 0.07 * 100 is more than 7


class _Sets(NamedTuple):
    """The n-grams of texts as rows of a sparse matrix, the rarest first."""

    matrix: sparse.csr_array
    sizes: np.ndarray
    sketches: np.ndarray


def find_closest(texts, others, threshold, *, block=_BLOCK):
    """For each text, the most similar of other texts, if it is similar enough.

    Similarity is the Jaccard index of the sets of character trigrams, blanks included.
    Texts of fewer than three characters have none, and are similar to nothing.

    Parameters
    ----------
    texts : list of str of length n_texts
        The texts.
    others : list of str
        Where to look.
    threshold : float
        Lowest similarity, above 0.
    block : int, default=5_000_000
        About how many numbers are held at a time, beside the n-grams themselves.

    Returns
    -------
    closest : ndarray of shape (n_texts,), dtype=int
        Position in `others`, the first of equally similar ones; -1 if there is none.
    similarity : ndarray of shape (n_texts,)
        The Jaccard index, 0 if there is none.

    Notes
    -----
    It is a set similarity join with prefix filter [1]_: with n-grams in the order of
    their frequency, two sets as similar as `threshold` share some of their rarest ones.
    Only pairs that do are looked at, and no similar pair is missed. Prefixes that are
    longer by k, and k + 1 shared n-grams asked for, leave far fewer pairs [2]_. Of
    these, most are ruled out by the bits in which sketches of the sets differ: each is
    at least one n-gram that is in one set only.

    References
    ----------
    .. [1] R. J. Bayardo, Y. Ma, R. Srikant, "Scaling up all pairs similarity search",
       WWW 2007.
    .. [2] J. Wang, G. Li, J. Feng, "Can we beat the prefix filtering?", SIGMOD 2012.
    """
    sets = _make_sets([*texts, *others])
    by_size = np.argsort(sets.sizes, kind="stable")
    left, right = by_size[by_size < len(texts)], by_size[by_size >= len(texts)]
    closest = np.full(len(texts), -1)
    similarity = np.zeros(len(texts))
    for a, b, jaccard in _similar_pairs(sets, left, right, threshold, block):
        order = np.lexsort((b, -jaccard, a))
        found, first = np.unique(a[order], return_index=True)
        closest[found] = b[order[first]] - len(texts)
        similarity[found] = jaccard[order[first]]
    return closest, similarity


def find_pairs(texts, threshold, *, block=_BLOCK):
    """All pairs of similar texts, each once.

    Parameters
    ----------
    texts : list of str
        The texts.
    threshold, block
        As for `find_closest`.

    Returns
    -------
    pairs : ndarray of int of shape (n_pairs, 2)
        Positions, the smaller one first, in order.
    similarity : ndarray of shape (n_pairs,)
        The Jaccard index of each pair.
    """
    sets = _make_sets(texts)
    by_size = np.argsort(sets.sizes, kind="stable")
    rank = np.argsort(by_size)
    pairs, similarity = [np.empty((0, 2), int)], [np.empty(0)]
    for a, b, jaccard in _similar_pairs(sets, by_size, by_size, threshold, block):
        once = rank[a] < rank[b]
        a, b = a[once], b[once]
        pairs.append(np.column_stack([np.minimum(a, b), np.maximum(a, b)]))
        similarity.append(jaccard[once])
    pairs, similarity = np.concatenate(pairs), np.concatenate(similarity)
    order = np.lexsort(pairs.T[::-1])
    return pairs[order], similarity[order]


def _similar_pairs(sets, left, right, threshold, block):
    """Pairs of rows of both sides that are similar, with their similarity."""
    prefixes = _keep_prefixes(sets, threshold)
    frequency = np.bincount(prefixes[right].indices, minlength=prefixes.shape[1])
    work = prefixes[left] @ frequency
    like_sized = np.log2(sets.sizes[left] + 1) // 0.25
    for start, stop in _slices(np.cumsum(work) // block, like_sized):
        rows = left[start:stop]
        # Texts are not compared with those that have been compared with them.
        others = right[start:] if left is right else right
        a, b = _candidates(sets, prefixes, rows, others, threshold)
        jaccard = _jaccard(sets, a, b, block)
        similar = jaccard >= threshold - _EPS
        yield a[similar], b[similar], jaccard[similar]


def _make_sets(texts):
    lengths = np.fromiter(map(len, texts), int, len(texts))
    letters = "".join(texts).encode("utf-32-le", "surrogatepass")
    letters, alphabet = pd.factorize(np.frombuffer(letters, dtype=np.uint32))
    letters = letters.astype(np.int32)
    columns, n_grams = _number_grams(letters, len(alphabet), lengths)
    ones = np.ones(len(columns), dtype=bool)
    starts = np.concatenate([[0], np.maximum(lengths - _N + 1, 0).cumsum()])
    matrix = sparse.csr_array((ones, columns, starts), shape=(len(texts), n_grams))
    matrix.sum_duplicates()
    frequency = np.bincount(matrix.indices, minlength=n_grams)
    rank = np.empty(n_grams, dtype=matrix.indices.dtype)
    rank[np.argsort(frequency, kind="stable")] = np.arange(n_grams)
    matrix.indices = rank[matrix.indices]
    matrix.has_sorted_indices = False
    matrix.sort_indices()
    return _Sets(matrix, np.diff(matrix.indptr), _sketch(matrix))


def _number_grams(letters, n_letters, lengths):
    """Numbers of the n-grams of all texts, in order, and how many distinct ones."""
    within = np.ones(len(letters), dtype=bool)  # an n-gram of one text begins here
    ends = lengths.cumsum()
    for i in range(1, _N):
        within[np.maximum(ends - i, 0)[lengths >= i]] = False
    starts = np.flatnonzero(within)
    code = np.zeros(len(starts), dtype=np.int64)
    for i in range(_N):
        code *= n_letters
        code += letters[starts + i]
    numbers, grams = pd.factorize(code)
    return numbers.astype(np.int32), len(grams)


def _sketch(matrix):
    """The n-grams of each row as a set of few bits, in whole words."""
    bits = np.zeros((matrix.shape[0], _BITS), dtype=bool)
    rows = np.repeat(np.arange(len(bits), dtype=np.int32), np.diff(matrix.indptr))
    bits[rows, matrix.indices % _BITS] = True
    return np.packbits(bits, axis=1).view(np.uint64)


def _least_shared(sizes, threshold):
    """How many n-grams a set shares with every set that is similar."""
    return np.ceil(threshold * sizes - _EPS).astype(int)


def _keep_prefixes(sets, threshold):
    """The rarest n-grams of each set: two similar sets share `_SHARED` of these."""
    matrix, sizes, _ = sets
    length = sizes - _least_shared(sizes, threshold) + _SHARED
    position = np.arange(matrix.nnz) - np.repeat(matrix.indptr[:-1], sizes)
    kept = position < np.repeat(length, sizes)
    starts = np.concatenate([[0], np.minimum(length, sizes).cumsum()])
    ones = np.ones(starts[-1], dtype=np.int32)
    return sparse.csr_array((ones, matrix.indices[kept], starts), shape=matrix.shape)


def _candidates(sets, prefixes, left, right, threshold):
    """Pairs that may be similar, of rows in the order of their sizes."""
    smallest, largest = sets.sizes[left[[0, -1]]]
    bounds = [threshold * smallest - _EPS, largest / threshold + _EPS]
    first, last = np.searchsorted(sets.sizes[right], bounds)
    right = right[first:last]
    shared = (prefixes[left] @ prefixes[right].T).tocoo()
    needed = min(_least_shared(smallest, threshold), _SHARED)
    pairs = shared.data >= needed
    a, b = left[shared.row[pairs]], right[shared.col[pairs]]
    differ = np.bitwise_count(sets.sketches[a] ^ sets.sketches[b]).sum(
        axis=1, dtype=int
    )
    total = sets.sizes[a] + sets.sizes[b]
    alike = total - differ >= threshold * (total + differ) - _EPS
    return a[alike], b[alike]


def _jaccard(sets, a, b, block):
    matrix, sizes, _ = sets
    shared = np.empty(len(a))
    for start, stop in _slices(np.cumsum(sizes[a] + sizes[b]) // block):
        both = matrix[a[start:stop]].multiply(matrix[b[start:stop]])
        shared[start:stop] = np.diff(both.tocsr().indptr)
    return shared / (sizes[a] + sizes[b] - shared)


def _slices(*groups):
    """Bounds of the slices within which no row changes its group."""
    changes = np.any([np.diff(group, prepend=-1) != 0 for group in groups], axis=0)
    return pairwise([*np.flatnonzero(changes), len(changes)])
