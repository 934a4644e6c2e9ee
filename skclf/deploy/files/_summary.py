"""What was done to a file."""

from dataclasses import dataclass

from skclf._names import public


@public("skclf.deploy")
@dataclass(frozen=True)
class FileSummary:
    """What :func:`predict_file` did.

    Parameters
    ----------
    source, target : str
        Names of the files.
    rows : int
        Rows of the source.
    labelled : int
        Rows that got a label.
    rejected : int
        Rows that got none.
    doubtful : int
        Rows with a label that span lines which could be rows themselves.
    without_text : int
        Rows that were labelled as empty texts.
    resumed_at : int
        Rows that were there when an interrupted run was resumed; 0 if none was.
    seconds : float
        How long it took.
    rejected_file : str or None
        The side file of rejected and doubtful rows; None if there is none.

    See Also
    --------
    predict_file : Returns it.

    Examples
    --------
    >>> from skclf.deploy import FileSummary
    >>> FileSummary("a.csv", "b.csv", rows=1000, labelled=998, rejected=2, doubtful=0,
    ...             without_text=0, resumed_at=0, seconds=0.5,
    ...             rejected_file="b.csv.rejected.csv")
    FileSummary('a.csv' to 'b.csv': 1,000 rows, 998 labelled, 2 rejected
      (see 'b.csv.rejected.csv'), 0.5 s)
    """

    source: str
    target: str
    rows: int
    labelled: int
    rejected: int
    doubtful: int
    without_text: int
    resumed_at: int
    seconds: float
    rejected_file: str | None

    def __repr__(self):
        parts = [f"{self.rows:,} rows", f"{self.labelled:,} labelled"]
        parts += [
            f"{n:,} {what}"
            for n, what in (
                (self.rejected, "rejected"),
                (self.doubtful, "doubtful"),
                (self.without_text, "without text"),
            )
            if n
        ]
        if self.resumed_at:
            parts.append(f"resumed at row {self.resumed_at:,}")
        see = f" (see {self.rejected_file!r})" if self.rejected_file else ""
        done = ", ".join(parts)
        return (
            f"FileSummary({self.source!r} to {self.target!r}: {done}{see}, "
            f"{self.seconds:.1f} s)"
        )


def what_was_rejected(summary, first):
    """A sentence for a warning.

    Parameters
    ----------
    summary : FileSummary
        What was done.
    first : list of RejectedRow
        The first rows that were rejected.
    """
    shown = "; ".join(f"{row.place}: {row.reason}" for row in first)
    where = f" All are in {summary.rejected_file!r}." if summary.rejected_file else ""
    return (
        f"{summary.source!r}: {summary.rejected:,} of {summary.rows:,} rows got no "
        f"label. The first: {shown or 'of the run before'}{where}"
    )
