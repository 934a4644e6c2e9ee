"""Groups of near-duplicate spellings."""

from collections import Counter
from typing import NamedTuple

import numpy as np

from skclf._names import stored

_BLOCK = 256


@stored
class Group(NamedTuple):
    """A canonical form and the spellings that belong to it, itself first."""

    canonical: str
    members: list
    counts: list
    similarity: list


def group_spellings(counts, overrides, matcher):
    """Put each spelling to the most similar of the more frequent canonical forms.

    Parameters
    ----------
    counts : dict of str to int
        Number of rows of each spelling.
    overrides : dict of str to (str or None)
        Spelling to its canonical form, which is one whatever it is similar to. None
        takes the spelling out.
    matcher : Matcher
        Says how similar spellings are.

    Returns
    -------
    list of Group
        The most frequent canonical form first. Spellings that occur in `overrides` only
        are members with a count of 0.
    """
    totals = Counter(dict.fromkeys(filter(None, overrides.values()), 0))
    for spelling, count in counts.items():
        totals[overrides.get(spelling, spelling)] += count
    totals.pop(None, None)
    fixed = set(overrides.values())
    order = sorted(totals, key=lambda spelling: (-totals[spelling], spelling))
    forms, leaders, similarity = _find_leaders(order, fixed, matcher)
    members = {form: [] for form in forms}
    for spelling, leader, score in zip(order, leaders, similarity, strict=True):
        members[forms[leader]].append((spelling, score))
    for spelling, form in overrides.items():
        if form not in (None, spelling):
            members[form].append((spelling, matcher.similarity(spelling, form)))
    return [_make_group(form, pairs, counts) for form, pairs in members.items()]


def _make_group(canonical, pairs, counts):
    pairs.sort(
        key=lambda pair: (pair[0] != canonical, -counts.get(pair[0], 0), pair[0])
    )
    spellings, similarity = map(list, zip(*pairs, strict=True))
    return Group(
        canonical, spellings, [counts.get(s, 0) for s in spellings], similarity
    )


def _find_leaders(spellings, fixed, matcher):
    """Canonical forms, and for each spelling the index of its own with its similarity.

    Each spelling in turn joins the most similar form so far, or becomes a form. That is
    sequential, so similarities are worked out for a block of spellings at a time: to
    the forms before the block, and within it.
    """
    forms, leaders, similarity = [], [], []
    for start in range(0, len(spellings), _BLOCK):
        block = spellings[start : start + _BLOCK]
        index, score = matcher.nearest(block, forms)
        inside = matcher.similarities(block, block)
        new = []  # rows of the block that became forms
        n_before = len(forms)
        for row, spelling in enumerate(block):
            leader, best = index[row], score[row]
            if new:
                at = int(np.argmax(inside[row, new]))
                if inside[row, new[at]] > best:
                    leader, best = n_before + at, inside[row, new[at]]
            if leader < 0 or spelling in fixed:
                leader, best = len(forms), 1.0
                forms.append(spelling)
                new.append(row)
            leaders.append(int(leader))
            similarity.append(float(best))
    return forms, leaders, similarity
