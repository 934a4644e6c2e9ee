r"""What finds links, mentions, hashtags and numbers.

In a pattern, "~" stands for the combining marks, which a word holds in some scripts;
"≈" for one character of a word, but none of a script without blanks, where a link or
name may be followed by text at once; "≉" for nothing, where such text begins.
"""

import re
from typing import NamedTuple

from skclf.text._scripts import WITHOUT_BLANKS, combining_marks
from skclf.text._shield import HIDDEN


class Pattern(NamedTuple):
    """What finds one kind of thing.

    ``hint`` is a cheap pattern that every line with a match contains; it is worth it
    where ``find`` begins with no fixed character, which makes searching slow.
    """

    find: str
    hint: str | None = None

    def for_texts(self, is_ascii):
        """The pattern for texts that are ASCII or not; both find the same in ASCII."""
        marks = "" if is_ascii else combining_marks()
        letter, edge = r"\w", ""
        if not is_ascii:
            letter = rf"(?:[\w{marks}](?<![{WITHOUT_BLANKS}]))"
            # All marks outside ASCII are "!" by now, unless they are kept.
            edge = f"(?:(?<![A-Za-z0-9!])|(?![{WITHOUT_BLANKS}]))"
        find = self.find.replace("~", marks).replace("≈", letter)
        return find.replace("≉", edge)


_NOT_IN_LINK = r"\s<>\"。、，！？；：「」『』（）【】《》"
_LINK_END = rf"(?:(?:≉[^{_NOT_IN_LINK}])*≉[^{_NOT_IN_LINK}'.,:;!?)\]}}…”’])?"
_HIDDEN_MARKS = re.escape(HIDDEN)

PATTERNS = {
    "urls": (
        Pattern(rf"https?://{_LINK_END}"),
        Pattern(rf"www\.(?<!≈www\.)(?=\w){_LINK_END}"),
        # A bare domain is a word (amazon.com); with a path it is a link (bit.ly/x).
        Pattern(
            rf"(?<!≈)(?<![.@-])(?:[a-z0-9-]+\.)+[a-z]{{2,10}}/{_LINK_END}",
            hint=r"\.[a-z]{2,10}/",
        ),
    ),
    "mentions": (
        Pattern(
            r"(?<!≈)(?<![.+-])(?:≈|[.+-])++@≈(?:≈|-)*(?:\.≈(?:≈|-)*)+",
            hint=r"@(?<=\w@)[\w-]+\.\w",
        ),
        Pattern(r"@(?:≈+|[\w~]+)"),
    ),
    # A hashtag has a letter: #1 is a number.
    "hashtags": (Pattern(r"#(?=\w*[^\W\d_])([\w~]+)"),),
    # Digits that belong to no word (3rd, covid19), inside no kept thing.
    "numbers": (
        Pattern(
            rf"\d(?<!≈\d)(?<![{_HIDDEN_MARKS}]\d)(?<!\d[.,:/]\d)\d*+(?:[.,:/]\d++)*+"
            rf"(?!≈|[{_HIDDEN_MARKS}\ufe0f\u20e3])"
        ),
    ),
}
