"""Reading a published file: find it, verify it, parse it. Nothing is written."""

import hashlib
import io
import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.utils import Bunch

from skclf.exceptions import MissingResourceError

__all__ = [
    "ENVIRONMENT_VARIABLE",
    "PublishedFile",
    "bunch_of",
    "data_or_pair",
    "plain_labels",
]

ENVIRONMENT_VARIABLE = "SKCLF_DATA"


@dataclass(frozen=True)
class PublishedFile:
    """A CSV file as its authors published it.

    Parameters
    ----------
    path : str
        Where it lies in the data folder.
    sha256 : str
        Digest of its bytes, 64 hexadecimal digits.
    size : int
        Its length in bytes.
    home : str
        Where the public gets it.
    encoding : str, default="utf-8"
        Its encoding.
    columns : dict, default={}
        New names for columns, by the names in the file.
    """

    path: str
    sha256: str
    size: int
    home: str
    encoding: str = "utf-8"
    columns: dict = field(default_factory=dict)

    def read(self, data_home=None):
        """Find, verify and parse the file.

        Parameters
        ----------
        data_home : path-like or None, default=None
            The data folder; None takes it from the environment.

        Returns
        -------
        DataFrame
            All columns of the file, in its order; only empty cells are missing.

        Raises
        ------
        MissingResourceError
            If the folder is not known, or the file is not in it.
        ValueError
            If the file is not the published one.
        """
        content = self._verified(self._find(data_home))
        # "None", "NA" and "null" are words that people write: only "" is missing.
        frame = pd.read_csv(
            io.BytesIO(content),
            encoding=self.encoding,
            keep_default_na=False,
            na_values=[""],
        )
        return frame.rename(columns=self.columns)

    def _find(self, data_home):
        asked = data_home or os.environ.get(ENVIRONMENT_VARIABLE)
        if not asked:
            raise MissingResourceError(
                f"The folder with {self.path!r} is not known. Set the environment "
                f"variable {ENVIRONMENT_VARIABLE}, or pass data_home, to a folder that "
                f"holds this file. Get it from {self.home}."
            )
        file = Path(asked).expanduser() / self.path
        if not file.is_file():
            raise MissingResourceError(
                f"The file {self.path!r} was not found: looked for {str(file)!r}. Get "
                f"it from {self.home}, and put it there, or point data_home or "
                f"{ENVIRONMENT_VARIABLE} to the folder that holds it."
            )
        return file

    def _verified(self, file):
        content = file.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if digest == self.sha256:
            return content
        fault = "truncated" if len(content) < self.size else "changed"
        raise ValueError(
            f"{str(file)!r} is not the published file, but a {fault} one: expected "
            f"{self.size} bytes with SHA-256 {self.sha256}, got {len(content)} bytes "
            f"with {digest}. Get it again from {self.home}, or read a file of your own "
            "with skclf.datasets.load_csv."
        )


def bunch_of(frame, inputs, target, target_names, description):
    """The Bunch that all data sets come in.

    Parameters
    ----------
    frame : DataFrame
        All columns.
    inputs : list of str
        The columns that a model may see.
    target : str or None
        The column of labels, None if there is none.
    target_names : sequence of str
        One name per class, in the order of the sorted labels.
    description : str
        The description of the data.

    Returns
    -------
    Bunch
        With ``data``, ``target``, ``frame``, ``target_names`` and ``DESCR``.
    """
    return Bunch(
        data=frame[inputs].copy(),
        target=None if target is None else plain_labels(frame[target]),
        frame=frame,
        target_names=np.array(target_names, dtype=str),
        DESCR=description,
    )


def plain_labels(column):
    """A column of labels as a NumPy array of its own: numbers, or ``<U`` strings."""
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(copy=True)
    return np.array(column.tolist(), dtype=str)


def data_or_pair(bunch, return_X_y):
    """The Bunch, or its data and target only."""
    return (bunch.data, bunch.target) if return_X_y else bunch
