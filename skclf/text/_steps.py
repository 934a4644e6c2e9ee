"""The steps of a cleaning, each a function from text to text.

All documents go through a step together, one per line: one call of ``re.sub`` or
``str.translate`` per step instead of one per document. No step looks across lines.
"""

import re
import string
from functools import lru_cache, partial
from itertools import compress
from operator import methodcaller
from typing import NamedTuple

from skclf.text._emoji import EMOJI, IN_EMOJI, MAY_BE_EMOJI, emoji_name
from skclf.text._hashtags import split_hashtag
from skclf.text._marks import spell_mark, split_steps
from skclf.text._patterns import PATTERNS
from skclf.text._scripts import join_words, marks_outside_ascii
from skclf.text._shield import HIDDEN, SHOW_ONLY_HIDDEN, shield, unshield
from skclf.text._unicode import compose, to_lowercase

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
    max_repeats: int | None
    language: str = "english"


_HIDDEN_MARKS = re.escape(HIDDEN)
_POSSESSIVE = r"(?:'s\b)?"
# Languages in which n't is an ending, and those in which "I" is no large "i".
_WITH_NT = ("english", "hinglish")
_WITH_DOTLESS_I = ("turkish", "azerbaijani")
_PUNCTUATION_RUN = re.compile(f"[{re.escape(string.punctuation)}]+")


def run_steps(docs, options):
    """Put documents without newlines through all steps, ASCII ones by themselves.

    The steps are several times faster on pure ASCII text, which most documents are, or
    become when their symbols are replaced.
    """
    if options.language in _WITH_DOTLESS_I:  # small letters are not ASCII
        docs = _run_together(docs, first_steps(options))
        return _run_together(docs, build_steps(options, False))
    if all(map(str.isascii, docs)):
        return _run_together(docs, build_steps(options, True))
    others = [doc for doc in docs if not doc.isascii()]
    others = iter(_run_together(others, first_steps(options)))
    docs = [doc if doc.isascii() else next(others) for doc in docs]
    is_ascii = list(map(str.isascii, docs))
    others = [doc for doc in docs if not doc.isascii()]
    others = iter(_run_together(others, build_steps(options, False)))
    docs = list(compress(docs, is_ascii))
    docs = iter(_run_together(docs, build_steps(options, True)))
    return [next(docs) if ascii_ else next(others) for ascii_ in is_ascii]


def _run_together(docs, steps):
    if not docs:
        return []
    text = "\n".join(docs)
    for step in steps:
        text = step(text)
    return text.split("\n")


@lru_cache(maxsize=256)
def build_steps(options, is_ascii):
    """Steps for texts that are ASCII or not; both give the same for ASCII text."""
    lower_first = _is_lower_first(options)
    flags = 0 if lower_first else re.IGNORECASE
    steps = [str.lower] if lower_first and is_ascii else []
    for kind, patterns in PATTERNS.items():
        steps += _found_steps(kind, patterns, options, flags, is_ascii)
    if options.lowercase and not (lower_first and is_ascii):
        # Names of emojis have capitals, too.
        steps.append(lowercase_of(options.language))
    if options.max_repeats is not None:
        steps.append(_squeeze_step(options))
    return (*steps, *_punctuation_steps(options, is_ascii))


def lowercase_of(language):
    """What writes a text of a language in small letters, composed as they are."""
    return _to_turkish_lowercase if language in _WITH_DOTLESS_I else _to_lowercase


def _to_lowercase(text):
    return compose(to_lowercase(text))


def _to_turkish_lowercase(text):
    return _to_lowercase(text.replace("I", "ı"))


def _is_lower_first(options):
    # Patterns for one case are several times faster, but splitting needs both.
    return options.lowercase and options.hashtags != "split"


@lru_cache(maxsize=128)
def first_steps(options):
    """Steps that texts outside ASCII go through before all others."""
    steps = [lowercase_of(options.language)] if _is_lower_first(options) else []
    if options.punctuation != "keep":
        steps.append(join_words)
    return (*steps, _symbol_step(options))


def _found_steps(kind, patterns, options, flags, is_ascii):
    action = getattr(options, kind)
    if action == "strip" and options.punctuation == "remove":
        return []  # the mark goes with all others
    if action == "strip":
        return [partial(re.compile(r"#(?=\w*[^\W\d_])").sub, " ")]
    if kind == "numbers" and action == "keep":
        return []
    replacement = _replacement(kind, action, options.punctuation == "keep")
    ending = _POSSESSIVE if kind == "mentions" and action != "keep" else ""
    return [
        _substitution(
            pattern.for_texts(is_ascii) + ending, replacement, pattern.hint, flags
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
    substitute = partial(pattern.sub, replacement)
    return partial(_run_by_line, re.compile(hint, flags), substitute, str)


def _run_by_line(hint, step, other, text):
    """Run a step on the lines that the hint finds something in, another elsewhere."""
    pieces, done = [], 0
    for start, end in lines_with(hint, text):
        pieces += other(text[done:start]), step(text[start:end])
        done = end
    return "".join([*pieces, other(text[done:])])


def lines_with(hint, text):
    """Start and end of the lines that a pattern finds something in."""
    done = 0
    for found in hint.finditer(text):
        if found.start() < done:
            continue
        start = text.rfind("\n", 0, found.start()) + 1
        end = text.find("\n", found.end())
        done = len(text) if end < 0 else end
        yield start, done


def _symbol_step(options):
    """Emojis and the punctuation marks outside ASCII, in one pass."""
    marks = r"(?!)" if options.punctuation == "keep" else marks_outside_ascii()
    pattern = re.compile(f"{MAY_BE_EMOJI}(?:({EMOJI})|{marks})")
    symbols = partial(pattern.sub, partial(_symbol, options))
    # Most texts hold no emoji; searching for marks alone takes half the time.
    mark = spell_mark if options.punctuation == "split" else "!"
    marks = partial(re.compile(marks).sub, mark)
    return partial(_run_by_line, re.compile(IN_EMOJI), symbols, marks)


def _symbol(options, match):
    emoji = match[1]
    if emoji is None and options.punctuation == "split":
        return spell_mark(match)
    if emoji is None:
        # Any mark of ASCII: what becomes of it is decided later, for all of them.
        return "!"
    if options.emojis == "keep":
        return f" {shield(emoji)} "
    if options.emojis == "name":
        return f" {emoji_name(emoji)} "
    return _replacement("emojis", options.emojis, options.punctuation == "keep")


def _squeeze_step(options):
    # Possessive: what a long run would keep to go back to takes most of the time.
    run = rf"(.)\1\1{{{options.max_repeats - 1},}}+"
    if "keep" in (options.urls, options.mentions, options.hashtags):
        # A word with hidden marks was kept on purpose, and is passed over.
        run = rf"(?<!\S)[^\s{_HIDDEN_MARKS}]*+[{_HIDDEN_MARKS}]\S*+|{run}"
    return partial(re.compile(run).sub, partial(_squeeze, options.max_repeats))


def _squeeze(max_repeats, match):
    letter = match[1]
    if letter is None or not letter.isalpha():
        return match[0]
    return letter * max_repeats


def _punctuation_steps(options, is_ascii):
    """Treat the marks of ASCII, and show those that were hidden."""
    if options.punctuation == "keep":
        return [unshield]
    steps = []
    if options.punctuation != "split" and options.language in _WITH_NT:
        steps.append(partial(re.compile(r"'(?<=[nN]')(?=[tT]\b)").sub, ""))
    if options.numbers == "keep" or options.punctuation == "split":
        # One pattern for each mark: searching a fixed character is fastest.
        for mark in ".,:/":
            inner = re.compile(rf"{re.escape(mark)}(?<=\d.)(?=\d)")
            steps.append(partial(inner.sub, shield(mark)))
    if options.punctuation == "split":
        english = options.language in _WITH_NT
        return [*steps, *split_steps(PLACEHOLDERS.values(), english), unshield]
    if options.punctuation == "token":
        token = shield(f" {PLACEHOLDERS['punctuation']} ")
        part = partial(re.compile(r"'(?<=\w')(?=\w)").sub, " ")
        return [*steps, part, partial(_PUNCTUATION_RUN.sub, token), unshield]
    if is_ascii:
        return [*steps, methodcaller("translate", SHOW_ONLY_HIDDEN)]
    return [*steps, partial(_PUNCTUATION_RUN.sub, " "), unshield]
