"""Searches of scikit-learn that go on where they were stopped.

scikit-learn's own fit of a search is kept as it is: what differs is one name that its
inner function looks up, ``delayed``, which each fit passes in the process of the search
with everything that its result depends on. A copy of that function gets another
``delayed``; the module of scikit-learn stays untouched, and other searches with it. So
failed fits, several metrics, workers, callbacks and routed metadata are treated as
always. Wrapping estimator and scorer instead would have to imitate each of these, and
neither of the two is told about folds.
"""

import os
from inspect import Parameter, signature
from types import FunctionType
from typing import Any

from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV

# Not by sklearn.experimental, which would turn them on for everybody.
from sklearn.model_selection._search_successive_halving import (
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
)

from skclf._names import public, stored
from skclf._typing import Estimator, FilePath
from skclf._validation import excerpt
from skclf.search._seeds import check_repeatable, warn_of_unseeded
from skclf.search._store import FitStore
from skclf.search._stored_fits import StoredFits

_OWN_CONSTRAINTS = {"storage": [str, os.PathLike], "storage_verbose": ["verbose"]}
# What an estimator holds besides parameters, and clones hold, too.
_KEPT = ("_metadata_request", "_skl_callbacks", "_sklearn_output_config")


class KeepsFits:
    """Mixin of a search, with a file in which its fits are kept."""

    def __init_subclass__(cls, **kwargs):
        """Add the parameters to those of the search, whose version decides them."""
        super().__init_subclass__(**kwargs)
        search = cls.__bases__[1]

        def initialize(self, *args, storage, storage_verbose=0, **params):
            search.__init__(self, *args, **params)
            self.storage = storage
            self.storage_verbose = storage_verbose

        found = signature(search.__init__)
        own = [
            Parameter("storage", Parameter.KEYWORD_ONLY),
            Parameter("storage_verbose", Parameter.KEYWORD_ONLY, default=0),
        ]
        initialize.__signature__ = found.replace(
            parameters=[*found.parameters.values(), *own]
        )
        cls.__init__ = initialize
        cls._parameter_constraints = search._parameter_constraints | _OWN_CONSTRAINTS

    def _run_search(self, evaluate_candidates, *, callback_ctx=None):
        check_repeatable(self)
        store = FitStore(self.storage)
        store.create()
        fits = StoredFits(store)
        evaluate = _replace(evaluate_candidates, delayed=fits.delayed)

        def evaluate_with_store(candidate_params, *args, **kwargs):
            candidates = list(candidate_params)
            if not fits.n_fits:  # later rounds have some of the same
                warn_of_unseeded(self.estimator, candidates)
            return evaluate(candidates, *args, **kwargs)

        run_search = super()._run_search
        takes_context = "callback_ctx" in signature(run_search).parameters
        context = {"callback_ctx": callback_ctx} if takes_context else {}
        with store.held(), fits.watched(self.storage_verbose):
            run_search(evaluate_with_store, **context)
        self.n_reloaded_ = fits.n_reloaded


def _replace(function, **names):
    """A copy of a function that finds other values under some of its global names."""
    missing = names.keys() - function.__globals__.keys()
    if missing:
        raise RuntimeError(
            f"This version of scikit-learn does not look up {sorted(missing)} in its "
            "searches, so they cannot be made resumable. Use scikit-learn < 1.10."
        )
    return FunctionType(
        function.__code__,
        function.__globals__ | names,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )


@stored
class ResumableGridSearchCV(KeepsFits, GridSearchCV):
    """A grid search that keeps its fits."""


@stored
class ResumableRandomizedSearchCV(KeepsFits, RandomizedSearchCV):
    """A random search that keeps its fits."""


@stored
class ResumableHalvingGridSearchCV(KeepsFits, HalvingGridSearchCV):
    """A halving search on a grid that keeps its fits."""


@stored
class ResumableHalvingRandomSearchCV(KeepsFits, HalvingRandomSearchCV):
    """A halving search of random candidates that keeps its fits."""


_CLASSES = {
    GridSearchCV: ResumableGridSearchCV,
    RandomizedSearchCV: ResumableRandomizedSearchCV,
    HalvingGridSearchCV: ResumableHalvingGridSearchCV,
    HalvingRandomSearchCV: ResumableHalvingRandomSearchCV,
}


@public("skclf.search")
def resumable(search: Estimator, path: FilePath, *, verbose: int = 0) -> Any:
    """Make a search that goes on where it was stopped.

    Each fit on a fold is kept in a file as soon as it is made. After the process was
    killed, the power failed, or a fit has raised an error, the same program started
    again reads what is there and makes the other fits only. A search on more
    candidates, too, makes only what is new.

    Parameters
    ----------
    search : GridSearchCV, RandomizedSearchCV, HalvingGridSearchCV or \
HalvingRandomSearchCV
        The search; it is cloned, never fitted or changed.
    path : str or PathLike
        An SQLite file, made at the first fit if it is not there. It may hold any number
        of searches, and several processes may write to it at the same time. SQLite
        keeps up to two more files beside it while it is used, ``-wal`` and ``-shm``,
        which belong to it; all are on a disk of this machine, not of the network.
    verbose : int, default=0
        Show in a terminal how many fits are done and how much time is left, and in
        the end ``reloaded N of M fits``, if not 0. The parameter of this name of
        `search` remains what it is.

    Returns
    -------
    estimator
        A search of the same kind, with the same parameters, nested ones too, and
        attributes, and

        storage, storage_verbose
            The parameters `path` and `verbose`.
        ``n_reloaded_`` : int
            Number of fits on folds that were read from the file by ``fit``.

        Times in ``cv_results_`` are those of when a fit was made. The last fit, on all
        rows, is made each time.

    Raises
    ------
    TypeError
        If `search` is not one of these four classes. In ``fit``: if an estimator, a
        scorer or data cannot be recognised in a later process, as they cannot be
        pickled.
    ValueError
        In ``fit``: if `path` is a file of something else; if a random search, a halving
        search that draws rows, or a splitter that shuffles has no ``random_state``.
    FileNotFoundError
        In ``fit``: if the folder of `path` does not exist.

    Warns
    -----
    UserWarning
        In ``fit``: if a ``random_state`` of the estimator is None.

    See Also
    --------
    results : What is in the file, also while the search runs.

    Notes
    -----
    A fit is found by the contents of X, y and parameters of ``fit``, its rows for
    training and test, the class and all parameters of the estimator, the scorers,
    ``error_score`` and ``return_train_score``, and the versions of skclf, scikit-learn,
    the packages of the classes, and Keras for nets. ``n_jobs``, ``verbose`` and
    ``memory`` of estimators do not count. Files that parameters name count by size and
    time of the last change. Of functions and classes of your own the code counts, and
    that of functions of their module, but not what is in modules that they import: take
    another `path` after a change there, and after one in a file that they read.

    A fit or a score that failed, or is not finite, is made again by the next run.

    In each process a text is cleaned once for all fits, and the training rows of a fold
    are encoded, and their words looked up, once for all candidates whose steps are
    equal: up to 256 MB are kept until the search ends. A tokenizer has to be a function
    for that, and what draws random numbers to have a seed.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from sklearn.model_selection import GridSearchCV
    >>> from skclf import make_text_classifier
    >>> from skclf.datasets import make_tweets
    >>> from skclf.search import resumable
    >>> tweets = make_tweets(200, random_state=0)
    >>> X, y = tweets.data["text"], tweets.target
    >>> model = make_text_classifier("tfidf-logreg", random_state=0)
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "search.sqlite")
    >>> search = GridSearchCV(model, {"classify__C": [1, 10]}, cv=3)
    >>> search = resumable(search, path).fit(X, y)
    >>> search.n_reloaded_
    0
    >>> more = GridSearchCV(model, {"classify__C": [1, 10, 100]}, cv=3)
    >>> more = resumable(more, path, verbose=1).fit(X, y)
    reloaded 6 of 9 fits
    >>> folder.cleanup()
    """
    if type(search) not in _CLASSES:
        names = ", ".join(cls.__name__ for cls in _CLASSES)
        raise TypeError(
            f"search expects one of {names}, got {excerpt(search)} "
            f"({type(search).__name__})."
        )
    params = clone(search).get_params(deep=False)
    new = _CLASSES[type(search)](**params, storage=path, storage_verbose=verbose)
    vars(new).update({k: v for k, v in vars(clone(search)).items() if k in _KEPT})
    return new
