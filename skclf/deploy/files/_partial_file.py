"""A file that grows by whole batches until it is complete."""

import json
import os
import zlib
from contextlib import suppress
from pathlib import Path
from time import perf_counter

from skclf.deploy._replace import fcntl, make_like, replacing, sync
from skclf.deploy.files._encoders import to_parquet
from skclf.deploy.files._rejections import SIDE_COLUMNS, as_csv

HEADER = as_csv([[name] for name in SIDE_COLUMNS])
_SYNC_EVERY = 5  # seconds


class PartialFile:
    """What is written of a file, and a journal of it.

    Beside the target there are, as long as it is not complete, ``<target>.partial``,
    ``<target>.partial.rejected`` and ``<target>.partial.journal``. The journal has a
    line for each batch: how many bytes the others have then, and their check sums, by
    which a later run finds what is whole. Batches survive the process at once, and a
    power cut from the next time on that they are sent to the disk, every few seconds.

    Parameters
    ----------
    target : Path
        The file to be.
    side : Path
        Where rejected rows are reported.
    identity : dict
        What the run depends on. A run that another one goes on with has the same.
    resume : bool
        Whether to go on with what is there.
    is_parquet : bool
        Whether batches are made into Parquet at the end.

    Attributes
    ----------
    state : dict
        The counts of the last batch that is whole, if there is one.
    """

    def __init__(self, target, side, identity, *, resume, is_parquet):
        self._target, self._side, self._is_parquet = target, side, is_parquet
        self._paths = [
            target.with_name(f"{target.name}.partial{end}")
            for end in ("", ".rejected", ".journal")
        ]
        self._old = target.stat() if target.exists() else None
        self._journal = _locked(self._paths[2], self._mode())
        try:
            self._open(identity, resume)
        except BaseException:
            self._journal.close()
            raise

    def _open(self, identity, resume):
        lines = _whole_lines(self._journal)
        found = json.loads(lines[0]) if lines else None
        if resume and found is not None and found != identity:
            changed = [name for name in identity if identity[name] != found.get(name)]
            raise ValueError(
                f"{str(self._paths[0])!r} is of another run: {', '.join(changed)} "
                "differ. Pass resume=False to begin anew, or remove it."
            )
        opened = [_opened(path, self._mode()) for path in self._paths[:2]]
        self._data, self._rejected = opened
        records = [json.loads(line) for line in lines[1:]] if resume and found else []
        for i, file in enumerate(opened):
            records = records[: _n_whole(file, i, records)]
        self.state = records[-1] if records else {"bytes": [0, 0], "sums": [0, 0]}
        self._sizes, self._sums = self.state["bytes"], self.state["sums"]
        for i, file in enumerate(opened):
            file.truncate(self._sizes[i])
            file.seek(self._sizes[i])
        self._journal.seek(0)
        self._journal.truncate()
        for record in [identity, *records]:
            self._note(record)
        sync(self._target.parent)
        self._sync()

    def _mode(self):
        return 0o666 if self._old is None else 0o600

    def append(self, content, rejected, counts):
        """Write a batch, and note that it is whole.

        Parameters
        ----------
        content : bytes
            The batch.
        rejected : bytes
            Lines of the side file.
        counts : dict
            What has been done so far.
        """
        new = content, rejected
        for i, file in enumerate((self._data, self._rejected)):
            file.write(new[i])
            file.flush()
        self._sizes = [size + len(new[i]) for i, size in enumerate(self._sizes)]
        self._sums = [zlib.crc32(new[i], old) for i, old in enumerate(self._sums)]
        self._note({**counts, "bytes": self._sizes, "sums": self._sums})
        if perf_counter() - self._synced > _SYNC_EVERY:
            self._sync()

    def finish(self):
        """Put the file in its place; the side file is there before it."""
        self._sync()
        self._finish_side()
        if self._is_parquet:
            with replacing(self._target) as file:
                to_parquet(self._data, self._sizes[0], file)
            self._data.close()
        else:
            self._data.close()
            if self._old is not None:
                make_like(self._paths[0], self._old)
            os.replace(self._paths[0], self._target)
        self.discard()
        sync(self._target.parent)

    def _finish_side(self):
        """The side file; one of an earlier run goes, where there is nothing to say."""
        if self._sizes[1]:
            self._rejected.seek(0)
            with replacing(self._side) as file:
                file.write(HEADER)
                while block := self._rejected.read(1_000_000):
                    file.write(block)
        elif _is_side_file(self._side):
            self._side.unlink()

    def discard(self):
        """Leave nothing behind."""
        self.close()
        for path in self._paths:
            path.unlink(missing_ok=True)

    def close(self):
        """Leave what is there to a later run."""
        for file in (self._data, self._rejected, self._journal):
            file.close()

    def _note(self, record):
        self._journal.write(json.dumps(record).encode() + b"\n")
        self._journal.flush()

    def _sync(self):
        for file in (self._data, self._rejected, self._journal):
            os.fsync(file.fileno())
        self._synced = perf_counter()


def _n_whole(file, which, records):
    """How many records of the journal a file agrees with."""
    size = check_sum = 0
    file.seek(0)
    for n, record in enumerate(records):
        new = file.read(record["bytes"][which] - size)
        size, check_sum = size + len(new), zlib.crc32(new, check_sum)
        if (size, check_sum) != (record["bytes"][which], record["sums"][which]):
            return n
    return len(records)


def _opened(path, mode):
    return open(os.open(path, os.O_RDWR | os.O_CREAT, mode), "r+b")


def _locked(path, mode):
    """A journal that no other process writes to."""
    while True:
        file = _opened(path, mode)
        if fcntl is None:
            return file
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            target = str(path).removesuffix(".partial.journal")
            raise RuntimeError(
                f"Another process is writing {target!r}. Wait for it, or pass another "
                "target."
            ) from None
        except OSError:  # a file system without locks
            return file
        with suppress(FileNotFoundError):  # the other process finished meanwhile
            if os.path.samestat(os.fstat(file.fileno()), os.stat(path)):
                return file
        file.close()


def _whole_lines(file):
    """Lines of a journal, without one that was being written."""
    file.seek(0)
    lines = []
    for line in file.read().split(b"\n")[:-1]:
        try:
            json.loads(line)
        except ValueError:
            break
        lines.append(line)
    return lines


def _is_side_file(path):
    try:
        with Path(path).open("rb") as file:
            return file.read(len(HEADER)) == HEADER
    except OSError:
        return False
