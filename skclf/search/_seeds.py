"""What a later run would draw anew."""

import warnings

from sklearn.base import clone

from skclf._validation import excerpt, listed


def check_repeatable(search):
    """Refuse a search whose candidates or folds are others each time.

    Parameters
    ----------
    search : estimator
        A search of scikit-learn's.

    Raises
    ------
    ValueError
        If it has no seed, or its splitter shuffles without one.
    """
    # A halving grid draws nothing but rows, if rows are its resource.
    draws = not hasattr(search, "param_grid") or (
        getattr(search, "resource", None) == "n_samples"
    )
    if draws and getattr(search, "random_state", 0) is None:
        raise ValueError(
            f"{type(search).__name__} expects random_state to be an int, got None: a "
            "later run would draw other candidates or rows, and reload nothing. Set "
            "random_state=0, for example."
        )
    # None does not matter to a splitter that could shuffle, but does not.
    if getattr(search.cv, "random_state", 0) is None and (
        getattr(search.cv, "shuffle", True)
    ):
        raise ValueError(
            f"The splitter of {type(search).__name__} expects random_state to be an "
            f"int, got {excerpt(search.cv)}: a later run would draw other folds, and "
            "reload nothing. Set random_state of the splitter."
        )


def warn_of_unseeded(estimator, candidates):
    """Say which estimators would draw other numbers in a later run.

    Parameters
    ----------
    estimator : estimator
        What is searched for.
    candidates : list of dict
        Parameters to set on it.

    Warns
    -----
    UserWarning
        If a ``random_state`` is None.
    """
    unset = set()
    for params in candidates:
        candidate = clone(estimator).set_params(**clone(params, safe=False))
        for name, value in candidate.get_params(deep=True).items():
            if name.split("__")[-1] == "random_state" and value is None:
                unset.add(name)
    if unset:
        warnings.warn(
            f"{listed(sorted(unset))} of the estimator is None. Where it draws random "
            "numbers, fits that are reloaded and fits that are made do not have the "
            "same seed, and another run finds other scores. Set it to an int.",
            UserWarning,
            stacklevel=2,
        )
