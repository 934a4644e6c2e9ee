"""Scripts: which characters make up words, and which are written without blanks."""

import re
import unicodedata
from functools import lru_cache

# Scripts that put no blank between words, as ranges of a character class: kana,
# bopomofo and Han; Thai, Lao, Tibetan, Burmese, Khmer, Tai and Javanese.
KANA_AND_HAN = (
    "\u3005-\u3007\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
THAI_AND_OTHERS = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua980-\ua9df"
    "\uaa60-\uaadf"
)
WITHOUT_BLANKS = KANA_AND_HAN + THAI_AND_OTHERS

# What stands between blanks; in these scripts, each character by itself.
WORD = re.compile(rf"[{WITHOUT_BLANKS}]|[^\s{WITHOUT_BLANKS}]+")

# Marks inside a word, which is written as one without them, and letters around them:
# the apostrophe of Ukrainian and Belarusian; Hebrew's geresh and gershayim; Catalan's
# l·l. A pattern for each: searching a fixed one is fastest.
_CYRILLIC, _HEBREW = "\u0400-\u052f", "\u05d0-\u05ea"
_IN_WORDS = {
    mark: re.compile(f"{mark}(?<=[{letters}]{mark})(?=[{letters}])")
    for mark, letters in {
        "'": _CYRILLIC + _HEBREW,
        '"': _HEBREW,
        "׳": _HEBREW,
        "״": _HEBREW,
        "·": "lL",
    }.items()
}


def join_words(text):
    """Take out the marks inside words that do not part them."""
    for mark, pattern in _IN_WORDS.items():
        if mark in text:
            text = pattern.sub("", text)
    return text


@lru_cache(maxsize=1)
def combining_marks():
    r"""Ranges of the accents, vowel signs and joiners of words, which are no ``\w``.

    Variation selectors, which only belong to emojis, are left out.
    """
    is_mark = [
        unicodedata.category(chr(code))[0] == "M" and not 0xFE00 <= code <= 0xFE0F
        for code in range(0x20000)
    ]
    edges = [i for i in range(1, len(is_mark)) if is_mark[i] != is_mark[i - 1]]
    ranges = zip(edges[::2], edges[1::2], strict=True)
    marks = "".join(f"{chr(start)}-{chr(end - 1)}" for start, end in ranges)
    return f"{marks}\u200c\u200d"


@lru_cache(maxsize=1)
def marks_outside_ascii():
    """What finds a punctuation mark or symbol."""
    return rf"[^\x00-\x7f](?<=[^\w{combining_marks()}])"
