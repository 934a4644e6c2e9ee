"""What a file of resumable searches holds."""

import json

import pandas as pd

from skclf._names import public
from skclf._typing import FilePath
from skclf.search._store import FitStore

_LENGTH = 12  # enough to tell digests apart
_FIXED = (
    *("fold", "n_train", "n_test", "fit_time", "score_time"),
    *("finished", "error", "data"),
)


@public("skclf.search")
def results(path: FilePath) -> pd.DataFrame:
    """Read what searches have found so far, while they run, too.

    Parameters
    ----------
    path : str or PathLike
        The file that was given to :func:`resumable`. It is not changed.

    Returns
    -------
    DataFrame
        One row for each fit on a fold, in the order in which they were finished:

        param_<name>
            A parameter of the candidate. What is not a number, text, bool or None is
            its representation, cut after 60 characters; NaN, if the candidate does not
            have it.
        fold : int
            Number of the fold, from 0.
        test_score, train_score : float
            The scores; of several metrics ``test_<metric>`` and ``train_<metric>``.
            Those of training are there where ``return_train_score`` was set.
        n_train, n_test : int
            Number of rows.
        fit_time, score_time : float
            Seconds.
        finished : datetime64 in UTC
            When it was finished.
        error : str
            The traceback of a fit that failed, or None.
        data : str
            Tells fits on different data apart: equal for equal X, y and parameters of
            ``fit``.

    Raises
    ------
    FileNotFoundError
        If there is no file.
    ValueError
        If the file is something else.

    See Also
    --------
    resumable : Write such a file.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skclf.search import results, resumable
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "search.sqlite")
    >>> search = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 5]}, cv=3)
    >>> search = resumable(search, path).fit(*load_iris(return_X_y=True))
    >>> found = results(path)
    >>> found.groupby("param_n_neighbors")["test_score"].mean().round(2)
    param_n_neighbors
    1    0.96
    5    0.98
    Name: test_score, dtype: float64
    >>> folder.cleanup()
    """
    store = FitStore(path)
    store.check()
    frame = pd.DataFrame([_flat(row) for row in store.rows()])
    # Candidates and scores differ from search to search, and come first.
    varying = [name for name in frame if name not in _FIXED]
    front = [name for name in varying if name.startswith("param_")]
    behind = [name for name in varying if name not in front]
    frame = frame.reindex(columns=[*front, "fold", *behind, *_FIXED[1:]])
    frame["finished"] = pd.to_datetime(frame["finished"], unit="s", utc=True)
    return frame


def _flat(row):
    """A row of the file as one of the table."""
    result = json.loads(row["result"])
    flat = {f"param_{k}": v for k, v in json.loads(row["params"]).items()}
    for part in ("test", "train"):
        scores = result.get(f"{part}_scores", {})
        scores = scores if isinstance(scores, dict) else {"score": scores}
        flat |= {f"{part}_{name}": score for name, score in scores.items()}
    return flat | {
        "fold": row["fold"],
        "n_train": row["n_train"],
        "n_test": result["n_test_samples"],
        "fit_time": result["fit_time"],
        "score_time": result["score_time"],
        "finished": row["finished"],
        "error": result["fit_error"],
        "data": row["data"][:_LENGTH],
    }
