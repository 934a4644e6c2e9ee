"""The loop: rows are read, labelled, written, and counted."""

from time import perf_counter

from skclf._progress import TimeLeft
from skclf.deploy.files._answers import answered
from skclf.deploy.files._rejections import RejectedRow, as_csv, side_lines

COUNTS = ("rows", "labelled", "rejected", "doubtful", "without_text")
_SHOWN = 3  # rejected rows in the warning


class Labelling:
    """One run over a source.

    Parameters
    ----------
    source : DelimitedSource, JsonSource or ParquetSource
        Gives batches.
    inputs : TextInput or TableInput
        Makes of them what the model reads.
    answers : Answers
        What the model says.
    encoder : DelimitedEncoder, JsonEncoder or ArrowEncoder
        Makes bytes of both.
    output : PartialFile or StreamOutput
        Where they go.
    on_error : {"raise", "skip", "null"}
        What to do with rows that get no label.
    escape : bool
        Whether cells of the side file are escaped.
    line : ProgressLine
        Where the count is shown.

    Attributes
    ----------
    counts : dict of str to int
        What has been done.
    resumed_at : int
        Number of rows that an earlier run had done.
    first : list of RejectedRow
        The first rows that were rejected in this process.
    """

    def __init__(
        self, source, inputs, answers, encoder, output, *, on_error, escape, line
    ):
        self._source, self._inputs, self._answers = source, inputs, answers
        self._encoder, self._output = encoder, output
        self._on_error, self._escape, self._line = on_error, escape, line
        done = output.state
        self.counts = {name: done.get(name, 0) for name in COUNTS}
        self.resumed_at = self.counts["rows"]
        self.first = []

    def run(self, batch_size):
        """Label all rows that are left.

        Parameters
        ----------
        batch_size : int
            Number of rows that are labelled together.
        """
        started, skipped, left = perf_counter(), 0, None
        for batch in self._source.batches(batch_size):
            # Those of an earlier run are read, too: the first rows settle types.
            X, n_empty = self._inputs(batch)
            share = self._source.share() or 0
            if batch.start < self.resumed_at:
                skipped = share
                continue
            left = left or TimeLeft(0, 1 - skipped)
            self._label(batch, X, n_empty)
            self._line.show(self._message(started) + left.text(share - skipped))
        self._line.keep(self._message(started))

    def _message(self, started):
        n, seconds = self.counts["rows"], perf_counter() - started
        return f"{n:,} rows, {(n - self.resumed_at) / seconds:,.0f} per second"

    def _label(self, batch, X, n_empty):
        self._refuse_rejected(batch)
        try:
            columns, refused = answered(self._answers, X)
        except Exception as error:
            last = batch.start + len(batch) - 1
            error.add_note(f"predict_file was at rows {batch.start} to {last}.")
            raise
        self._reject(batch, refused)
        kept = batch.good()
        rejected = [batch.rejected[i] for i in sorted(batch.rejected)]
        written = batch
        if rejected and self._on_error == "skip":
            written = batch.only(kept)
        elif rejected:
            columns = [column.among(len(batch), kept) for column in columns]
        is_first = batch.start == 0
        content = self._encoder.encode(written, columns, is_first=is_first)
        self.first += rejected[: _SHOWN - len(self.first)]
        done = {
            "rows": len(batch),
            "labelled": len(kept),
            "rejected": len(rejected),
            "doubtful": len(batch.doubtful),
            "without_text": n_empty,
        }
        self.counts = {name: self.counts[name] + done[name] for name in COUNTS}
        self._output.append(content, self._report(rejected, batch), self.counts)

    def _reject(self, batch, refused):
        """Note rows that the model refuses."""
        good = batch.good()
        places = [good[i] for i in refused]
        for i, error in zip(places, refused.values(), strict=True):
            reason = f"the model refuses it: {type(error).__name__}: {str(error)[:500]}"
            batch.rejected[i] = RejectedRow(
                batch.start + i, batch.line(i), reason, batch.shown(i), error
            )
        self._refuse_rejected(batch)

    def _report(self, rejected, batch):
        """Lines of the side file."""
        outcome = "left out" if self._on_error == "skip" else "no label"
        lines = side_lines(rejected, outcome, escape=self._escape)
        lines += side_lines(batch.doubtful, "labelled", escape=self._escape)
        lines.sort(key=lambda cells: int(cells[0]))
        return as_csv(list(zip(*lines, strict=True)))

    def _refuse_rejected(self, batch):
        """Stop at the first row that is rejected, if that is an error."""
        if self._on_error != "raise" or not batch.rejected:
            return
        row = batch.rejected[min(batch.rejected)]
        reason = self._source.explain(row, self._inputs.text)
        cause = row.cause if isinstance(row.cause, Exception) else None
        raise ValueError(
            f"{row.place}: {reason} (Rows are counted from 0, lines from 1. To go on "
            "behind such rows, pass on_error='skip' or 'null'.)"
        ) from cause
