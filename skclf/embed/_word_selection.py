"""Which rows of a word-vector file are kept."""

import numpy as np


class WordSelection:
    """Rows of wanted words and of the first other words, collected batch by batch.

    Parameters
    ----------
    wanted : set of str
        Words to keep.
    extra_words : int
        How many other words to keep.

    Attributes
    ----------
    n_duplicates : int
        How often a kept word came again.
    """

    def __init__(self, wanted, extra_words):
        self._wanted = wanted
        self._n_extra_left = extra_words
        self._has_extra = extra_words > 0
        self._rows = {}
        self._numbers = bytearray()  # grows without a second copy
        self.n_duplicates = 0

    def choose(self, words):
        """Decide which of the next rows are kept.

        Parameters
        ----------
        words : list of str
            Their words; bytes that are no UTF-8 are escaped as surrogates.

        Returns
        -------
        list of int
            Indices of the rows to keep, whose vectors `add` expects.
        """
        if self._n_extra_left:
            return [i for i, word in enumerate(words) if self._take(word)]
        wanted, rows = self._wanted, self._rows
        if self._has_extra:
            known = [i for i, w in enumerate(words) if w in wanted or w in rows]
        else:
            known = [i for i, word in enumerate(words) if word in wanted]
        return [i for i in known if self._take(words[i])]

    def add(self, vectors):
        """Keep the vectors of the rows chosen last.

        Parameters
        ----------
        vectors : ndarray of float32 of shape (n_rows, dim)
            One vector for each row.
        """
        self._numbers += vectors.tobytes()

    def result(self, dim):
        """All that was kept.

        Parameters
        ----------
        dim : int
            Length of a vector.

        Returns
        -------
        words : dict of str to int
            Word to row.
        vectors : ndarray of float32 of shape (n_words, dim)
            Their vectors.
        """
        return self._rows, np.frombuffer(self._numbers, np.float32).reshape(-1, dim)

    def _take(self, word):
        if word in self._rows:
            self.n_duplicates += 1
            return False
        if word not in self._wanted:
            if not self._n_extra_left or not _is_word(word):
                return False
            self._n_extra_left -= 1
        self._rows[word] = len(self._rows)
        return True


def _is_word(word):
    """Whether it is not empty, and not cut inside a letter as word2vec's may be."""
    try:
        return bool(word.encode())
    except UnicodeEncodeError:
        return False
