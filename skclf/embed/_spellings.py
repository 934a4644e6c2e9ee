"""Other ways to write a word, under which word vectors may know it."""

from skclf.text._unicode import to_lowercase

_APOSTROPHES = str.maketrans("", "", "'’")


def spellings_of(word):
    """The word itself, then other ways to write it, the nearest first.

    >>> spellings_of("Don't")
    ["Don't", "don't", 'Dont', 'dont']
    >>> spellings_of("#fire")
    ['#fire', 'fire', 'Fire']
    """
    bare = word.lstrip("#").translate(_APOSTROPHES)
    found = [
        variant
        for base in (word, bare)
        for variant in (base, to_lowercase(base), base.capitalize())
        if variant
    ]
    return list(dict.fromkeys(found))
