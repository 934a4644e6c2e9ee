"""Draws of the sample corpora: the same ones with every version of Python."""

import random
import re

__all__ = ["Draw", "fill"]

_SLOT = re.compile(r"\{(\w+)\}")
_A_BEFORE_VOWEL = re.compile(r"\b([Aa]) (?=[aeiouAEIOU])")


class Draw:
    """Seeded draws from ``random()`` alone, which no version of Python changes."""

    def __init__(self, seed):
        self.random = random.Random(seed).random

    def one_of(self, options):
        return options[int(self.random() * len(options))]

    def chance(self, share):
        return self.random() < share

    def sample(self, n_items, size):
        return sorted(range(n_items), key=lambda _: self.random())[:size]


def fill(template, words, draw):
    """Fill the slots of a template, and those of what fills them.

    Examples
    --------
    >>> fill("a {colour} {animal}", {"colour": ["odd"], "animal": ["owl"]}, Draw(0))
    'an odd owl'
    """
    while "{" in template:
        template = _SLOT.sub(lambda slot: draw.one_of(words[slot[1]]), template)
    return _A_BEFORE_VOWEL.sub(r"\1n ", " ".join(template.split()))
