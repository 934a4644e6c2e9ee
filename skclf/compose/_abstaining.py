"""No answer where held-out documents say that it would be wrong too often."""

import warnings
from math import ceil, log2
from numbers import Integral, Real

import numpy as np
from scipy.special import betaincinv
from sklearn.base import clone
from sklearn.model_selection import check_cv
from sklearn.utils import _safe_indexing, indexable
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.metadata_routing import (
    MethodMapping,
    _raise_for_params,
    process_routing,
)
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import (
    _check_method_params,
    _num_samples,
    check_is_fitted,
)

from skclf._foreign import as_plain
from skclf._indicator import is_matrix
from skclf._names import public
from skclf._validation import check_labels, excerpt, listed
from skclf.compose._calibration_folds import EveryClassKFold
from skclf.compose._decision import ClassifierOnTop
from skclf.compose._known_words import unknown_shares

_SHARE = Interval(Real, 0, 1, closed="neither")


@public("skclf.compose")
class AbstainingClassifier(ClassifierOnTop):
    """Answer only where held-out documents promise few errors.

    A classifier has an answer for everything. Here it answers where its confidence, the
    highest of its probabilities, is at least a threshold, and `abstain_label` stands
    for all else: for a person to look at, or a larger model. The threshold is the
    lowest one with no more than a share of `error` among the answers to documents that
    the classifier was not fitted on. This is selective classification [1]_.

    A text of which no word is known is never answered (see
    :func:`~skclf.unknown_rate`): a model has a fixed prediction for it, maybe a
    confident one.

    Parameters
    ----------
    estimator : estimator
        A classifier with ``predict_proba``: a pipeline of
        :func:`~skclf.make_text_classifier`, for example. It is cloned.
    error : float, default=0.05
        Share of the answers that may be wrong.
    cv : int, splitter or iterable of (train, test), default=5
        How documents are parted, so that none has a part in its own confidence. An int
        is a number of stratified folds, shuffled in the same way each time; classes
        with fewer documents than folds are trained on in all of them. Where documents
        belong together, pass a splitter that keeps them so.
    abstain_label : str, int, float or None, default=None
        What `predict` returns in place of a label. It must not be one of the labels.
    delta : float, default=None
        With a number, the error stays below `error` with the probability
        ``1 - delta``, by the bound of [1]_: fewer documents are answered, and with a
        few thousand of them maybe none. None holds the error as it was found, which is
        right in the mean.
    n_jobs : int or None, default=None
        Number of folds that are fitted at the same time.

    Attributes
    ----------
    estimator_ : estimator
        The classifier, fitted on all documents.
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted, without `abstain_label`.
    threshold_ : float
        The lowest confidence that is answered; infinite where none is.
    coverage_ : float
        Share of the held-out documents that are answered.
    error_ : float
        Share of these answers that are wrong; NaN where there are none.
    n_features_in_ : int
        Number of columns of the training data, where `estimator_` knows it.

    Warns
    -----
    UserWarning
        From `fit`, if no document can be answered.

    See Also
    --------
    CostSensitiveClassifier : Another label where errors have different costs.
    skclf.deploy.Monitor : Finds texts that are unlike those of training.
    sklearn.calibration.CalibratedClassifierCV : Probabilities that mean what they say.

    Notes
    -----
    What is promised holds for documents like those of training. The classifier that
    answers in the end was fitted on more documents than those that were judged, so that
    it is rather better. With fewer than ``1 / error`` answers, an error that is small
    enough cannot be told from chance: then none is given.

    ``score`` counts no answer as a wrong one. scikit-learn's metrics take labels of one
    kind only: for text labels pass a text as `abstain_label`, for numbers a number.

    References
    ----------
    .. [1] Y. Geifman and R. El-Yaniv, Selective classification for deep neural
       networks, NeurIPS 2017. https://arxiv.org/abs/1705.08500

    Examples
    --------
    >>> from skclf import AbstainingClassifier, make_text_classifier
    >>> from skclf.datasets import make_tweets
    >>> tweets = make_tweets(600, random_state=0)
    >>> X, y = tweets.data["text"], tweets.target
    >>> model = make_text_classifier("tfidf-logreg")
    >>> sure = AbstainingClassifier(model, error=0.1).fit(X[:500], y[:500])
    >>> answers = sure.predict(X[500:])
    >>> is_answered = answers != None
    >>> print(f"{is_answered.mean():.2f} answered, {sure.coverage_:.2f} expected")
    0... answered, 0... expected
    >>> sure.predict(["xyzzy"])
    array([None], dtype=object)
    """

    _parameter_constraints = {
        "estimator": [HasMethods(["fit", "predict_proba"])],
        "error": [_SHARE],
        "cv": ["cv_object"],
        "abstain_label": [str, Real, None],
        "delta": [_SHARE, None],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        estimator,
        error=0.05,
        cv=5,
        abstain_label=None,
        *,
        delta=None,
        n_jobs=None,
    ):
        self.estimator = estimator
        self.error = error
        self.cv = cv
        self.abstain_label = abstain_label
        self.delta = delta
        self.n_jobs = n_jobs

    def fit(self, X, y, **params):
        """Find the threshold, and fit the classifier.

        Parameters
        ----------
        X : array-like of length n_documents
            What the classifier takes.
        y : array-like of shape (n_documents,)
            The labels.
        **params : dict
            With metadata routing, what the classifier and the splitter ask for, such as
            `sample_weight` and `groups`.

        Returns
        -------
        self : AbstainingClassifier
            The fitted classifier.

        Raises
        ------
        ValueError
            If `abstain_label` is one of the labels, or documents have several.
        """
        _raise_for_params(params, self, "fit")
        self._validate_params()
        (X,), y = indexable(as_plain(X)), as_plain(y)
        if is_matrix(y):
            raise ValueError(
                "Expected one label for each document, got an indicator matrix. See "
                "LabelThresholdsCV."
            )
        y = check_labels(y, _num_samples(X))
        self._check_abstain_label(np.unique(y))
        routed = process_routing(self, "fit", **params)
        fit_params = routed.estimator.fit
        confidence, right = self._held_out(X, y, fit_params, routed.splitter.split)
        self.threshold_ = _threshold(confidence, right, self.error, self.delta)
        answered = confidence >= self.threshold_
        self.coverage_ = float(answered.mean())
        self.error_ = float(1 - right[answered].mean()) if answered.any() else np.nan
        if not answered.any():
            self._warn(right)
        self.estimator_ = clone(self.estimator).fit(X, y, **fit_params)
        self.classes_ = self.estimator_.classes_
        return self

    def _check_abstain_label(self, classes):
        if self.abstain_label in classes.tolist():
            raise ValueError(
                "Expected an abstain_label that is none of the labels "
                f"{listed(classes.tolist())}, got {excerpt(self.abstain_label)}."
            )

    def _held_out(self, X, y, fit_params, split_params):
        """Confidence in each document of fits without it, and whether they are right.

        A document that several folds test is judged several times.
        """
        cv = EveryClassKFold(self.cv) if isinstance(self.cv, Integral) else self.cv
        cv = check_cv(cv, y, classifier=True)
        parts = Parallel(n_jobs=self.n_jobs)(
            delayed(_fit_and_judge)(
                clone(self.estimator), X, y, train, test, fit_params
            )
            for train, test in cv.split(X, y, **split_params)
        )
        return tuple(map(np.concatenate, zip(*parts, strict=True)))

    def _warn(self, right):
        promise = "" if self.delta is None else f" with delta={self.delta}"
        warnings.warn(
            f"No document can be answered: no threshold has an error of {self.error} "
            f"or less on held-out documents{promise}, of which {1 - right.mean():.3f} "
            "are wrong in all. Allow a larger error, or take a better classifier or "
            "more documents.",
            stacklevel=3,
        )

    def predict(self, X):
        """The label of each document, or `abstain_label`.

        Parameters
        ----------
        X : array-like of length n_documents
            What the classifier takes.

        Returns
        -------
        ndarray of shape (n_documents,)
            Of objects, if `abstain_label` is None, or a text among numbers, or a number
            among texts.
        """
        check_is_fitted(self)
        X = as_plain(X)
        answered = _confidence(self.estimator_, X) >= self.threshold_
        labels = np.asarray(self.estimator_.predict(X))
        return _with_gaps(labels, answered, self.abstain_label)

    def score(self, X, y, sample_weight=None):
        """Share of the documents that are answered, and right.

        Parameters
        ----------
        X : array-like of length n_documents
            What the classifier takes.
        y : array-like of shape (n_documents,)
            The labels.
        sample_weight : array-like of shape (n_documents,), default=None
            Weights of the documents.

        Returns
        -------
        float
            From 0 to 1.
        """
        predicted = self.predict(X).astype(object)
        truth = np.asarray(check_labels(y, len(predicted)), dtype=object)
        return float(np.average(predicted == truth, weights=sample_weight))

    def get_metadata_routing(self):
        """Which parameters of `fit` go where.

        Returns
        -------
        sklearn.utils.metadata_routing.MetadataRouter
            To the classifier, and to the splitter.
        """
        mapping = MethodMapping().add(caller="fit", callee="split")
        splitter = EveryClassKFold() if isinstance(self.cv, Integral) else self.cv
        return (
            super()
            .get_metadata_routing()
            .add(splitter=splitter, method_mapping=mapping)
        )


def _fit_and_judge(estimator, X, y, train, test, fit_params):
    """Confidence in the rows of a fold, and whether a fit on the others is right."""
    params = _check_method_params(X, fit_params, indices=train)
    estimator.fit(_safe_indexing(X, train), y[train], **params)
    X = _safe_indexing(X, test)
    return _confidence(estimator, X), np.asarray(estimator.predict(X)) == y[test]


def _confidence(estimator, X):
    """The highest probability; nothing where no word is known."""
    confidence = np.asarray(estimator.predict_proba(X)).max(axis=1, initial=0)
    try:
        unknown = unknown_shares(estimator, X)
    except ValueError:  # no pipeline of texts, or one that does not tell
        return confidence
    return np.where(unknown < 1, confidence, -np.inf)


def _threshold(confidence, right, error, delta):
    """The lowest confidence with few errors from there on; infinite if there is none.

    Parameters
    ----------
    confidence : ndarray of float of shape (n,)
        Of held-out documents.
    right : ndarray of bool of shape (n,)
        Whether what is said of them is right.
    error : float
        Largest share of wrong ones.
    delta : float or None
        See `AbstainingClassifier`.

    Returns
    -------
    float
        The threshold.
    """
    right = right[np.isfinite(confidence)]
    confidence = confidence[np.isfinite(confidence)]
    levels, level = np.unique(-confidence, return_inverse=True)
    if not len(levels):
        return np.inf
    answered = np.cumsum(np.bincount(level))
    wrong = np.cumsum(np.bincount(level, ~right))
    if delta is None:
        fits = (wrong <= error * answered) & (answered >= 1 / error)
        return -levels[fits][-1] if fits.any() else np.inf
    # The paper's search by halves: so many bounds are looked at, and all have to hold.
    n_steps = max(ceil(log2(len(confidence))), 1)
    first, last, found = 0, len(levels) - 1, np.inf
    for _ in range(n_steps):
        if first > last:
            break
        i = (first + last) // 2
        if _upper_bound(wrong[i], answered[i], delta / n_steps) <= error:
            first, found = i + 1, -levels[i]
        else:
            last = i - 1
    return found


def _upper_bound(wrong, n, delta):
    """Clopper and Pearson's bound on the share of errors, which delta is beyond."""
    return 1.0 if wrong >= n else betaincinv(wrong + 1, n - wrong, 1 - delta)


def _with_gaps(labels, answered, gap):
    kinds = isinstance(gap, str), labels.dtype.kind in "US"
    if gap is None or kinds[0] != kinds[1]:
        labels = labels.astype(object)
    else:
        labels = labels.astype(np.result_type(labels, np.asarray(gap)))
    labels[~answered] = gap
    return labels
