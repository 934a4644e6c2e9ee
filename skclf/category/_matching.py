"""The nearest spelling among many, by a scorer of rapidfuzz."""

import re
import unicodedata

import numpy as np

from skclf._optional import import_optional

rapidfuzz = import_optional("rapidfuzz", feature="The matching of categories")

MAX_LENGTH = 1000
_MAX_CELLS = 4_000_000  # of the matrix of similarities, 32 MB
_ROUNDING = 1e-9  # 55.00000000000001 / 100 is not above a threshold of 0.55
_CUTOFF_MARGIN = 1e-5  # rapidfuzz is not exact near the cutoff

# Where the similarity of equal texts is 1, and where it is 100.
_UNIT = {
    "levenshtein": rapidfuzz.distance.Levenshtein.normalized_similarity,
    "damerau_levenshtein": rapidfuzz.distance.DamerauLevenshtein.normalized_similarity,
    "osa": rapidfuzz.distance.OSA.normalized_similarity,
    "indel": rapidfuzz.distance.Indel.normalized_similarity,
    "lcs_seq": rapidfuzz.distance.LCSseq.normalized_similarity,
    "hamming": rapidfuzz.distance.Hamming.normalized_similarity,
    "jaro": rapidfuzz.distance.Jaro.normalized_similarity,
    "jaro_winkler": rapidfuzz.distance.JaroWinkler.normalized_similarity,
    "prefix": rapidfuzz.distance.Prefix.normalized_similarity,
    "postfix": rapidfuzz.distance.Postfix.normalized_similarity,
}
_PERCENT = {
    name: getattr(rapidfuzz.fuzz, name)
    for name in (
        "ratio", "partial_ratio", "token_sort_ratio", "token_set_ratio", "token_ratio",
        "partial_token_sort_ratio", "partial_token_set_ratio", "partial_token_ratio",
        "WRatio", "QRatio",
    )
}  # fmt: skip
SCORERS = {**_UNIT, **_PERCENT}

# Roman numerals to 89, as words of their own; a single letter only at the end.
_NUMBER = re.compile(
    r"\d+|\b(?=[ivxl]{2}|[ivx]\Z)(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})(?!\w)", re.IGNORECASE
)


def scorer_name(scorer):
    """Name of a scorer that is given by its name or as a function of rapidfuzz."""
    if isinstance(scorer, str):
        return scorer
    for name, function in SCORERS.items():
        if function is scorer:
            return name
    raise ValueError(
        "Expected as scorer a function of rapidfuzz that gives normalised similarities "
        "(rapidfuzz.fuzz.ratio, rapidfuzz.distance.*.normalized_similarity; neither a "
        f"distance nor a count), got {scorer!r}. Pass one of these, or its name: "
        f"{list(SCORERS)}."
    )


class Matcher:
    """Finds similar spellings, with similarities from 0 to 1.

    Spellings of more than `MAX_LENGTH` characters are similar to themselves only, and
    those with different numbers in them are not similar.

    Parameters
    ----------
    scorer : str or callable
        A name in `SCORERS`, or the function.
    threshold : float
        Similarities above it count.
    """

    def __init__(self, scorer, threshold):
        name = scorer_name(scorer)
        self._scorer = SCORERS[name]
        self._scale = 100 if name in _PERCENT else 1
        self._threshold = threshold + _ROUNDING

    def similarity(self, a, b):
        """The similarity of two spellings, whatever the threshold."""
        if a == b:
            return 1.0
        if max(len(a), len(b)) > MAX_LENGTH:
            return 0.0
        return self._scorer(a, b) / self._scale

    def similarities(self, spellings, forms):
        """A matrix of similarities; those that are not to be merged are 0."""
        scores = rapidfuzz.process.cdist(
            _short_ones(spellings),
            _short_ones(forms),
            scorer=self._scorer,
            score_cutoff=max(self._threshold - _CUTOFF_MARGIN, 0) * self._scale,
            dtype=np.float64,
        )
        scores[[len(spelling) > MAX_LENGTH for spelling in spellings]] = 0
        scores /= self._scale
        scores[scores < self._threshold] = 0
        codes = {}  # of the numbers in a spelling
        rows, columns = (
            np.array([codes.setdefault(_numbers(text), len(codes)) for text in texts])
            for texts in (spellings, forms)
        )
        scores[rows[:, None] != columns] = 0
        return scores

    def nearest(self, spellings, forms):
        """The most similar form for each spelling, the first of equally similar ones.

        Returns
        -------
        index : ndarray of int of shape (n_spellings,)
            Index into `forms`, -1 where none is similar enough.
        similarity : ndarray of float of shape (n_spellings,)
            The similarity, 0 where none is similar enough.
        """
        index = np.full(len(spellings), -1)
        similarity = np.zeros(len(spellings))
        step = max(_MAX_CELLS // max(len(forms), 1), 1)
        for start in range(0, len(spellings) if forms else 0, step):
            rows = slice(start, start + step)
            scores = self.similarities(spellings[rows], forms)
            best = scores.argmax(axis=1)
            similarity[rows] = scores[np.arange(len(best)), best]
            index[rows] = np.where(similarity[rows] > 0, best, -1)
        return index, similarity


def _short_ones(spellings):
    """Spellings to compare; no text is similar to an empty one."""
    return [text if len(text) <= MAX_LENGTH else "" for text in spellings]


def _numbers(text):
    """The numbers in a text, in order and as small letters of ASCII.

    >>> _numbers("World War II, 1939-1945"), _numbers("٣ m²")
    (('ii', '1939', '1945'), ('3', '2'))
    """
    if not text.isascii():
        text = "".join(
            f"{unicodedata.numeric(char):g}" if char.isnumeric() else char
            for char in text
        )
    return tuple(number.lower() for number in _NUMBER.findall(text))
