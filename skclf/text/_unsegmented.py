"""Texts without blanks between words, where sentences would be learned as words."""

import re
import warnings
from itertools import filterfalse

from skclf.exceptions import SegmentationWarning
from skclf.text._scripts import KANA_AND_HAN, THAI_AND_OTHERS

# Letters that few words have, by script: words of Chinese are short, German ones long
# (Rechtsschutzversicherungsgesellschaften).
_LIMITS = (
    (re.compile(f"[{KANA_AND_HAN}]"), 6),
    (re.compile(f"[{THAI_AND_OTHERS}\uac00-\ud7a3]"), 12),  # and Hangul, if it has none
    (re.compile(rf"[^\W\d_{KANA_AND_HAN}{THAI_AND_OTHERS}\uac00-\ud7a3]"), 40),
)
_NO_WORD = re.compile(r"[#@]|\w+://|www\.")
_SAMPLE = 1_000  # texts that are looked at


def warn_if_unsegmented(texts):
    """Warn where most texts have many letters and no blank between their words.

    Parameters
    ----------
    texts : list of str
        Training documents, with blanks between their words as far as they are known.

    Examples
    --------
    >>> from skclf.text._unsegmented import warn_if_unsegmented
    >>> warn_if_unsegmented(["forest fire", "#ForestFireNearLaRongeSaskatchewan"])
    """
    sample = texts[:: 1 + len(texts) // _SAMPLE]
    words = [list(filterfalse(_NO_WORD.match, text.split())) for text in sample]
    judged = [_are_sentences(some) for some in words if some]
    if 2 * sum(judged) > len(judged):
        warnings.warn(
            "Most documents have many letters and no blank between words, as texts in "
            "Japanese, Chinese or Thai: what is learned as one word is a sentence or a "
            'part of it. Read characters: analyzer="char" in make_text_classifier or '
            "SequenceEncoder. Or part the words: SequenceEncoder(tokenizer=...), or "
            "blanks between them.",
            SegmentationWarning,
            stacklevel=2,
        )


def _are_sentences(words):
    """Whether words have so many letters that they can hardly be words."""
    text = "".join(words)
    if text.isascii() and len(text) < 40 * len(words):
        return False  # without counting
    size = sum(len(letters.findall(text)) / limit for letters, limit in _LIMITS)
    return size >= len(words)
