"""Punctuation marks that are to survive, in a private alphabet.

Found things are edited one kind after the other, and punctuation is removed last, in
one ``str.translate``. What must come through unharmed (a placeholder, a kept URL, the
point in 3.5) has its marks swapped for control characters, which documents no longer
hold by then, and the last translation swaps them back.
"""

import re
import string

MARKS = string.punctuation
# 31 control characters (the newline separates documents) and DEL: one for each mark.
HIDDEN = "".join(chr(code) for code in range(32) if code != ord("\n")) + "\x7f"

_HIDE = str.maketrans(MARKS, HIDDEN)
_SHOW = str.maketrans(HIDDEN, MARKS)
_HIDDEN_RUN = re.compile(f"[{re.escape(HIDDEN)}]+")
# For ASCII text, where it is the fastest way: other marks go, hidden ones come back.
SHOW_ONLY_HIDDEN = _SHOW | dict.fromkeys(map(ord, MARKS), " ")


def shield(text):
    """Hide the punctuation marks of a text from all later steps."""
    return text.translate(_HIDE)


def unshield(text):
    """Show the hidden punctuation marks again."""
    return _HIDDEN_RUN.sub(_show, text)


def _show(match):
    return match[0].translate(_SHOW)
