"""The steps of a cleaning, each a function from text to text.

All documents go through a step together, one per line: one call of ``re.sub`` or
``str.translate`` per step instead of one per document. No step looks across lines.
"""

import re
import string
import unicodedata
from functools import lru_cache, partial
from operator import methodcaller
from typing import NamedTuple

from skclf.text._emoji import EMOJI, emoji_name
from skclf.text._hashtags import split_hashtag
from skclf.text._shield import HIDDEN, SHOW, SHOW_ONLY_HIDDEN, shield

PLACEHOLDERS = {
    "urls": "<url>",
    "mentions": "<user>",
    "hashtags": "<hashtag>",
    "emojis": "<emoji>",
    "numbers": "<number>",
    "punctuation": "<punct>",
}


class Options(NamedTuple):
    """The parameters of TextCleaner that the steps depend on."""

    urls: str
    mentions: str
    hashtags: str
    emojis: str
    numbers: str
    punctuation: str
    lowercase: bool


class Pattern(NamedTuple):
    """What finds one kind of thing.

    ``hint`` is a cheap pattern that every line with a match contains; it is worth it
    where ``find`` begins with no fixed character, which makes searching slow.
    """

    find: str
    hint: str | None = None


_LINK_END = r"(?:[^\s<>\"]*[^\s<>\"'.,:;!?)\]}…”’])?"
_NOT_HIDDEN = re.escape(HIDDEN)
_POSSESSIVE = r"(?:['’]s\b)?"

# In these, "~" stands for the combining marks, which a word holds in some scripts.
PATTERNS = {
    "urls": (
        Pattern(rf"https?://{_LINK_END}"),
        Pattern(rf"www\.(?<!\wwww\.)(?=\w){_LINK_END}"),
        # A bare domain is a word (amazon.com); with a path it is a link (bit.ly/x).
        Pattern(
            rf"(?<![\w.@-])(?:[a-z0-9-]+\.)+[a-z]{{2,10}}/{_LINK_END}",
            hint=r"\.[a-z]{2,10}/",
        ),
    ),
    "mentions": (
        Pattern(
            r"(?<![\w.+-])[\w.+-]++@\w[\w-]*(?:\.\w[\w-]*)+",
            hint=r"@(?<=\w@)[\w-]+\.\w",
        ),
        Pattern(r"@\w+"),
    ),
    # A hashtag has a letter: #1 is a number.
    "hashtags": (Pattern(r"#(?=\w*[^\W\d_])([\w~]+)"),),
    # Digits that belong to no word (3rd, covid19), inside no kept thing.
    "numbers": (
        Pattern(
            rf"\d(?<![\w{_NOT_HIDDEN}]\d)\d*+(?:[.,:/]\d++)*+"
            rf"(?![\w{_NOT_HIDDEN}\ufe0f\u20e3])"
        ),
    ),
}
_PUNCTUATION_RUN = f"[{re.escape(string.punctuation)}]+"


@lru_cache(maxsize=256)
def build_steps(options, is_ascii):
    """Steps for texts that are ASCII or not; both give the same for ASCII text."""
    # Patterns for one case are several times faster, but splitting needs both.
    lower_first = options.lowercase and options.hashtags != "split"
    flags = 0 if lower_first else re.IGNORECASE
    steps = [str.lower] if lower_first else []
    if not is_ascii:
        steps.append(_symbol_step(options))
    for kind, patterns in PATTERNS.items():
        steps += _found_steps(kind, patterns, options, flags, is_ascii)
    steps += _punctuation_steps(options)
    return (*steps, str.lower) if options.lowercase else tuple(steps)


def _found_steps(kind, patterns, options, flags, is_ascii):
    action = getattr(options, kind)
    if action == "strip":
        return [partial(re.compile(r"#(?=\w*[^\W\d_])").sub, " ")]
    if kind == "numbers" and action == "keep":
        return []
    replacement = _replacement(kind, action, options.punctuation == "keep")
    ending = _POSSESSIVE if kind == "mentions" and action != "keep" else ""
    marks = "" if is_ascii else _combining_marks()
    return [
        _substitution(
            pattern.find.replace("~", marks) + ending, replacement, pattern.hint, flags
        )
        for pattern in patterns
    ]


def _replacement(kind, action, keeps_punctuation):
    if action == "remove":
        return " "
    if action == "token":
        return shield(f" {PLACEHOLDERS[kind]} ")
    if action == "split":
        return _split
    return _keep_in_place if keeps_punctuation else _keep_apart


def _keep_in_place(match):
    return shield(match[0])


def _keep_apart(match):
    return f" {shield(match[0])} "


def _split(match):
    return f" {split_hashtag(match[1])} "


def _substitution(find, replacement, hint, flags):
    pattern = re.compile(find, flags)
    if hint is None:
        return partial(pattern.sub, replacement)
    return partial(_sub_lines, re.compile(hint, flags), pattern, replacement)


def _sub_lines(hint, pattern, replacement, text):
    """Substitute in the lines that the hint finds something in."""
    if not hint.search(text):
        return text
    lines = text.split("\n")
    return "\n".join(
        [pattern.sub(replacement, ln) if hint.search(ln) else ln for ln in lines]
    )


def _symbol_step(options):
    """Emojis and the punctuation marks outside ASCII, in one pass."""
    keeps_punctuation = options.punctuation == "keep"
    marks = "" if keeps_punctuation else rf"|[^\w\s\x00-\x7f’{_combining_marks()}]"
    pattern = re.compile(f"({EMOJI}){marks}")
    return partial(pattern.sub, partial(_symbol, options))


def _symbol(options, match):
    emoji = match[1]
    if emoji is None:
        # Any mark of ASCII: what becomes of it is decided later, for all of them.
        return "!"
    if options.emojis == "keep":
        return f" {shield(emoji)} "
    if options.emojis == "name":
        return f" {emoji_name(emoji)} "
    return _replacement("emojis", options.emojis, options.punctuation == "keep")


@lru_cache(maxsize=1)
def _combining_marks():
    """Ranges of the accents and vowel signs that belong to words, though not to ``\\w``.

    Variation selectors, which only belong to emojis, are left out.
    """
    is_mark = [
        unicodedata.category(chr(code))[0] == "M" and not 0xFE00 <= code <= 0xFE0F
        for code in range(0x20000)
    ]
    edges = [i for i in range(1, len(is_mark)) if is_mark[i] != is_mark[i - 1]]
    return "".join(
        f"{chr(start)}-{chr(end - 1)}"
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    )


def _punctuation_steps(options):
    if options.punctuation == "keep":
        return [methodcaller("translate", SHOW)]
    steps = [
        methodcaller("replace", "’", "'"),
        partial(re.compile(r"'(?<=[nN]')(?=[tT]\b)").sub, ""),
    ]
    if options.numbers == "keep":
        inner = re.compile(r"[.,:/](?<=\d.)(?=\d)")
        steps.append(partial(inner.sub, _keep_in_place))
    if options.punctuation == "token":
        token = shield(f" {PLACEHOLDERS['punctuation']} ")
        steps += [
            partial(re.compile(r"'(?<=\w')(?=\w)").sub, " "),
            partial(re.compile(_PUNCTUATION_RUN).sub, token),
        ]
    return [*steps, methodcaller("translate", SHOW_ONLY_HIDDEN)]
