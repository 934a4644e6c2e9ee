"""The SQLite file that keeps fits of searches."""

import json
import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import time

from skclf._validation import excerpt

_FORMAT = 0x534B4301  # marks the file as ours, in its header
_SECONDS = 60  # to wait for another process that writes
_TABLE = """
CREATE TABLE IF NOT EXISTS fits (
    key TEXT PRIMARY KEY,  -- all that the result depends on
    run TEXT NOT NULL,  -- the call of fit that it was made in
    data TEXT NOT NULL,  -- X, y and parameters of fit
    params TEXT NOT NULL,  -- JSON, to be read by people
    fold INTEGER NOT NULL,
    n_train INTEGER NOT NULL,
    result TEXT NOT NULL,  -- JSON, as scikit-learn has it
    is_whole INTEGER NOT NULL,  -- neither the fit nor a score failed
    finished REAL NOT NULL  -- seconds since 1970
)"""
_COLUMNS = "key, run, data, params, fold, n_train, result, is_whole, finished"


class FitStore:
    """Results of fits in one SQLite file, read and written by several processes.

    A connection is opened for each fit: so the store can be pickled, is safe in threads
    and after a fork, and opening takes less than a millisecond.

    Parameters
    ----------
    path : str or PathLike
        The file.
    """

    def __init__(self, path):
        self.path = Path(os.path.abspath(path))  # workers may be in other folders

    def create(self):
        """Make the file, if it is not there.

        Raises
        ------
        FileNotFoundError
            If its folder does not exist.
        ValueError
            If there is a file that is something else.
        """
        if not self.path.parent.is_dir():
            raise FileNotFoundError(
                f"The folder of the storage must exist, got {excerpt(str(self.path))}. "
                "Make it first."
            )
        if not self._is_there():
            self._make()
        self.check()
        with closing(self._connect()) as connection:
            # A log that outlives a killed process, and lets others read meanwhile.
            connection.execute("PRAGMA journal_mode = WAL")

    def _make(self):
        """In one transaction: of a process that is killed there is an empty file."""
        with closing(self._connect("rwc")) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")  # others wait, and find it made
            connection.execute(_TABLE)
            connection.execute(f"PRAGMA application_id = {_FORMAT}")

    def _is_there(self):
        """An empty file is one that is being made, or whose maker was killed."""
        if not self.path.exists():
            return False
        with suppress(sqlite3.DatabaseError), closing(self._connect()) as connection:
            # Undoes what a killed process had half done.
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return self.path.stat().st_size > 0

    def check(self):
        """Whether the file is a storage of searches.

        Raises
        ------
        FileNotFoundError
            If there is no file.
        ValueError
            If it is something else.
        """
        if not self._is_there():
            raise FileNotFoundError(
                f"There is no file {excerpt(str(self.path))}, or it is empty."
            )
        try:
            with closing(self._connect()) as connection:
                found = connection.execute("PRAGMA application_id").fetchone()[0]
        except sqlite3.OperationalError:  # locked or not readable, for example
            raise
        except sqlite3.DatabaseError as error:
            found = error
        if found != _FORMAT:
            reason = f": {found}" if isinstance(found, Exception) else ""
            raise ValueError(
                f"Expected a file that resumable searches have written, got "
                f"{excerpt(str(self.path))}, which is something else{reason}. It was "
                "left as it is: give another path."
            )

    @contextmanager
    def held(self):
        """Keep the file's log, which whoever is the last to leave takes apart.

        It is a matter of milliseconds, but would be one for each fit.
        """
        with closing(self._connect()) as connection:
            connection.execute("SELECT count(*) FROM fits").fetchone()  # opens it
            yield

    def find(self, key):
        """The result of a fit, or None if it is not there or has failed."""
        query = "SELECT result FROM fits WHERE key = ? AND is_whole"
        with closing(self._connect()) as connection:
            found = connection.execute(query, [key]).fetchone()
        return found and json.loads(found[0])

    def add(self, row):
        """Keep a fit, in a transaction of its own.

        Parameters
        ----------
        row : dict
            Values of the columns but for ``finished``.
        """
        row = row | {"finished": time()}
        names = _COLUMNS.split(", ")
        marks = ", ".join("?" * len(names))
        statement = f"INSERT OR REPLACE INTO fits ({_COLUMNS}) VALUES ({marks})"
        with closing(self._connect()) as connection, connection:
            connection.execute(statement, [row[name] for name in names])

    def count(self, run):
        """Number of fits that were made in a call of ``fit``."""
        query = "SELECT count(*) FROM fits WHERE run = ?"
        with closing(self._connect()) as connection:
            return connection.execute(query, [run]).fetchone()[0]

    def rows(self):
        """All fits as dicts, in the order in which they were finished."""
        query = f"SELECT {_COLUMNS} FROM fits ORDER BY finished, key"
        with closing(self._connect()) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query)]

    def _connect(self, mode="rw"):
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?mode={mode}", timeout=_SECONDS, uri=True
        )
        # No waiting for the disk after each fit: a killed process loses nothing.
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection
