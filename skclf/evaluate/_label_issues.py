"""Labels that are probably wrong."""

import inspect
import warnings
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.model_selection import cross_val_predict
from sklearn.utils._param_validation import validate_parameter_constraints

from skclf._foreign import as_plain
from skclf._names import public
from skclf._optional import import_optional
from skclf._random_state import draw_seed
from skclf._typing import Documents, Estimator, RandomState
from skclf._validation import POSITIVE_INT, check_documents, excerpt, listed
from skclf.evaluate._candidates import make_candidates, name_models
from skclf.evaluate._checks import check_classes, check_length, check_rows
from skclf.evaluate._one_label import one_label
from skclf.evaluate._probabilities import (
    check_proba,
    classes_of_columns,
    positions_of,
    texts_for,
)
from skclf.evaluate._shown_texts import html_lists, text_lists
from skclf.evaluate._splits import make_splits

_CONSTRAINTS = {
    "cv": ["cv_object"],
    "groups": ["array-like", None],
    "proba": ["array-like", None],
    "n": [POSITIVE_INT, None],
    "n_jobs": [Integral, None],
    "random_state": ["random_state"],
}


@public("skclf.evaluate")
def label_issues(
    estimator: Estimator | str | None,
    X: Documents,
    y: ArrayLike,
    *,
    cv: Any = 5,
    groups: ArrayLike | None = None,
    proba: ArrayLike | None = None,
    classes: ArrayLike | None = None,
    n: int | None = None,
    n_jobs: int | None = None,
    random_state: RandomState = None,
) -> "LabelIssues":
    """Find labels that are probably wrong, by confident learning [1]_.

    A classifier is cross-validated, so that each document has probabilities of a model
    that has not seen its label. The package cleanlab estimates from them how many
    labels of each class are wrong, and which. Install it with ``pip install
    'skclf[labels]'``.

    Parameters
    ----------
    estimator : estimator, str or None
        What is cross-validated: a pipeline with ``predict_proba``, fitted or not, which
        is cloned; or a ready-made name, see :func:`skclf.make_text_classifier`. None
        with `proba`.
    X : iterable of str, or DataFrame, of n_documents rows
        The documents, or what else the pipeline takes (see
        :class:`~skclf.compose.TextAndTable`).
    y : array-like of shape (n_documents,)
        The labels to check.
    cv : int, splitter, iterable of (train, test) or None, default=5
        An int is a number of stratified, shuffled folds (which keep groups together if
        `groups` is given), None is 5. Each document has to be in one test part.
    groups : array-like of shape (n_documents,), default=None
        Groups for the splitter, for example authors.
    proba : array-like of shape (n_documents, n_classes), default=None
        Out-of-fold probabilities, as
        ``cross_val_predict(..., method="predict_proba")`` returns them. Nothing is
        fitted, and `cv`, `groups`, `n_jobs` and `random_state` have no part in it.
    classes : array-like of shape (n_classes,), default=None
        The label of each column of `proba`. None are the labels in `y`, sorted, as
        ``cross_val_predict`` has them.
    n : int, default=None
        Largest number of issues to list; None lists all.
    n_jobs : int or None, default=None
        Number of folds that are fitted at the same time.
    random_state : int, RandomState or None, default=None
        Seed of the folds, if `cv` is an int, and of every ``random_state`` of the
        estimator, nested ones too, that is None.

    Returns
    -------
    LabelIssues
        ``print`` shows it, a notebook shows it as a page with whole texts; `frame` is a
        table of the issues, `mask` says which documents have one.

    Raises
    ------
    ImportError
        If cleanlab is not installed.
    ValueError
        If documents have several labels, there is but one class, lengths differ, or
        test parts overlap or leave documents out.
    TypeError
        If there are both or neither of an estimator and `proba`, the estimator has no
        ``predict_proba``, or documents are not texts.

    Warns
    -----
    UserWarning
        If classes have fewer rows than there are stratified folds, or only one row, of
        which nothing can be said; if labels differ in blanks or the case of letters
        only.

    See Also
    --------
    confident_mistakes : What a model gets wrong with the highest probability.

    Notes
    -----
    A label is an issue by cleanlab's ``find_label_issues`` with its defaults ("prune by
    noise rate"); its quality is cleanlab's self-confidence. Both depend on the model: a
    weak one takes rare cases for errors. So issues are to be read, not to be deleted.

    References
    ----------
    .. [1] C. G. Northcutt, L. Jiang, I. L. Chuang (2021). "Confident Learning:
       Estimating Uncertainty in Dataset Labels". JAIR 70.

    Examples
    --------
    >>> import numpy as np
    >>> from skclf.datasets import make_tweets
    >>> from skclf.evaluate import label_issues
    >>> tweets = make_tweets(300, random_state=0)
    >>> y = tweets.target.copy()
    >>> y[:10] = 1 - y[:10]
    >>> issues = label_issues("tfidf-logreg", tweets.data["text"], y, random_state=0)
    >>> issues
    <LabelIssues: 21 of 300 labels are probably wrong>
    >>> found = issues.frame.head(5)
    >>> found[["label", "suggested", "quality"]].round(2)
         label  suggested  quality
    row
    217      1          0     0.14
    1        1          0     0.18
    215      1          0     0.19
    57       0          1     0.20
    82       1          0     0.21
    """
    # Not scikit-learn's decorator: it would turn off the checks of the estimator, and
    # put its name in the place of theirs.
    validate_parameter_constraints(_CONSTRAINTS, locals(), caller_name="label_issues")
    if (estimator is None) == (proba is None):
        raise TypeError(
            "Expected an estimator to cross-validate, or proba= in its place, got "
            f"{'neither' if proba is None else 'both'}. Pass None as estimator where "
            "there is proba."
        )
    import_optional("cleanlab", feature="label_issues", extra="labels")
    X, groups, (y,) = as_plain(X), as_plain(groups), one_label(y)
    y = check_classes(y, check_rows(X, names=_ready_made(estimator)))
    if proba is None:
        model = _unfitted(estimator, random_state)
        texts, classes = check_documents(texts_for(model, X)), np.unique(y)
        if groups is not None:
            check_length(groups, len(y), "groups")
        splits = make_splits(cv, X, y, groups, draw_seed(random_state))
        proba = _out_of_fold(model, X, y, splits, n_jobs)
    else:
        texts = check_documents(X)
        classes = np.unique(y) if classes is None else classes_of_columns(classes)
        proba = check_proba(proba, len(texts), len(classes))
    given = positions_of(y, classes, "y")
    _warn_of_single(given, classes)
    mask, quality = _judged(given, proba)
    return LabelIssues(_as_frame(texts, classes, given, proba, mask, quality, n), mask)


def _ready_made(estimator):
    return [estimator] if isinstance(estimator, str) else []


def _unfitted(estimator, random_state):
    """A seeded clone of the user's estimator, or the ready-made one."""
    named = name_models([estimator])
    *_, model = make_candidates(named, draw_seed(random_state)).values()
    if not hasattr(model, "predict_proba"):
        raise TypeError(
            f"Expected a classifier with predict_proba, got {excerpt(model)}. "
            "Calibrate it: CalibratedClassifierCV(classifier)."
        )
    return model


def _out_of_fold(model, X, y, splits, n_jobs):
    # Unwrapped, as the wrapper puts its own name into the errors of estimators.
    predict = inspect.unwrap(cross_val_predict)
    with warnings.catch_warnings():
        # Of classes that a fold has not; `make_splits` has named them.
        warnings.filterwarnings("ignore", "Number of classes in ", RuntimeWarning)
        return predict(model, X, y, cv=splits, n_jobs=n_jobs, method="predict_proba")


def _warn_of_single(given, classes):
    single = classes[np.bincount(given, minlength=len(classes)) == 1]
    if len(single):
        warnings.warn(
            "Nothing can be said of the labels of classes with one document: "
            f"{listed(single.tolist())}.",
            stacklevel=3,
        )


def _judged(given, proba):
    """Which labels are issues, and the quality of all."""
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "May not flag all label issues in class")
        mask = find_label_issues(given, proba, n_jobs=1)
    return mask, get_label_quality_scores(given, proba)


def _as_frame(texts, classes, given, proba, mask, quality, n):
    rows = np.flatnonzero(mask)
    rows = rows[np.argsort(quality[rows], kind="stable")][:n]
    return pd.DataFrame(
        {
            "text": pd.Series([texts[row] for row in rows], rows, dtype=str),
            "label": classes[given[rows]],
            "suggested": classes[proba[rows].argmax(axis=1)],
            "quality": quality[rows],
        },
        index=pd.Index(rows, name="row"),
    )


@public("skclf.evaluate")
class LabelIssues:
    """Labels that are probably wrong; :func:`label_issues` finds them.

    Attributes
    ----------
    frame : DataFrame
        One row for each issue, the worst first. The index ``row`` is the position of
        the document, counted from 0. Columns:

        text : str
            The document.
        label, suggested : label
            The given label, and the one with the highest probability.
        quality : float
            The probability of the given label, from 0 to 1: low if it is wrong.
    mask : ndarray of bool of shape (n_documents,)
        Which documents have an issue, those that `n` leaves out of `frame`, too:
        ``y[~issues.mask]`` are the labels without one.

    Examples
    --------
    >>> from skclf.evaluate import label_issues
    >>> texts = ["fire!", "sun", "smoke", "beach", "flames", "sea"]
    >>> y = ["bad", "good", "bad", "good", "good", "good"]
    >>> proba = [[.9, .1], [.1, .9], [.8, .2], [.2, .8], [.9, .1], [.1, .9]]
    >>> print(label_issues(None, texts, y, proba=proba))
    1 of 6 labels are probably wrong.
    <BLANKLINE>
    good, suggested bad: row 4, quality 0.10
      - flames
    """

    def __init__(self, frame, mask):
        self.frame = frame
        self.mask = mask

    def __repr__(self):
        return f"<LabelIssues: {self._summary()}>"

    def __str__(self):
        return text_lists([(f"{self._summary()}.", []), *self._blocks()])

    def _repr_html_(self):
        return html_lists([(f"{self._summary()}.", []), *self._blocks()])

    def _summary(self):
        n, shown = int(self.mask.sum()), len(self.frame)
        worst = f", the worst {shown:,} of them shown" if shown < n else ""
        return f"{n:,} of {len(self.mask):,} labels are probably wrong{worst}"

    def _blocks(self):
        """A title and the text of each issue."""
        for row, text, label, suggested, quality in self.frame.itertuples():
            title = f"{label}, suggested {suggested}: row {row}, quality {quality:.2f}"
            yield title, [text]
