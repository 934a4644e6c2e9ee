"""Labels and weights."""

import warnings
from numbers import Real

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import _check_sample_weight

from skclf._indicator import check_some_vary
from skclf._validation import did_you_mean, excerpt, listed
from skclf.models.rows._soft_labels import SoftLabels, check_net_targets

MULTILABEL = "multilabel-indicator"


def learn_targets(net, y, n_rows, *, resume, classes=None):
    """The targets, checked; a fit that starts anew learns from them what there are.

    Parameters
    ----------
    net : KerasTextClassifier
        Its `classes_` and `multilabel_` are set, unless training goes on.
    y : array-like or sparse matrix of shape (n_rows,) or (n_rows, n_labels)
        Labels, an indicator matrix, or shares of the classes.
    n_rows : int
        Number of documents.
    resume : bool
        Whether training goes on.
    classes : array-like of shape (n_classes,), default=None
        The labels there are. None is those in `y`.

    Returns
    -------
    ndarray or SoftLabels
        The targets as `check_net_targets` returns them.
    """
    found = check_net_targets(y, n_rows, multilabel=net.multilabel_ if resume else None)
    soft = isinstance(found, SoftLabels)
    several = not soft and found.ndim == 2
    known = found.classes if soft else _labels_in(found)
    if classes is not None:
        classes = np.unique(classes)
        if resume or several or soft:
            _check_same_classes(classes, net.classes_ if resume else known)
        known = classes
    if not resume:
        check_two_classes(known)
        net.classes_ = known
        net.multilabel_ = several
        net._sparse_targets = issparse(y)
    return found


def _labels_in(y):
    return np.arange(y.shape[1]) if y.ndim == 2 else np.unique(y)


def _check_same_classes(classes, known):
    if list(classes) != list(known):
        raise ValueError(
            f"Expected classes={listed(known.tolist())} as in the first call, or as "
            f"the columns of y or their numbers, got {listed(classes.tolist())}."
        )


def target_type(net):
    """What a fitted net predicts, by scikit-learn's name."""
    if net.multilabel_:
        return MULTILABEL
    return "binary" if len(net.classes_) == 2 else "multiclass"


def encode_targets(y, net):
    """Labels as positions in `classes_`, and their shares where labels are soft.

    An indicator matrix is left as it is. Of soft labels, the largest counts.
    """
    if isinstance(y, SoftLabels):
        if net.multilabel_ or list(y.classes) != list(net.classes_):
            raise ValueError(
                f"Expected shares of the classes {listed(net.classes_.tolist())}, got "
                f"those of {listed(y.classes.tolist())}. Pass a DataFrame, whose "
                "columns are the classes."
            )
        return y.shares.argmax(axis=1), y.shares
    return _encoded(y, net), None


def _encoded(y, net):
    several = y.ndim == 2
    if several != net.multilabel_ or (several and y.shape[1] != len(net.classes_)):
        n_labels = len(net.classes_)
        want = "one label for each document"
        if net.multilabel_:
            want = f"an indicator matrix of {n_labels} columns"
        raise ValueError(
            f"Expected {want}, as y was where the training began, got an array of "
            f"shape {y.shape}. Pass the same kind of labels, or start anew with "
            "warm_start=False."
        )
    return y if several else encode_labels(y, net.classes_)


def encode_labels(y, classes):
    """Labels as positions in the sorted array `classes`."""
    codes = np.searchsorted(classes, y)
    codes = np.minimum(codes, len(classes) - 1)
    unseen = np.asarray(classes[codes] != y)
    if unseen.any():
        raise ValueError(
            f"Expected labels among {listed(classes.tolist())}, got "
            f"{excerpt(y[unseen].tolist()[0])}. Train on every class, or name it in "
            "the first call of partial_fit."
        )
    return codes


def check_two_classes(classes):
    """Raise ValueError unless there are two classes."""
    if len(classes) < 2:
        raise ValueError(
            f"Expected at least 2 classes, got {len(classes)} class: "
            f"{listed(classes.tolist())}."
        )


def check_weights(sample_weight, rows):
    """Sample weights as a new float64 array; ones where there are none."""
    return _check_sample_weight(
        sample_weight,
        rows,
        dtype=np.float64,
        copy=True,
        ensure_non_negative=True,
    )


def class_factors(class_weight, classes, rows):
    """A factor for each class from ``None``, ``"balanced"`` or a dict of labels."""
    if class_weight is None:
        return np.ones(len(classes))
    if rows.codes.ndim == 2:
        raise ValueError(no_class_weight("a net", class_weight))
    if isinstance(class_weight, dict):
        known = classes.tolist()
        wrong = [label for label in class_weight if label not in known]
        if wrong:
            raise ValueError(
                "Expected keys of class_weight among the classes "
                f"{listed(known)}, got {excerpt(wrong[0])}."
                f"{did_you_mean(str(wrong[0]), map(str, known))}"
            )
        for label, value in class_weight.items():
            _check_factor(label, value)
        return np.array([class_weight.get(label, 1.0) for label in known])
    counts = rows.weight_of(len(classes))
    present = counts > 0
    factors = np.ones(len(classes))
    factors[present] = counts.sum() / (present.sum() * counts[present])
    return factors


def no_class_weight(what, class_weight):
    """What to say of class weights where documents have several labels."""
    return (
        f"Expected class_weight=None for {what} on documents with several labels, got "
        f"{excerpt(class_weight)}. Pass a sample_weight, or find a threshold for each "
        "label: skclf.compose.LabelThresholdsCV(pipeline)."
    )


def _check_factor(label, value):
    if not isinstance(value, Real) or not 0 <= value < np.inf:
        raise ValueError(
            "Expected finite numbers of at least 0 as values of class_weight, got "
            f"{excerpt(value)} for the class {excerpt(label)}."
        )


def check_trained_on(net, rows, factors):
    """Raise ValueError unless the rows in training differ in what is to be learned."""
    if rows.codes.ndim == 2:
        message = check_some_vary(rows.codes)
        if message:
            warnings.warn(message, stacklevel=4)
        return
    present = np.flatnonzero(rows.weight_of(len(net.classes_)))
    check_two_classes(net.classes_[present])
    check_factors(net.class_weight, factors[present])


def check_factors(class_weight, factors):
    """Raise ValueError unless two of the classes that occur have a weight."""
    if np.count_nonzero(factors) < 2:
        raise ValueError(
            "Expected a class_weight above 0 for at least two of the classes in y, got "
            f"{excerpt(class_weight)}."
        )


def one_hot(codes, n_outputs):
    """Targets as Keras' losses want them: a column, or one for each class or label."""
    if codes.ndim == 2:
        return codes.astype(np.float32)
    if n_outputs == 1:
        return codes.astype(np.float32)[:, None]
    return np.eye(n_outputs, dtype=np.float32)[codes]


def belongs(codes, n_classes):
    """Which classes or labels each row has, as a matrix of bool."""
    if codes.ndim == 2:
        return codes == 1
    return codes[:, None] == np.arange(n_classes)


def told_apart(has):
    """Numbers of the classes or labels that some rows have, and others not."""
    return np.flatnonzero(has.any(axis=0) & ~has.all(axis=0))
