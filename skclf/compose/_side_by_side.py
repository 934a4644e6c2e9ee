"""What is made of several columns of texts, as one input."""

import numpy as np
from scipy import sparse

from skclf._containers import (
    FIRST_WORD,
    PADDING,
    UNKNOWN,
    EmbeddedSequences,
    TokenSequences,
    fingerprint,
)
from skclf._names import stored
from skclf._validation import listed

_TOKENS, _EMBEDDED, _FEATURES = "tokens", "embedded tokens", "features"


@stored
class SideBySide:
    """Blocks of documents that become one: features, or words one behind another.

    A word of one column is another word than the same of another column, and has a
    vector of its own, which is the same as long as no net has changed it.

    Parameters
    ----------
    blocks : list of TokenSequences, EmbeddedSequences, ndarray or sparse matrix
        What the training documents have become, for each column.
    names : list of str
        Names of the columns.
    """

    def __init__(self, blocks, names):
        kinds = {_kind(block) for block in blocks}
        if len(kinds) > 1:
            raise TypeError(
                "Expected the same of each column of texts, got "
                f"{listed(sorted(kinds))}."
            )
        self._kind = kinds.pop()
        if self._kind == _FEATURES:
            return
        words = [
            f"{name}: {word}"
            for name, block in zip(names, blocks, strict=True)
            for word in block.vocabulary or ()
        ]
        self._vocabulary = {word: i + FIRST_WORD for i, word in enumerate(words)}
        # Where the words of each column begin, and the last ones end.
        sizes = [len(block.vocabulary or ()) for block in blocks]
        self._begins = (FIRST_WORD + np.cumsum([0, *sizes])).tolist()
        embedded = self._kind == _EMBEDDED
        digests = [
            b.fingerprint if embedded else b.vocabulary_fingerprint for b in blocks
        ]
        self._fingerprint = fingerprint(map(str, digests))

    def join(self, blocks):
        """Blocks of the same columns as one.

        Parameters
        ----------
        blocks : list
            As in `fit`; of these or other documents.

        Returns
        -------
        TokenSequences, EmbeddedSequences, ndarray or CSR matrix
            A row for each document.
        """
        if self._kind == _TOKENS:
            return self._tokens(blocks)
        if self._kind == _EMBEDDED:
            return self._embedded(blocks)
        if any(map(sparse.issparse, blocks)):
            return sparse.hstack(blocks, format="csr")
        return np.hstack(blocks)

    def _tokens(self, blocks):
        ids, unknown = [], []
        for i, block in enumerate(blocks):
            # Unknown words come after all words of all columns.
            ids.append(self._moved(block.raw_ids, i, self._begins[-1] + len(unknown)))
            unknown += block.unknown_words
        return TokenSequences._of_encoder(
            np.hstack(ids),
            self._vocabulary,
            unknown,
            self._fingerprint,
            blocks[0].of_characters,
        )

    def _embedded(self, blocks):
        ids, others = [], []
        tables = [blocks[0].table[:FIRST_WORD]]
        next_row = self._begins[-1]
        for i, block in enumerate(blocks):
            n_own = FIRST_WORD + self._begins[i + 1] - self._begins[i]
            tables.append(block.table[FIRST_WORD:n_own])
            # Of words that only the vectors know, those that are in these documents.
            used = np.unique(block.raw_ids[block.raw_ids >= n_own])
            row_of = np.arange(len(block.table), dtype=np.int32)
            row_of[used] = np.arange(n_own, n_own + len(used))
            ids.append(self._moved(row_of[block.raw_ids], i, next_row))
            others.append(block.table[used])
            next_row += len(used)
        return EmbeddedSequences(
            np.hstack(ids),
            np.vstack(tables + others),
            vocabulary=self._vocabulary or None,
            fingerprint=self._fingerprint,
        )

    def _moved(self, ids, column, first_other):
        """Ids of one column as those of all of them."""
        n_own = FIRST_WORD + self._begins[column + 1] - self._begins[column]
        moved = ids + np.int32(self._begins[column] - FIRST_WORD)
        is_other = ids >= n_own
        moved[is_other] = ids[is_other] + (first_other - n_own)
        is_special = (ids == PADDING) | (ids == UNKNOWN)
        moved[is_special] = ids[is_special]
        return moved


def _kind(block):
    if isinstance(block, TokenSequences):
        return _TOKENS
    return _EMBEDDED if isinstance(block, EmbeddedSequences) else _FEATURES
