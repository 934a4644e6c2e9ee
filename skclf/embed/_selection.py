"""Which rows of a word-vector file are kept."""

import numpy as np


class Selection:
    """Rows of wanted words and of the first other words, collected batch by batch.

    Words are compared as UTF-8 bytes, so that the others are never decoded.

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
        # A lone surrogate is in no file, but may be in a text.
        self._wanted = {word.encode(errors="surrogatepass"): word for word in wanted}
        self._n_extra_left = extra_words
        self._rows = {}
        self._numbers = bytearray()  # grows without a second copy
        self.n_duplicates = 0

    def choose(self, words):
        """Decide which of the next rows are kept.

        Parameters
        ----------
        words : list of bytes
            Their words.

        Returns
        -------
        list of int
            Indices of the rows to keep, whose vectors `add` expects.
        """
        if self._n_extra_left:
            candidates = range(len(words))
        else:
            candidates = [i for i, word in enumerate(words) if word in self._wanted]
        return [i for i in candidates if self._take(words[i])]

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
        text = self._wanted.get(word)
        if text is None:
            text = _decode(word)
            if not text or not self._n_extra_left:
                return False
            self._n_extra_left -= 1
            self._wanted[word] = text  # to notice when it comes again
        if text in self._rows:
            self.n_duplicates += 1
            return False
        self._rows[text] = len(self._rows)
        return True


def _decode(word):
    """The word; nothing if it is cut inside a letter, as word2vec's may be."""
    try:
        return word.decode()
    except UnicodeDecodeError:
        return ""
