"""A small model and files for tests of `predict_file`."""

import csv
import gzip
import json
import time

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from skclf import make_text_classifier

TEXTS = ["house on fire", "sunny beach", "fire!", "a day at the beach"]
LABELS = ["bad", "good", "bad", "good"]


def small_model():
    return make_text_classifier("nb").fit(TEXTS * 5, LABELS * 5)


class Keywords(ClassifierMixin, BaseEstimator):
    """Says "fire" or "calm" at once, and refuses texts with "refuse" in them."""

    classes_ = np.array(["calm", "fire"])

    def __sklearn_is_fitted__(self):
        return True

    def fit(self, X, y=None):
        return self

    def predict(self, X):
        return self.classes_[self._burns(X)]

    def predict_proba(self, X):
        fire = np.where(self._burns(X), 0.75, 0.25)
        return np.column_stack([1 - fire, fire])

    def _burns(self, X):
        bad = [text for text in X if "refuse" in text]
        if bad:
            raise ValueError(f"cannot read {bad[0]!r}")
        return np.array(["fire" in text for text in X], int)


class Slow(Keywords):
    """Takes its time for each batch, so that there is some to kill it in."""

    def predict(self, X):
        time.sleep(0.005)
        return super().predict(X)


def write_rows(path, rows):
    """Rows, as lists of texts below a header, in any kind of file."""
    header, *rows = rows
    name = path.name.removesuffix(".gz")
    if name.endswith(".parquet"):
        import pyarrow as pa
        from pyarrow.parquet import write_table

        columns = [
            [cell or None for cell in column] for column in zip(*rows, strict=True)
        ]
        arrays = [pa.array(column, pa.string()) for column in columns]
        write_table(pa.table(arrays, names=header), path)
        return path
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        if name.endswith(".jsonl"):
            for row in rows:
                cells = [cell or None for cell in row]
                file.write(json.dumps(dict(zip(header, cells, strict=True))) + "\n")
        else:
            sep = "\t" if name.endswith(".tsv") else ","
            csv.writer(file, delimiter=sep).writerows([header, *rows])
    return path


def read_rows(path):
    """The same rows, with missing values as empty texts."""
    name = path.name.removesuffix(".gz")
    if name.endswith(".parquet"):
        from pyarrow.parquet import read_table

        table = read_table(path)
        rows = [list(row.values()) for row in table.to_pylist()]
        return [table.column_names, *([_text(v) for v in row] for row in rows)]
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        if name.endswith(".jsonl"):
            records = list(map(json.loads, file))
            rows = [[_text(value) for value in record.values()] for record in records]
            return [list(records[0]), *rows]
        sep = "\t" if name.endswith(".tsv") else ","
        return list(csv.reader(file, delimiter=sep, strict=True))


def _text(value):
    return "" if value is None else str(value)
