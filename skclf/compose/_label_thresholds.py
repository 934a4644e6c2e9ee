"""A threshold of its own for each label of documents that may have several."""

import warnings
from numbers import Integral

import numpy as np
from sklearn.base import clone
from sklearn.metrics import get_scorer, get_scorer_names
from sklearn.model_selection import StratifiedKFold, check_cv
from sklearn.utils import _safe_indexing
from sklearn.utils._param_validation import HasMethods, StrOptions
from sklearn.utils.metadata_routing import (
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
from skclf._indicator import check_some_vary, check_targets, constant_labels, strata
from skclf._names import public
from skclf.compose._decision import ClassifierOnTop

# So many thresholds are tried for a label, those of its documents with ranks between.
_MOST = 200


@public("skclf.compose")
class LabelThresholdsCV(ClassifierOnTop):
    """Predict each label of documents above a threshold of its own.

    A net or a linear model says that a document has a label if that is more probable
    than not. Rare labels then are hardly ever predicted. Here each label has the
    threshold with the best score on cross-validated probabilities. It is to documents
    with several labels what
    :class:`sklearn.model_selection.TunedThresholdClassifierCV` is to two classes.

    Parameters
    ----------
    estimator : estimator
        A classifier with ``predict_proba`` that takes an indicator matrix: a pipeline
        of :func:`~skclf.make_text_classifier`, for example. It is cloned.
    scoring : str or callable, default="f1"
        What is best: the name of a scorer of 0 and 1, such as "f1", "precision",
        "recall" or "balanced_accuracy"; or a function of the truth and the predictions
        for one label, which returns a number that is better the larger it is.
    cv : int, splitter or iterable of (train, test), default=5
        How documents are parted, so that none has a part in its own probabilities. An
        int is a number of shuffled folds, stratified by the rarest label of each.
    n_jobs : int or None, default=None
        Number of folds that are fitted at the same time.
    random_state : int, RandomState or None, default=None
        Seed of the folds, if `cv` is an int.

    Attributes
    ----------
    estimator_ : estimator
        The classifier, fitted on all documents.
    best_thresholds_ : ndarray of float of shape (n_labels,)
        A label is predicted where its probability is above. It is .5 for a label that
        all documents have, or none.
    best_scores_ : ndarray of float of shape (n_labels,)
        The scores with them; optimistic, as the best of many.
    classes_ : ndarray of shape (n_labels,)
        The numbers of the columns of the indicator matrix.
    n_features_in_ : int
        Number of columns of the training data, where `estimator_` knows it.

    See Also
    --------
    skclf.evaluate.compare : Whether the thresholds are worth it, on other documents.

    Notes
    -----
    The probabilities of all folds are put together. A label that few documents have
    gets a threshold by chance: look at it, or take more documents.

    Examples
    --------
    >>> import numpy as np
    >>> from skclf import make_text_classifier
    >>> from skclf.compose import LabelThresholdsCV
    >>> texts = ["fire and flood", "fire", "flood", "sun", "beach", "party"] * 10
    >>> Y = np.array([["fire" in text, "flood" in text] for text in texts])
    >>> model = make_text_classifier("tfidf-logreg", classify__C=0.1)
    >>> model.fit(texts, Y).predict(["fire and flood", "sun"])
    array([[0, 0],
           [0, 0]])
    >>> tuned = LabelThresholdsCV(model, random_state=0).fit(texts, Y)
    >>> tuned.predict(["fire and flood", "sun"])
    array([[1, 1],
           [0, 0]])
    >>> tuned.best_scores_
    array([1., 1.])
    """

    _parameter_constraints = {
        "estimator": [HasMethods(["fit", "predict_proba"])],
        "scoring": [StrOptions(set(get_scorer_names())), callable],
        "cv": ["cv_object"],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self, estimator, *, scoring="f1", cv=5, n_jobs=None, random_state=None
    ):
        self.estimator = estimator
        self.scoring = scoring
        self.cv = cv
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X, y, **params):
        """Find the thresholds, and fit the classifier.

        Parameters
        ----------
        X : array-like of length n_documents
            What the classifier takes.
        y : array-like or sparse matrix of shape (n_documents, n_labels)
            An indicator matrix: 1 where a document has the label of the column, else 0.
        **params : dict
            Parameters for the `fit` of the classifier, with metadata routing.

        Returns
        -------
        self : LabelThresholdsCV
            The fitted classifier.

        Raises
        ------
        ValueError
            If `y` is no indicator matrix, no label varies, or `scoring` is a scorer of
            probabilities.
        """
        _raise_for_params(params, self, "fit")
        self._validate_params()
        X = as_plain(X)
        y = check_targets(y, _num_samples(X))
        if y.ndim == 1:
            raise ValueError(
                "Expected an indicator matrix with a column for each label as y, got "
                f"one label for each document, {y.shape}. For two classes there is "
                "sklearn.model_selection.TunedThresholdClassifierCV."
            )
        check_some_vary(y)
        score = _score_of(self.scoring)
        fit_params = process_routing(self, "fit", **params).estimator.fit
        rows, proba = self._held_out(X, y, fit_params)
        constant = constant_labels(y)
        found = [
            (0.5, np.nan) if i in constant else _best(y[rows, i], proba[:, i], score)
            for i in range(y.shape[1])
        ]
        self.best_thresholds_, self.best_scores_ = np.array(found).T
        self.estimator_ = clone(self.estimator).fit(X, y, **fit_params)
        self.classes_ = np.arange(y.shape[1])
        self.multilabel_ = True
        return self

    def _held_out(self, X, y, fit_params):
        """Rows, and the probabilities of their labels by fits without them."""
        parts = Parallel(n_jobs=self.n_jobs)(
            delayed(_fit_and_predict)(
                clone(self.estimator), X, y, train, test, fit_params
            )
            for train, test in self._splits(X, y)
        )
        rows, proba = zip(*parts, strict=True)
        return np.concatenate(rows), np.concatenate(proba)

    def _splits(self, X, y):
        if not isinstance(self.cv, Integral):
            return check_cv(self.cv, y, classifier=True).split(X, y)
        folds = StratifiedKFold(self.cv, shuffle=True, random_state=self.random_state)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The least populated class in y has only")
            return list(folds.split(np.zeros(len(y)), strata(y)))

    def predict_proba(self, X):
        """Probability of each label.

        Parameters
        ----------
        X : array-like of length n_documents
            What the classifier takes.

        Returns
        -------
        ndarray of float of shape (n_documents, n_labels)
            As the classifier gives them.
        """
        check_is_fitted(self)
        return _probabilities(self.estimator_, X)

    def predict(self, X):
        """Labels whose probability is above their threshold.

        Parameters
        ----------
        X : array-like of length n_documents
            What the classifier takes.

        Returns
        -------
        ndarray of int of shape (n_documents, n_labels)
            An indicator matrix.
        """
        return (self.predict_proba(X) > self.best_thresholds_).astype(int)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.classifier_tags.multi_label = True
        return tags


def _fit_and_predict(estimator, X, y, train, test, fit_params):
    """Rows of a fold, and the probabilities of a fit on the others."""
    test = np.arange(len(y))[test]
    params = _check_method_params(X, fit_params, indices=train)
    estimator.fit(_safe_indexing(X, train), y[train], **params)
    return test, _probabilities(estimator, _safe_indexing(X, test))


def _probabilities(estimator, X):
    """Probabilities of labels as one matrix; some classifiers give a list."""
    found = estimator.predict_proba(X)
    if not isinstance(found, list):
        return found
    columns = [
        proba[:, list(classes).index(1)] if 1 in classes else np.zeros(len(proba))
        for proba, classes in zip(found, estimator.classes_, strict=True)
    ]
    return np.column_stack(columns)


def _score_of(scoring):
    """A function of the truth and the predictions for one label."""
    if not isinstance(scoring, str):
        return scoring
    scorer = get_scorer(scoring)
    if scorer._response_method != "predict":
        raise ValueError(
            "Expected a scorer of predictions, such as 'f1', got "
            f"scoring={scoring!r}, which scores probabilities: no threshold changes it."
        )
    params = dict(scorer._kwargs)
    if scoring in ("f1", "precision", "recall", "jaccard"):
        params["zero_division"] = 0  # where a threshold predicts nothing: no news
    return lambda truth, labels: (
        scorer._sign * scorer._score_func(truth, labels, **params)
    )


def _best(truth, proba, score):
    """The threshold with the best score, and that score; nearest to .5 if several have.

    Only those just below the probability of a document with the label are tried: to
    put one lower brings wrong labels alone.
    """
    levels = np.unique(proba)
    tops = np.unique(proba[truth == 1])
    if len(tops) > _MOST:
        tops = tops[np.linspace(0, len(tops) - 1, _MOST).astype(int)]
    at = np.searchsorted(levels, tops)
    below = np.where(at > 0, levels[at - 1], 0.0)
    tried = np.append((tops + below) / 2, 0.5)
    tried = tried[np.argsort(abs(tried - 0.5), kind="stable")]
    scores = [score(truth, (proba > threshold).astype(int)) for threshold in tried]
    best = int(np.argmax(scores))
    return tried[best], scores[best]
