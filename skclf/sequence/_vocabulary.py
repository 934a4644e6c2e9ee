"""Which words of the training documents get an id."""


def choose_words(counts, max_words, min_count):
    """The words of a vocabulary, the most frequent ones first.

    Parameters
    ----------
    counts : Counter of str
        How often each word occurs.
    max_words : int or None
        Largest number of words.
    min_count : int
        Words that occur less often are left out.

    Returns
    -------
    list of str
        The words; those of equal frequency in alphabetical order.

    Raises
    ------
    ValueError
        If there are none.
    """
    if not counts:
        raise ValueError(
            "empty vocabulary; all documents are empty. Check the column that is "
            "passed, and what the steps before leave of it."
        )
    lowest = min_count
    if max_words is not None and max_words < len(counts):
        at_place = sorted(counts.values(), reverse=True)
        lowest = max(lowest, at_place[max_words - 1])
    words = sorted(word for word, count in counts.items() if count >= lowest)
    if not words:
        raise ValueError(
            f"empty vocabulary; no word occurs {min_count} times. Lower min_count, got "
            f"{min_count!r}."
        )
    # Sorting is stable: words of equal frequency stay in alphabetical order.
    words.sort(key=counts.__getitem__, reverse=True)
    return words[:max_words]
