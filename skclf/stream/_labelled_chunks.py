"""Texts and labels of files, some at a time, in two parts: to learn from and to check.

A text belongs to a part by what it says, not by where it stands: equal texts are in the
same part, and nothing has to be remembered from one pass over the files to the next.
"""

from contextlib import ExitStack, contextmanager
from hashlib import blake2b

from skclf._validation import excerpt, is_missing
from skclf.datasets._csv import existing_file
from skclf.datasets._delimited import check_columns
from skclf.deploy.files._delimited_source import DelimitedSource
from skclf.deploy.files._json_source import JsonSource
from skclf.deploy.files._parquet_source import ParquetSource

_BATCH = 5000  # rows whose other columns are in memory, too
_DIGEST = 8  # bytes


class LabelledChunks:
    """Files that are read any number of times.

    Parameters
    ----------
    files : list of FileSpec
        Where the rows are, in this order.
    dialects : list of Dialect or None
        How fields of each file are told apart.
    encoding : str or None
        Of files of text; None is UTF-8.
    text, target : str
        The columns.
    size : int
        Number of rows of a chunk, those of the other part included.
    fraction : float
        Share of the texts that are held out.
    seed : int
        Decides which.

    Attributes
    ----------
    doubts : list of str
        Why rows may be others than is meant, after a pass.
    """

    def __init__(self, files, dialects, encoding, text, target, size, fraction, seed):
        self._files = list(zip(files, dialects, strict=True))
        self._encoding = encoding
        self._text, self._target = text, target
        self._size = size
        self._below = round(fraction * 256**_DIGEST)
        self._key = str(seed).encode()
        self.doubts = []

    def check(self):
        """Refuse a file that is not there, or lacks a column."""
        for spec, dialect in self._files:
            existing_file(spec.path)
            with ExitStack() as held, _named(spec):
                self._opened(spec, dialect, held)

    def chunks(self, *, held_out=False):
        """Read all rows, and yield those of one part.

        Parameters
        ----------
        held_out : bool, default=False
            Yield the rows that are not to be learned from.

        Yields
        ------
        texts : list of str
            At most `size` of them, or up to a few thousand more where files are short;
            may be empty.
        labels : list
            As they are in the file.
        """
        self.doubts = []
        texts, labels, n_rows = [], [], 0
        for new_texts, new_labels in self._batches():
            is_held = map(self._is_held_out, new_texts)
            kept = [i for i, is_ in enumerate(is_held) if is_ == held_out]
            texts += [new_texts[i] for i in kept]
            labels += [new_labels[i] for i in kept]
            n_rows += len(new_texts)
            if n_rows >= self._size:
                yield texts, labels
                texts, labels, n_rows = [], [], 0
        if n_rows:
            yield texts, labels

    def _is_held_out(self, text):
        if not self._below:
            return False
        content = text.encode(errors="surrogatepass")
        found = blake2b(content, digest_size=_DIGEST, key=self._key).digest()
        return int.from_bytes(found) < self._below

    def _batches(self):
        """Texts and labels of some rows, in order."""
        for spec, dialect in self._files:
            with ExitStack() as held, _named(spec):
                source = self._opened(spec, dialect, held)
                for batch in source.batches(min(self._size, _BATCH)):
                    texts = batch.values(self._text)
                    labels = batch.values(self._target)
                    self._refuse(batch, source, labels)
                    yield ["" if is_missing(text) else text for text in texts], labels
                self.doubts += [f"{spec.name!r}: {doubt}" for doubt in source.doubts()]

    def _opened(self, spec, dialect, held):
        if spec.is_delimited:
            source = DelimitedSource(
                spec, dialect, self._encoding, held, self.doubts.append
            )
        elif spec.format == "jsonl":
            source = JsonSource(spec, self._encoding, (), "jsonl", held)
        else:
            source = ParquetSource(
                spec, "parquet", held, columns=[self._text, self._target]
            )
        source.check(self._text)
        if source.names is not None:
            check_columns(source.names, self._text, self._target)
        return source

    def _refuse(self, batch, source, labels):
        """Stop at the first row that cannot be read, or has no label."""
        if self._target not in batch.names:  # of JSON, known from the rows only
            check_columns(batch.names, self._text, self._target)
        if batch.rejected:
            row = batch.rejected[min(batch.rejected)]
            reason = source.explain(row, self._text)
            cause = row.cause if isinstance(row.cause, Exception) else None
            raise ValueError(f"{row.place}: {reason}") from cause
        for i, label in enumerate(labels):
            if is_missing(label) or (isinstance(label, str) and not label.strip()):
                line = batch.line(i)
                line = "" if line is None else f", line {line}"
                raise ValueError(
                    f"row {batch.start + i}{line}: it has no label in the column "
                    f"{excerpt(self._target)}. Fill in or remove such rows."
                )


@contextmanager
def _named(spec):
    """Errors begin with the name of the file."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{spec.name!r}: {error}") from error
