"""The search of ``skclf train --search``."""

import tempfile
from pathlib import Path

from skclf.cli._output import progress_on_stderr

N_CANDIDATES = 20


def check_storage(path):
    """Refuse a file of something else before any work."""
    from skclf.search._store import FitStore

    if path.exists():
        FitStore(path).check()


def searched(name, X, y, storage, how, *, quiet):
    """A fitted search over a ready-made pipeline; its progress is on standard error.

    Parameters
    ----------
    name : str
        The pipeline.
    X, y
        Documents and labels.
    storage : Path or None
        Where its fits are kept; None keeps them for this run.
    how : dict
        Candidates, folds, seed, and what the pipeline is made with.
    quiet : bool
        Show no progress.

    Returns
    -------
    estimator
        The search.
    """
    from skclf.search import resumable
    from skclf.search._drawn_search import drawn_search

    search = drawn_search(name, **how)
    with progress_on_stderr(), tempfile.TemporaryDirectory() as folder:
        path = storage or Path(folder, "search.sqlite")
        return resumable(search, path, verbose=int(not quiet)).fit(X, y)


def search_as_data(search):
    """What the search has found, for programs."""
    scores = search.cv_results_["mean_test_score"]
    return {
        "candidates": len(scores),
        "folds": search.n_splits_,
        "reloaded_fits": search.n_reloaded_,
        "accuracy": float(search.best_score_),
        "ready_made_accuracy": float(scores[0]),  # the first candidate
        "params": search.best_params_,
    }


def search_in_words(found):
    """The same for people."""
    text = (
        f"The best of {found['candidates']} candidates in {found['folds']} folds has "
        f"an accuracy of {found['accuracy']:.4f}, the model as it is "
        f"{found['ready_made_accuracy']:.4f}."
    )
    params = ", ".join(
        f"{name} = {f'{value:.4g}' if isinstance(value, float) else repr(value)}"
        for name, value in found["params"].items()
    )
    return (
        f"{text} Its score was chosen among others, and is a little too good. It has "
        f"{params}."
    )
