"""What a comparison returns: a table that says what to take, and what is behind it."""

from html import escape

import pandas as pd

from skclf._names import public
from skclf.evaluate._candidates import MAJORITY
from skclf.evaluate._verdict import Verdict, judge
from skclf.evaluate._wording import figure, names_of, shortened

_WIDTH = 80
_SHORT = {
    "fit_seconds": "fit s",
    "latency_ms": "ms/doc",
    "docs_per_second": "docs/s",
    "file_kb": "kB",
}
_LOWER_IS_BETTER = ("fit_seconds", "latency_ms", "file_kb")


@public("skclf.evaluate")
class Comparison(pd.DataFrame):
    """Scores, speed and size of models; :func:`compare` makes it.

    A DataFrame with all columns that are documented there. ``print`` shows the most
    important ones within 80 columns, a notebook all of them, the best of each in bold;
    ``to_string()`` shows the whole. Parts and copies of it are plain DataFrames.

    Attributes
    ----------
    verdict : Verdict
        What to take, in a sentence and as data. It is computed when it is asked for.

    Examples
    --------
    >>> from skclf import compare
    >>> from skclf.datasets import make_tweets
    >>> tweets = make_tweets(200, random_state=0)
    >>> results = compare(["nb"], tweets.data["text"], tweets.target, random_state=0,
    ...                   verbose=0)
    >>> results.verdict
    'nb has an accuracy of 0.870, the majority class 0.550.'
    """

    _metadata = ["_evidence", "_verdict"]  # pandas' word for attributes of subclasses

    def __init__(self, table, evidence=None, verdict=None):
        super().__init__(table)
        self._evidence = evidence
        self._verdict = verdict

    @property
    def verdict(self) -> Verdict:
        if self._verdict is None:
            self._verdict = judge(self, **self._evidence)
        return self._verdict

    def __reduce__(self):
        # With the verdict, without what it is computed from.
        return Comparison, (pd.DataFrame(self), None, self.verdict)

    def __repr__(self):
        return _narrow(self)

    __str__ = __repr__

    def _repr_html_(self):
        return _page(self)


def _narrow(table):
    """The columns that matter most, as many as fit."""
    columns = _columns(table)
    by_importance = sorted(columns)
    while True:
        kept = [column for column in columns if column in by_importance]
        shown = _text(table, kept)
        if len(kept) == 1 or max(map(len, shown.splitlines())) <= _WIDTH:
            break
        by_importance.pop()
    hidden = len(table.columns) - len(kept)
    return f"{shown}\n[{hidden} more columns in .to_string()]" if hidden else shown


def _columns(table):
    """Importance, name and heading of what may be shown, from left to right."""
    metrics = [name for name in table if f"{name}_std" in table]
    first, *others = metrics or table.columns[:1]
    columns = [(0, first, first)]
    if metrics:
        columns += [(1, f"{first}_std", "±"), (6, f"{first}_gap", "gap")]
    columns += [(5, name, name) for name in others]
    importance = {"fit_seconds": 2, "latency_ms": 3, "file_kb": 4, "docs_per_second": 7}
    costs = [name for name in _SHORT if name in table]
    return columns + [(importance[name], name, _SHORT[name]) for name in costs]


def _text(table, columns):
    cells = [
        [name, *(_cell(row[column], column) for _, column, _ in columns)]
        for name, (_, row) in zip(names_of(table.index), table.iterrows(), strict=True)
    ]
    headings = ["", *(shortened(heading, 20) for *_, heading in columns)]
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    lines = []
    for first, *rest in (headings, *cells):
        texts = [text.rjust(n) for text, n in zip(rest, widths[1:], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *texts]))
    return "\n".join(lines)


def _cell(number, column):
    """Costs in three digits, scores in three decimals."""
    if column in _SHORT or abs(number) >= 1000:
        return figure(number)
    return f"{number:z.3f}"


def _page(table):
    """All columns, the best of each in bold."""
    best = {column: _best(table, column) for column in table}
    rows = []
    for name, row in table.iterrows():
        cells = "".join(
            f"<td><b>{_cell(row[column], column)}</b></td>"
            if name == best[column]
            else f"<td>{_cell(row[column], column)}</td>"
            for column in table
        )
        rows.append(f"<tr><th>{escape(str(name))}</th>{cells}</tr>")
    heads = "".join(f"<th>{escape(str(column))}</th>" for column in table)
    return (
        '<div style="overflow-x:auto"><table><thead><tr><th></th>'
        f"{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _best(table, column):
    """The best model by a score or a cost; None where there is no better or worse."""
    values = table.drop(index=MAJORITY, errors="ignore")[column].dropna()
    if not len(values) or column.endswith(("_std", "_train", "_gap")):
        return None
    return values.idxmin() if column in _LOWER_IS_BETTER else values.idxmax()
