"""Corrections that users make to groups of spellings."""

from skclf._validation import _short, did_you_mean, excerpt, listed


def read_overrides(overrides, columns, clean):
    """Check corrections, and clean them as the data are cleaned.

    Parameters
    ----------
    overrides : dict or None
        Spelling to canonical form for all columns, or column to such a dict.
    columns : sequence of str
        Names of the columns.
    clean : callable
        Cleans a list of spellings; None stands for a missing value.

    Returns
    -------
    dict of str to dict
        For each column cleaned spelling to cleaned form, or to None for missing.

    Raises
    ------
    TypeError
        If a spelling or a form is not text.
    ValueError
        If a column does not exist, or the corrections contradict each other.
    """
    overrides = overrides or {}
    per_column = {isinstance(form, dict) for form in overrides.values()}
    if len(per_column) == 2:
        raise ValueError(
            "Expected overrides as {spelling: form} for all columns, or as {column: "
            f"{{spelling: form}}}}, got a mixture of both: {_short(overrides)}. Write "
            "one kind only."
        )
    if per_column != {True}:
        pairs = _read_pairs(overrides, clean, "overrides")
        return dict.fromkeys(columns, pairs)
    for name in overrides:
        if name not in columns:
            raise ValueError(
                f"Expected the name of a column in overrides, got {excerpt(name)}."
                f"{did_you_mean(str(name), columns)} Columns are: {listed(columns)}."
            )
    return {
        name: _read_pairs(overrides.get(name, {}), clean, f"overrides[{name!r}]")
        for name in columns
    }


def _read_pairs(pairs, clean, where):
    forms = {}
    for pair in pairs.items():
        _check_text(pair, where)
        spelling, form = clean(pair)
        if spelling is None:
            raise ValueError(
                f"Expected a spelling in {where}, got {pair[0]!r}, which stands for a "
                "missing value. Name the category of missing values with the parameter "
                "missing."
            )
        if forms.setdefault(spelling, form) != form:
            raise ValueError(
                f"Contradiction in {where}: {excerpt(spelling)}, as it is after "
                f"cleaning, is to become both {excerpt(forms[spelling])} and "
                f"{excerpt(form)}. Keep one of them."
            )
    for spelling, form in forms.items():
        if forms.get(form, form) != form:
            raise ValueError(
                f"Contradiction in {where}: {excerpt(spelling)} is to become "
                f"{excerpt(form)}, and {excerpt(form)} is to become "
                f"{excerpt(forms[form])}. Map {excerpt(spelling)} to the final form."
            )
    return forms


def _check_text(pair, where):
    for text in pair:
        if not isinstance(text, str):
            raise TypeError(
                f"Expected spellings and canonical forms as text in {where}, got "
                f"{_short(text)}."
            )
