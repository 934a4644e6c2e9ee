"""What a pickle of a pipeline would hold, found out before anything is written."""

import pickle
from types import FunctionType

from skclf._validation import type_and_shape
from skclf.text import TextCleaner


def names_in(pipeline):
    """Names of what is needed to unpickle a pipeline.

    Parameters
    ----------
    pipeline : estimator
        Whatever is to be saved.

    Returns
    -------
    names : set of str
        Classes, their bases, and functions in the pickle, each with its module; and
        packages that a :class:`~skclf.text.TextCleaner` in it imports when it is used.
    from_main : set of str
        Names of those that are defined in ``__main__``.

    Raises
    ------
    TypeError
        If something in the pipeline cannot be pickled; the message names it.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclf.deploy._contents import names_in
    >>> names, from_main = names_in(LogisticRegression())
    >>> "sklearn.linear_model._logistic.LogisticRegression" in names
    True
    """
    scan = _Scan()
    try:
        scan.dump(pipeline)
    except Exception as error:  # whatever an object raises when it is pickled
        raise TypeError(
            f"Expected a pipeline that can be pickled, got {culprit(pipeline, _scan)}: "
            f"{error}. Use functions and classes that are defined at the top level of "
            "a module, not lambdas, local functions or open files."
        ) from error
    return scan.names, scan.from_main


class _Scan(pickle.Pickler):
    """Pickles into nothing; data of arrays are not even looked at."""

    def __init__(self):
        super().__init__(_Nowhere(), protocol=5, buffer_callback=lambda buffer: None)
        self.names = set()
        self.from_main = set()

    def reducer_override(self, obj):
        named = obj if isinstance(obj, type | FunctionType) else type(obj)
        if named.__module__ == "__main__":
            self.from_main.add(named.__qualname__)
        for part in getattr(named, "__mro__", [named]):
            self.names.add(f"{part.__module__ or 'builtins'}.{part.__qualname__}")
        if isinstance(obj, TextCleaner):
            self.names.update(_imported_by(obj))
        return NotImplemented


def _imported_by(cleaner):
    """Packages that a cleaner imports when it meets the first text they are for."""
    if cleaner.fix_mojibake:
        yield "ftfy"
    if cleaner.emojis == "name":
        yield "emoji"
    if cleaner.stemmer is not None or cleaner.stop_words == "nltk":
        yield "nltk"


class _Nowhere:
    def write(self, data):
        return len(data)


def culprit(pipeline, write):
    """The most deeply nested parameter that cannot be written, or the type.

    Parameters
    ----------
    pipeline : estimator
        What cannot be written.
    write : callable
        What raises an error for it.

    Returns
    -------
    str
        Name and value.
    """
    params = pipeline.get_params() if hasattr(pipeline, "get_params") else {}
    wrong = [name for name, value in params.items() if not _takes(write, value)]
    if not wrong:
        return type_and_shape(pipeline)
    name = max(reversed(wrong), key=lambda name: name.count("__"))
    return f"{name}={params[name]!r}"


def _scan(value):
    _Scan().dump(value)


def _takes(write, value):
    try:
        write(value)
    except Exception:
        return False
    return True
