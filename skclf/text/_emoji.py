"""Emojis: one pattern that takes a whole sequence for one emoji, and their names."""

import re
from functools import lru_cache

from skclf._optional import import_optional

# Shown as a picture, by itself or with a selector (Unicode TR 51, written as ranges).
_PICTURES = (
    "↔-↙↩↪⌚⌛⌨⏏⏩-⏳⏸-⏺▪▫▶◀◻-◾☀-☄☎☑☔☕☘☝☠☢☣☦☪☮☯☸-☺♀♂♈-♓♟♠♣♥♦♨♻♾♿⚒-⚗⚙⚛⚜⚠⚡⚧⚪⚫⚰⚱⚽⚾⛄⛅⛈⛎⛏⛑⛓⛔⛩⛪"
    "⛰-⛵⛷-⛺⛽✂✅✈-✍✏✒✔✖✝✡✨✳✴❄❇❌❎❓-❕❗❣❤➕-➗➡➰➿⤴⤵⬅-⬇⬛⬜⭐⭕〽㊗㊙"
    "\U0001f004\U0001f0cf\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f18e"
    "\U0001f191-\U0001f19a\U0001f201\U0001f202\U0001f21a\U0001f22f\U0001f232-\U0001f23a"
    "\U0001f250\U0001f251"
    "\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7f0"
    "\U0001f900-\U0001f9ff\U0001fa70-\U0001faff"
)
# Shown as a letter or mark, unless the emoji variation selector follows.
LETTER_EMOJIS = "©®‼⁉™ℹⓂ〰"
_TONE = "[\U0001f3fb-\U0001f3ff]?"
_REGION = "\U0001f3f4[\U000e0030-\U000e007a]{,6}\U000e007f"  # the flag of Scotland
_FIRST = (
    f"(?:{_REGION}|[{_PICTURES}][\ufe0e\ufe0f]?{_TONE}|[{LETTER_EMOJIS}]\ufe0f{_TONE})"
)
_JOINED = f"\u200d[{_PICTURES}{LETTER_EMOJIS}]\ufe0f?{_TONE}"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"

# Every emoji holds one of these. Searching is fastest with a simple set to begin with.
IN_EMOJI = f"[^\x00-\x7f](?<=[{_PICTURES}\ufe0f\u20e3\U0001f1e6-\U0001f1ff])"
# Where an emoji can begin: asked first, it makes searching three times as fast.
MAY_BE_EMOJI = f"(?=[^\x00-\x7f]|{_KEYCAP})"
# Unicode has sequences of four at most; a bound, as names take long to look up.
EMOJI = f"(?:{_FIRST}(?:{_JOINED}){{,7}}|{_FLAG}|{_KEYCAP})"


@lru_cache(maxsize=10_000)
def emoji_name(emoji):
    r"""Name of an emoji in plain words.

    Examples
    --------
    >>> from skclf.text._emoji import emoji_name
    >>> emoji_name("\N{FACE WITH TEARS OF JOY}")
    'face with tears of joy'
    """
    package = import_optional("emoji", feature='emojis="name"')
    name = package.demojize(emoji).replace("_", " ").replace("’", "")
    return " ".join(re.findall(r"\w+", name))
