"""Documents of two containers: put one below the other, or compared."""

import numpy as np
from scipy import sparse

from skclf._validation import check_documents, listed, type_and_shape


def stacked(X, below):
    """The documents of both, in a container as the first is.

    Parameters
    ----------
    X, below : list, Series, array, sparse matrix or DataFrame
        Texts, columns or features; texts become a list.

    Raises
    ------
    ValueError
        If a DataFrame lacks columns of the first.
    TypeError
        If they are sequences of ids, which have a vocabulary of their own.

    Examples
    --------
    >>> from skclf.compose._stacked_rows import stacked
    >>> stacked(["fire!"], ("sun", "sea"))
    ['fire!', 'sun', 'sea']
    """
    if sparse.issparse(X):
        return sparse.vstack([X, below], format="csr")
    if hasattr(X, "columns"):
        return _stacked_frames(X, below)
    if isinstance(X, np.ndarray) and X.ndim == 2 and X.dtype.kind in "biuf":
        return np.concatenate([X, below])
    if len(getattr(X, "shape", ())) > 2 or hasattr(X, "vocabulary"):
        raise TypeError(
            "Expected texts, features or a DataFrame beside X_unlabeled, got "
            f"{type_and_shape(X)}. Let the student be a pipeline that begins with "
            "texts."
        )
    return [*check_documents(X), *check_documents(below)]


def _stacked_frames(X, below):
    missing = [name for name in X.columns if name not in getattr(below, "columns", ())]
    if missing:
        raise ValueError(
            f"Expected X_unlabeled with the columns of X, got {type_and_shape(below)} "
            f"without {listed(missing)}."
        )
    import narwhals  # only here: nothing else needs it

    below = below[list(X.columns)]
    frames = [narwhals.from_native(frame, eager_only=True) for frame in (X, below)]
    return narwhals.concat(frames).to_native()


def keys_of(X):
    """What documents that are copies of each other have in common.

    Blanks and the case of letters do not tell texts apart.

    Examples
    --------
    >>> from skclf.compose._stacked_rows import keys_of
    >>> keys_of(["A fire!", "a  FIRE! "])
    ['a fire!', 'a fire!']
    """
    if sparse.issparse(X):
        X = X.toarray()
    if hasattr(X, "columns") and len(X.columns) > 1:
        columns = [map(_key, X[name].to_list()) for name in sorted(X.columns)]
        return list(zip(*columns, strict=True))
    if isinstance(X, np.ndarray) and X.ndim == 2 and X.dtype.kind in "biuf":
        return list(map(tuple, X.tolist()))
    return list(map(_key, check_documents(X)))


def _key(value):
    return " ".join(str(value).split()).casefold()
