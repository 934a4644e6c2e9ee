"""A small classifier that learns from a large one, and from texts without labels."""

import warnings
from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.utils import _safe_indexing, get_tags, indexable
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import _num_samples, check_is_fitted

from skclf._base import HelpfulParamsMixin
from skclf._foreign import as_plain
from skclf._indicator import is_matrix
from skclf._names import public
from skclf._validation import check_labels, type_and_shape
from skclf.compose._stacked_rows import keys_of, stacked
from skclf.compose._students import check_student, fit_student, last_of, stops_early
from skclf.compose._teachers import ask, folds_of
from skclf.models.rows._rows import hold_out
from skclf.models.rows._soft_labels import SoftLabels
from skclf.models.rows._targets import check_two_classes


def _student_has(method):
    def has(self):
        student = getattr(self, "student_", self.student)
        return isinstance(student, str) or hasattr(student, method)

    return available_if(has)


@public("skclf.compose")
class Distilled(HelpfulParamsMixin, MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """A small, fast student that learns what a large teacher says.

    The teacher is fitted on folds of the training documents. Each document teaches the
    student a mixture of its label and of the probabilities that the teachers of the
    other folds give it: how sure one can be says more than a label [1]_. Documents
    without labels teach the mean of what the teachers say. They are where most of the
    gain comes from: students of few words have seen too few of them [2]_ [3]_.

    After `fit` the teachers are gone: the student alone predicts, and is what a pickle
    and :func:`~skclf.to_onnx_pipeline` hold.

    Parameters
    ----------
    student : estimator or str
        A pipeline of :func:`~skclf.make_text_classifier` that ends with a net, or with
        a classifier whose `fit` takes `sample_weight` and that parts no rows itself,
        such as ``"tfidf-logreg"``; or such a classifier. It is cloned. A text is a name
        for :func:`~skclf.make_text_classifier`.
    teacher : estimator or str, default="vote"
        A classifier with ``predict_proba``. It is cloned for each fold. A text is a
        name for :func:`~skclf.make_text_classifier`, with ``random_state=0``.
    alpha : float, default=0.5
        Weight of the teacher beside the labels, from 0 to 1. It does not matter for
        documents without labels.
    temperature : float, default=1
        The teacher's probabilities are raised to the power ``1 / temperature`` and
        scaled to sum to 1. Above 1 they say more of the classes that are less likely;
        then the student's own probabilities are less sure, too.
    cv : int or splitter, default=5
        Folds of the training documents. An int is a number of stratified folds,
        shuffled in the same way each time; classes with fewer documents than folds are
        trained on in all of them. With `groups`, all documents of a group are in one
        fold.

    Attributes
    ----------
    student_ : estimator
        The fitted student.
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    n_unlabeled_ : int
        Number of documents without labels that the student has learned from.
    n_dropped_ : int
        Number of those that were left out, as copies.
    n_features_in_ : int
        Number of columns of the training data, where the student knows it.

    Warns
    -----
    UserWarning
        From `fit`, if the teacher has no part in it, or all documents without labels
        are copies.

    See Also
    --------
    skclf.make_text_classifier : Makes students and teachers.
    skclf.to_onnx_pipeline : The student without TensorFlow.

    Notes
    -----
    A net with early stopping validates on labels, as always: the share
    `validation_fraction` of the documents is held out before all else, so that neither
    the student nor any teacher has seen them. Copies of them are dropped from the
    documents without labels.

    Class weights are those of the student, and of the teacher. A classifier that is no
    net is fitted on a copy of each document for each class, which weighs as much as the
    class's share.

    References
    ----------
    .. [1] G. Hinton, O. Vinyals and J. Dean, Distilling the knowledge in a neural
       network, 2015. https://arxiv.org/abs/1503.02531
    .. [2] R. Tang et al., Distilling task-specific knowledge from BERT into simple
       neural networks, 2019. https://arxiv.org/abs/1903.12136
    .. [3] I. Turc et al., Well-read students learn better: on the importance of
       pre-training compact models, 2019. https://arxiv.org/abs/1908.08962

    Examples
    --------
    >>> from skclf import Distilled, make_text_classifier
    >>> from skclf.datasets import make_tweets
    >>> tweets = make_tweets(600, random_state=0)
    >>> X, y = tweets.data["text"], tweets.target
    >>> student = make_text_classifier("tfidf-logreg")
    >>> model = Distilled(student, teacher="tfidf-svm", cv=3)
    >>> model.fit(X[:200], y[:200], X_unlabeled=X[200:])
    Distilled(...)
    >>> model.n_unlabeled_ + model.n_dropped_
    400
    """

    _parameter_constraints = {
        "student": [HasMethods(["fit", "predict"]), str],
        "teacher": [HasMethods(["fit", "predict_proba"]), str, None],
        "alpha": [Interval(Real, 0, 1, closed="both")],
        "temperature": [Interval(Real, 0, None, closed="neither")],
        "cv": [Interval(Integral, 2, None, closed="left"), HasMethods(["split"])],
    }

    def __init__(self, student, teacher="vote", *, alpha=0.5, temperature=1, cv=5):
        self.student = student
        self.teacher = teacher
        self.alpha = alpha
        self.temperature = temperature
        self.cv = cv

    def fit(self, X, y, X_unlabeled=None, groups=None, *, exclude=None):
        """Fit teachers on the folds, and the student on what they say.

        Parameters
        ----------
        X : array-like of length n_documents
            What student and teacher take: texts, or a DataFrame.
        y : array-like of shape (n_documents,)
            The labels.
        X_unlabeled : array-like, default=None
            More documents of the same kind, without labels.
        groups : array-like of shape (n_documents,), default=None
            What documents belong together, for the folds and for what is held out.
        exclude : array-like, default=None
            Documents that are kept for a test: copies of them are dropped from
            `X_unlabeled`, whatever their blanks and the case of their letters.

        Returns
        -------
        self : Distilled
            The fitted classifier.

        Raises
        ------
        ValueError
            If documents have several labels, or `cv` does not test each one once.
        TypeError
            If the student cannot learn from shares of the classes.
        """
        self._validate_params()
        student, teacher = self._made()
        self.n_dropped_ = 0
        X, y, X_unlabeled = as_plain(X), as_plain(y), as_plain(X_unlabeled)
        if is_matrix(y):
            raise ValueError(
                "Expected one label for each document, got a matrix. A net of its own "
                "learns several labels, or soft ones."
            )
        y = check_labels(y, _num_samples(X))
        X, groups = indexable(X, groups if groups is None else np.asarray(groups))
        classes, codes = np.unique(y, return_inverse=True)
        check_two_classes(classes)
        train, held = self._held_out(student, codes, groups)
        X_val, y_val = _safe_indexing(X, held) if len(held) else None, y[held]
        if X_unlabeled is not None:
            X_unlabeled = self._without_copies(X_unlabeled, X_val, as_plain(exclude))
        X, codes = _safe_indexing(X, train), codes[train]
        everything = X if X_unlabeled is None else stacked(X, X_unlabeled)
        shares = np.eye(len(classes))[codes]
        if self.alpha or X_unlabeled is not None:
            groups = groups if groups is None else groups[train]
            folds = folds_of(self.cv, X, classes[codes], groups)
            said = ask(teacher, X, X_unlabeled, codes, classes, folds)
            shares = self._mixed(shares, *map(self._softer, said))
        else:
            warnings.warn(
                "The teacher has no part in what the student learns, since alpha is 0 "
                "and there are no documents without labels. Raise alpha, or pass "
                "X_unlabeled.",
                stacklevel=2,
            )
        soft = SoftLabels(shares, classes)
        self.n_unlabeled_ = len(soft) - len(codes)
        self.student_ = fit_student(student, everything, soft, X_val, y_val)
        self.classes_ = classes
        return self

    def _made(self):
        """A new student and a teacher."""
        if self.teacher is None:
            raise ValueError(
                "Expected a teacher to learn from, got None. A loaded model has none, "
                "since files hold the student alone: set_params(teacher=...)."
            )
        student, teacher = self.student, self.teacher
        if isinstance(student, str):
            student = _ready_made(student)
        if isinstance(teacher, str):
            teacher = _ready_made(teacher, random_state=0)
        check_student(student)
        return clone(student), teacher

    def _held_out(self, student, codes, groups):
        """Rows to learn from, and those that a net validates on."""
        every = np.arange(len(codes))
        if not stops_early(student):
            return every, every[:0]
        fraction = last_of(student).validation_fraction
        if groups is None:
            train, held = hold_out(codes, fraction, np.random.RandomState(0))
        else:
            n_folds = max(round(1 / fraction), 2)
            folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=0)
            train, held = next(folds.split(codes, codes, groups))
        if not len(held):
            raise ValueError(
                "Expected enough documents for a student that validates on a share of "
                f"{fraction} of them, got {len(codes)}. Set early_stopping=False."
            )
        return train, held

    def _without_copies(self, unlabeled, *others):
        """Documents without labels that no other is a copy of; None if there are none.

        The copies of what is validated or tested on would make it look good.
        """
        others = [X for X in others if X is not None]
        if any(hasattr(X, "columns") != hasattr(unlabeled, "columns") for X in others):
            raise ValueError(
                "Expected X_unlabeled and exclude of the same kind as X, got "
                f"{type_and_shape(unlabeled)} and others."
            )
        taken = {key for X in others for key in keys_of(X)}
        fresh = [i for i, key in enumerate(keys_of(unlabeled)) if key not in taken]
        self.n_dropped_ = _num_samples(unlabeled) - len(fresh)
        if not fresh:
            warnings.warn(
                f"All {self.n_dropped_} documents of X_unlabeled are copies of those "
                "that are validated on or excluded, or there are none; no more than "
                "the training documents are learned from.",
                stacklevel=3,
            )
            return None
        return _safe_indexing(unlabeled, fresh)

    def _mixed(self, labels, held_out, of_others):
        """What the student learns, first of the documents with labels."""
        mixture = (1 - self.alpha) * labels + self.alpha * held_out
        return np.concatenate([mixture, of_others])

    def _softer(self, proba):
        """Probabilities at the temperature."""
        if self.temperature == 1:
            return proba
        softer = proba ** (1 / self.temperature)
        return softer / softer.sum(axis=1, keepdims=True)

    def predict(self, X):
        """The student's label of each document.

        Parameters
        ----------
        X : array-like of length n_documents
            What the student takes.

        Returns
        -------
        ndarray of shape (n_documents,)
            Labels.
        """
        check_is_fitted(self)
        return self.student_.predict(X)

    @_student_has("predict_proba")
    def predict_proba(self, X):
        """The student's probability of each class.

        Parameters
        ----------
        X : array-like of length n_documents
            What the student takes.

        Returns
        -------
        ndarray of float of shape (n_documents, n_classes)
            In the order of `classes_`.
        """
        check_is_fitted(self)
        return self.student_.predict_proba(X)

    @_student_has("predict_log_proba")
    def predict_log_proba(self, X):
        """Logarithm of the student's probability of each class.

        Parameters
        ----------
        X : array-like of length n_documents
            What the student takes.

        Returns
        -------
        ndarray of float of shape (n_documents, n_classes)
            In the order of `classes_`.
        """
        check_is_fitted(self)
        return self.student_.predict_log_proba(X)

    @property
    def n_features_in_(self):
        check_is_fitted(self)
        return self.student_.n_features_in_

    def __getstate__(self):
        """The state without the teacher, once there is a student."""
        state = dict(super().__getstate__())
        if "student_" in state and not isinstance(self.teacher, str):
            state["teacher"] = None
        return state

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        if not isinstance(self.student, str):
            tags.input_tags = get_tags(self.student).input_tags
        return tags


def _ready_made(name, **params):
    from skclf.compose._ready_made import make_text_classifier  # loads pandas

    return make_text_classifier(name, **params)
