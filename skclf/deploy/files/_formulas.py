"""Cells that a spreadsheet would run, made harmless."""

import re

_STARTS = frozenset("=+-@\t\r")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


def escaped(columns):
    """Columns whose cells a spreadsheet takes for text or numbers.

    Those that begin with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return get an
    apostrophe in front, as OWASP advises against CSV injection; numbers are left as
    they are.

    Parameters
    ----------
    columns : list of list of str
        The cells; or rows of them.

    Returns
    -------
    list of list of str
        The same, in new lists.

    Examples
    --------
    >>> from skclf.deploy.files._formulas import escaped
    >>> escaped([["=cmd|'/C calc'!A0", "-3.5", "- no -", "fire"]])
    [["'=cmd|'/C calc'!A0", '-3.5', "'- no -", 'fire']]
    """
    return [
        [_escape(cell) if cell[:1] in _STARTS else cell for cell in column]
        for column in columns
    ]


def _escape(cell):
    return cell if not cell or _NUMBER.fullmatch(cell) else f"'{cell}"
