"""Checks that any transformer of texts should pass, for our own and for yours.

scikit-learn's ``check_estimator`` has next to no checks for transformers of strings;
these take their place.
"""

import pickle

import numpy as np
import pandas as pd
from scipy.sparse import issparse
from sklearn import config_context
from sklearn.base import clone

from skclf._typing import Estimator
from skclf._validation import listed

__all__ = ["TEXT_TRANSFORMER_CHECKS", "check_text_transformer"]

_DOCUMENTS = (
    "Forest fire near La Ronge, Canada! #wildfire http://t.co/abc",
    "What a lovely day :)",
    "@user I don't think it's a fire... 3.5 km away",
    "Apple's new shop &amp; its queue",
    "café, naïve, 東京 and 🔥🔥",
    "What a lovely day :)",
    "Shares of $ACME fell 1,000 points on Monday",
    "",
    "The dress runs small; I love the colour, not the fabric.",
)


def check_text_transformer(
    transformer: Estimator, documents: list[str] | None = None
) -> None:
    """Check that a transformer of texts keeps the promises of scikit-learn and skclf.

    Parameters
    ----------
    transformer : estimator
        The transformer, which is cloned for every check and never fitted itself. Its
        output may be texts, numbers, a sparse matrix or a container that NumPy can
        turn into an array.
    documents : list of str, default=None
        At least four documents to check with; None takes nine short ones.

    Raises
    ------
    AssertionError
        If a check fails; the message says which promise is broken.

    See Also
    --------
    sklearn.utils.estimator_checks.check_estimator : Checks for all other estimators.

    Notes
    -----
    The single checks are in ``skclf.testing.TEXT_TRANSFORMER_CHECKS``. Each takes a
    transformer and a list of documents, so they can parametrize a test.

    Examples
    --------
    >>> from skclf.testing import check_text_transformer
    >>> from skclf.text import TextCleaner
    >>> check_text_transformer(TextCleaner())
    """
    documents = list(_DOCUMENTS if documents is None else documents)
    if len(documents) < 4:
        raise ValueError(f"Expected at least four documents, got {len(documents)}.")
    for check in TEXT_TRANSFORMER_CHECKS:
        check(transformer, documents)


def check_clone(transformer, documents):
    """It can be cloned, and fitting a clone changes none of its parameters."""
    copy = clone(transformer)
    before = repr(copy.get_params())
    copy.fit(documents)
    assert repr(copy.get_params()) == before, f"fit changed parameters: {before}"


def check_parameter_names(transformer, documents):
    """``set_params`` takes what ``get_params`` gives, and refuses other names."""
    copy = clone(transformer)
    params = copy.get_params(deep=False)
    assert copy.set_params(**params) is copy, "set_params does not return self"
    message = "set_params accepts a parameter that does not exist"
    _assert_raises(ValueError, message, copy.set_params, no_such_parameter=1)


def check_repr(transformer, documents):
    """The repr names the class, before and after ``fit``."""
    copy = clone(transformer)
    for state in ("unfitted", "fitted"):
        assert type(copy).__name__ in repr(copy), f"repr of the {state} transformer"
        copy.fit(documents)


def check_fit_returns_self(transformer, documents):
    """``fit`` returns the transformer, with or without ``y``."""
    copy = clone(transformer)
    assert copy.fit(documents) is copy, "fit does not return self"
    assert copy.fit(documents, None) is copy, "fit does not accept y=None"


def check_fit_transform(transformer, documents):
    """``fit_transform`` gives what ``fit`` and ``transform`` give."""
    together = clone(transformer).fit_transform(documents)
    apart = clone(transformer).fit(documents).transform(documents)
    _assert_same(together, apart, "fit_transform differs from fit and transform")


def check_refit(transformer, documents):
    """A second ``fit`` forgets the first one."""
    refitted = clone(transformer).fit(documents[:2]).fit(documents)
    _assert_same(
        refitted.transform(documents),
        clone(transformer).fit(documents).transform(documents),
        "a second fit remembers the first one",
    )


def check_pickle(transformer, documents):
    """A fitted transformer survives pickling."""
    fitted = clone(transformer).fit(documents)
    restored = pickle.loads(pickle.dumps(fitted))
    _assert_same(
        restored.transform(documents),
        fitted.transform(documents),
        "the output changed by pickling",
    )


def check_number_of_rows(transformer, documents):
    """There is one row for every document, also for one document."""
    fitted = clone(transformer).fit(documents)
    for n in (len(documents), 1):
        shape = _dense(fitted.transform(documents[:n])).shape
        assert shape[:1] == (n,), f"{n} documents gave output of shape {shape}"


def check_containers(transformer, documents):
    """All containers of the same texts give the same, in ``fit`` and ``transform``."""
    expected = clone(transformer).fit_transform(documents)
    for name, X in _containers(documents).items():
        message = f"{name} is treated differently from a list"
        fitted = _attempt(message, clone(transformer).fit, X)
        _assert_same(_attempt(message, fitted.transform, X), expected, message)


def check_generator(transformer, documents):
    """A generator of texts is as good as a list."""
    message = "a generator is treated differently from a list"
    fitted = _attempt(message, clone(transformer).fit, iter(documents))
    output = _attempt(message, fitted.transform, iter(documents))
    _assert_same(output, clone(transformer).fit_transform(documents), message)


def check_empty_document(transformer, documents):
    """An empty document is legal, also alone and in ``fit``; so are None and NaN."""
    message = "an empty document is refused"
    fitted = _attempt(message, clone(transformer).fit, ["", *documents])
    empty = _dense(_attempt(message, fitted.transform, [""]))
    is_nan = empty.dtype.kind == "f" and np.isnan(empty).any()
    assert not is_nan, "an empty document gives NaN"
    for missing in (None, np.nan, pd.NA):
        message = f"the missing document {missing!r} is not treated as an empty one"
        _assert_same(_attempt(message, fitted.transform, [missing]), empty, message)


def check_not_text(transformer, documents):
    """What is not text is a TypeError that names the row, in ``fit`` and later."""
    fitted = clone(transformer).fit(documents)
    for value in (3, b"bytes", ["a", "list"]):
        for method in (clone(transformer).fit, fitted.transform):
            message = f"{method.__name__} does not refuse {value!r} with a TypeError"
            X = [*documents[:2], value]
            error = _assert_raises(TypeError, message, method, X)
            assert "2" in str(error), f"the error for {value!r} does not name its row"


def check_bare_string(transformer, documents):
    """One string instead of a list of them is a ValueError."""
    fitted = clone(transformer).fit(documents)
    for method in (clone(transformer).fit, fitted.transform):
        message = f"{method.__name__} does not refuse a bare string with a ValueError"
        _assert_raises(ValueError, message, method, documents[0])


def check_order_invariance(transformer, documents):
    """The order of documents changes nothing but the order of rows."""
    fitted = clone(transformer).fit(documents)
    order = np.random.default_rng(0).permutation(len(documents))
    _assert_same(
        fitted.transform([documents[i] for i in order]),
        _dense(fitted.transform(documents))[order],
        "a row depends on the order of documents",
    )


def check_subset_invariance(transformer, documents):
    """A document gives the same row alone and among others."""
    fitted = clone(transformer).fit(documents)
    together = _dense(fitted.transform(documents))
    for i, doc in enumerate(documents):
        message = f"the row of {doc!r} depends on the other documents"
        _assert_same(fitted.transform([doc]), together[i : i + 1], message)


def check_input_untouched(transformer, documents):
    """The user's array is never written to, nor handed back."""
    X = np.array(documents, dtype=object)
    output = clone(transformer).fit(X).transform(X)
    assert X.tolist() == documents, "the input was changed"
    shared = isinstance(output, np.ndarray) and np.shares_memory(output, X)
    assert not shared, "the output shares the input's memory"


def check_transform_changes_nothing(transformer, documents):
    """``transform`` leaves the fitted state alone, and repeats itself."""
    fitted = clone(transformer).fit(documents)
    before = pickle.dumps(vars(fitted))
    first = fitted.transform(documents)
    assert pickle.dumps(vars(fitted)) == before, "transform changed the transformer"
    _assert_same(fitted.transform(documents), first, "transform does not repeat itself")


def check_feature_names(transformer, documents):
    """Feature names, if there are any, are one for each column, and distinct."""
    fitted = clone(transformer).fit(documents)
    if not hasattr(fitted, "get_feature_names_out"):
        return
    names = list(fitted.get_feature_names_out())
    output = _dense(fitted.transform(documents))
    n_columns = 1 if output.ndim == 1 else output.shape[1]
    assert len(names) == n_columns, f"{len(names)} names for {n_columns} columns"
    assert len(set(names)) == len(names), f"feature names repeat: {listed(names)}"


def check_set_output(transformer, documents):
    """``set_output`` and ``transform_output="pandas"`` change no value."""
    expected = clone(transformer).fit_transform(documents)
    assert hasattr(transformer, "set_output"), "there is no set_output"
    if issparse(expected):
        return  # scikit-learn itself refuses to make DataFrames of sparse output
    asked = clone(transformer).set_output(transform="pandas")
    _assert_same(asked.fit_transform(documents), expected, "set_output changes values")
    with config_context(transform_output="pandas"):
        output = clone(transformer).fit_transform(documents)
    _assert_same(output, expected, "transform_output='pandas' changes values")


TEXT_TRANSFORMER_CHECKS = (
    check_clone,
    check_parameter_names,
    check_repr,
    check_fit_returns_self,
    check_fit_transform,
    check_refit,
    check_pickle,
    check_number_of_rows,
    check_containers,
    check_generator,
    check_empty_document,
    check_not_text,
    check_bare_string,
    check_order_invariance,
    check_subset_invariance,
    check_input_untouched,
    check_transform_changes_nothing,
    check_feature_names,
    check_set_output,
)


def _containers(documents):
    column = np.array(documents, dtype=object)
    return {
        "a tuple": tuple(documents),
        "an object array": column,
        "a str array": np.array(documents),
        "an (n, 1) array": column[:, None],
        "a Series": pd.Series(documents, index=range(9, 9 + len(documents))),
        "a Series of objects": pd.Series(documents, dtype=object),
        "a one-column DataFrame": pd.DataFrame({"text": documents}),
    }


def _dense(output):
    """Any output as an ordinary array, to compare and to index."""
    return output.toarray() if issparse(output) else np.asarray(output)


def _assert_same(output, expected, message):
    output, expected = _dense(output), _dense(expected)
    assert output.shape == expected.shape, (
        f"{message}: shape {output.shape} against {expected.shape}"
    )
    if expected.dtype.kind == "f":
        same = np.allclose(output, expected, equal_nan=True)
    else:
        same = np.array_equal(output, expected)
    assert same, f"{message}: {output!r} against {expected!r}"


def _attempt(message, function, *args):
    try:
        return function(*args)
    except Exception as error:
        raise AssertionError(f"{message}: {error!r}") from error


def _assert_raises(kind, message, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        return error
    except Exception as error:
        raise AssertionError(f"{message}, but with {error!r}") from error
    raise AssertionError(message)
