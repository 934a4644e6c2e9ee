"""Warnings of a fit that a search gives once, not once for each fit."""

import warnings
from contextlib import contextmanager
from uuid import uuid4

from sklearn.exceptions import ConvergenceWarning

from skclf._fork import new_lock

TOO_LITTLE = "learned too little"  # is in every such warning

_LOCK = new_lock()
_FAMILIES_THAT_WARNED = set()


class WarnsOnce:
    """Mixin of estimators that warn if they have learned too little.

    Searches and ensembles fit clones, and clones of clones, of one estimator. These are
    a family, of which one member warns in each process. What is not a clone always
    warns. The name of the family is a string, which travels to other processes.
    """

    def __sklearn_clone__(self):
        new = super().__sklearn_clone__()
        family = vars(self).get("_clone_of")
        new._clone_of = family or vars(self).setdefault("_family", uuid4().hex)
        return new

    def set_params(self, **params):
        """Set parameters by name; see `get_params` for the names.

        Parameters
        ----------
        **params : dict
            Parameter names and their new values.

        Returns
        -------
        self : object
            The estimator.
        """
        vars(self).pop("_family", None)  # clones to come are others than those before
        return super().set_params(**params)

    def _end_fit(self, reason=None, stacklevel=3):
        """Warn if there is a reason; from now on the estimator is no clone."""
        family = vars(self).pop("_clone_of", None)
        if reason is None or not _is_first(family):
            return
        name = type(self).__name__
        warnings.warn(
            f"{name} {TOO_LITTLE}: {reason}", ConvergenceWarning, stacklevel=stacklevel
        )


def _is_first(family):
    if family is None:
        return True
    with _LOCK:
        is_first = family not in _FAMILIES_THAT_WARNED
        _FAMILIES_THAT_WARNED.add(family)
    return is_first


@contextmanager
def gathered():
    """Hold these warnings back; afterwards, the list has their messages."""
    messages, caught = [], []
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.filterwarnings("always", f".*{TOO_LITTLE}", ConvergenceWarning)
            yield messages
    finally:
        for one in caught:
            if TOO_LITTLE in str(one.message):
                messages.append(str(one.message))
            else:
                warnings.warn_explicit(
                    one.message, one.category, one.filename, one.lineno
                )


def leave_family(estimator):
    """Make clones independent of what they were cloned from, nested ones too."""
    for value in (estimator, *estimator.get_params(deep=True).values()):
        if isinstance(value, WarnsOnce):
            vars(value).pop("_clone_of", None)
    return estimator
