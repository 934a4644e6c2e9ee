"""Which test texts are known from training."""

from numbers import Real

import pandas as pd
from sklearn.base import clone
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    StrOptions,
    validate_params,
)

from skclf._indicator import check_targets
from skclf._names import public
from skclf._typing import Documents, Estimator, Labels
from skclf._validation import (
    check_documents,
    check_not_empty,
    type_and_shape,
)
from skclf.evaluate._near_duplicates import find_closest
from skclf.evaluate._split_audit import KINDS, SplitAudit
from skclf.text import TextCleaner


@public("skclf.evaluate")
@validate_params(
    {
        "threshold": [Interval(Real, 0, 1, closed="right"), None],
        "cleaner": [
            HasMethods(["fit", "transform"]),
            StrOptions({"passthrough"}),
            None,
        ],
    },
    prefer_skip_nested_validation=True,
)
def audit_split(
    X_train: Documents,
    X_test: Documents,
    y_train: Labels | None = None,
    y_test: Labels | None = None,
    *,
    threshold: float | None = 0.8,
    cleaner: Estimator | str | None = None,
) -> SplitAudit:
    """Find the test texts that a model has seen, or nearly seen, in training.

    Retweets, syndicated headlines and repeated templates end up on both sides of a
    split. A model can learn them by heart, and its score on the test texts is then
    better than on new ones.

    Parameters
    ----------
    X_train : iterable of str of length n_train
        The training texts: a list, Series, array or one-column DataFrame.
    X_test : iterable of str of length n_test
        The test texts.
    y_train : array-like of shape (n_train,) or (n_train, n_labels), default=None
        Labels of the training texts, to see which leaked texts contradict them. A row
        of an indicator matrix is one label, a tuple of 0 and 1.
    y_test : array-like of shape (n_test,) or (n_test, n_labels), default=None
        Labels of the test texts. Pass both or none.
    threshold : float or None, default=0.8
        Lowest similarity of nearly equal texts, above 0 and up to 1. None does not look
        for them. Lower values take much longer.
    cleaner : transformer, "passthrough" or None, default=None
        What texts go through before they are compared; it has to give one text for each
        document. It is cloned, and fitted on the training texts. None is a
        :class:`~skclf.text.TextCleaner` with its defaults: without links, mentions,
        punctuation and capitals, but with numbers. "passthrough" compares the texts as
        they are.

    Returns
    -------
    SplitAudit
        Its ``repr`` says what was found. ``pairs`` is a table of the leaked texts,
        ``leaked`` a mask of the test rows, ``counts`` a table of the kinds;
        ``scores(y_true, y_pred)`` scores predictions with and without leaked texts.

    Raises
    ------
    ValueError
        If there are no texts, labels do not fit to the texts or are given for one part
        only, or a parameter is out of range.
    TypeError
        If a document is not text, or `cleaner` does not give texts.

    See Also
    --------
    compare : Scores of several models on the same folds.
    sklearn.model_selection.GroupKFold : Folds that keep equal texts together, with the
        clean texts as groups.

    Notes
    -----
    A text is of the first kind that fits: *exact*, *cleaned*, *near*. A text with
    nothing left after cleaning is leaked only if it is not blank and occurs in training
    exactly so (a link, say): two texts that have nothing in common are both empty, too.

    Similarity is the Jaccard index of the sets of character trigrams of the clean
    texts: the share of the trigrams of either that both have. Pairs of 0.8 and more are
    the same message with a word more or less, or cut off, or one template with another
    number or name. Of 20 pairs from 0.8 to 0.9 that were read, 18 of disaster tweets
    and 10 of financial news were the same message; of 20 from 0.7 to 0.8, 18 and 6.

    No pair is missed, though few are compared: similar texts share some of their rarest
    trigrams. Memory grows with the length of all texts, not with the number of pairs.

    Examples
    --------
    >>> from skclf.evaluate import audit_split
    >>> audit = audit_split(
    ...     ["Flood warning! http://t.co/a", "Forest fire near La Ronge", "I love it"],
    ...     ["flood warning http://t.co/b", "Forest fires near La Ronge", "New to me"],
    ...     [1, 1, 0],
    ...     [0, 1, 0],
    ... )
    >>> audit
    3 test texts against 3 training texts:
      exact   0    0.0%  equal a training text
      cleaned 1   33.3%  equal one once both are cleaned
      near    1   33.3%  nearly equal one (similarity 0.8 or more)
      leaked  2   66.7%  in all
    With another label in training: 1 of the leaked texts.
    >>> audit.pairs[["train_row", "kind", "similarity", "text"]].round(2)
         train_row     kind  similarity                            text
    row
    0            0  cleaned        1.00  flood warning http://t.co/b
    1            1     near        0.84   Forest fires near La Ronge
    >>> audit.scores([0, 1, 0], [1, 1, 0]).round(2)
                n_texts  accuracy  f1_macro
    all               3      0.67      0.67
    not leaked        1      1.00      1.00
    leaked            2      0.50      0.33
    """
    train = _check_texts(X_train, "X_train")
    test = _check_texts(X_test, "X_test")
    if (y_train is None) != (y_test is None):
        given = "y_test" if y_train is None else "y_train"
        raise ValueError(f"Expected y_train and y_test or neither, got only {given}.")
    y = [None] * len(train), [None] * len(test)
    if y_train is not None:
        y_train = check_targets(y_train, len(train), names=("X_train", "y_train"))
        y_test = check_targets(y_test, len(test), names=("X_test", "y_test"))
        _check_shapes(y_train, y_test)
        y = _as_list(y_train), _as_list(y_test)
        _check_kinds(*y)
    clean = _clean(cleaner, train, test)
    pairs = _as_table(_match((train, test), clean, y, threshold), train, test)
    if y_train is not None:
        pairs["label"] = _labels(y_test, pairs.index)
        pairs["train_label"] = _labels(y_train, pairs["train_row"])
    empty = {row for row, text in enumerate(clean[1]) if not text.strip()}
    return SplitAudit(
        pairs,
        n_train=len(train),
        n_test=len(test),
        n_empty=len(empty.difference(pairs.index)),
        threshold=threshold,
    )


def _check_texts(X, name):
    try:
        docs = check_documents(X)
    except (TypeError, ValueError) as error:
        error.add_note(f"This is about {name}.")
        raise
    check_not_empty(docs, f"audit_split as {name}")
    return docs


def _check_shapes(train, test):
    if train.shape[1:] != test.shape[1:]:
        raise ValueError(
            "Expected the same columns of labels in y_train and y_test, got the shapes "
            f"{train.shape} and {test.shape}."
        )


def _as_list(y):
    """Something for each row that can be looked up."""
    return y.tolist() if y.ndim == 1 else list(map(tuple, y.tolist()))


def _labels(y, rows):
    """The labels of some rows, as a column of a table."""
    return y[rows] if y.ndim == 1 else _as_list(y[rows])


def _check_kinds(train, test):
    """Refuse texts in one part and numbers in the other: all would contradict."""
    first, other = ({isinstance(label, str) for label in y} for y in (train, test))
    if first.isdisjoint(other):
        raise ValueError(
            "Expected labels of one kind in y_train and y_test, got "
            f"{train[0]!r} ({type(train[0]).__name__}) and "
            f"{test[0]!r} ({type(test[0]).__name__}). Convert one of them."
        )


def _clean(cleaner, train, test):
    if isinstance(cleaner, str):
        return train, test
    cleaner = TextCleaner() if cleaner is None else clone(cleaner)
    cleaner.fit(train)
    return _transform(cleaner, train), _transform(cleaner, test)


def _transform(cleaner, docs):
    result = cleaner.transform(docs)
    try:
        texts = check_documents(result)
    except (TypeError, ValueError):
        texts = []
    if len(texts) != len(docs):
        raise ValueError(
            f"Expected a cleaner that gives a text for each of {len(docs)} documents, "
            f"got {type_and_shape(result)} from {cleaner!r}."
        )
    return texts


def _match(texts, clean, y, threshold):
    """(row, train row, kind, similarity) of each test text known from training."""
    as_is, cleaned = _first_rows(texts[0], y[0]), _first_rows(clean[0], y[0])
    near = {} if threshold is None else _closest(clean[1], cleaned, threshold)
    tests = zip(texts[1], clean[1], y[1], strict=True)
    for row, (text, short, label) in enumerate(tests):
        if text in as_is and text.strip():
            yield row, _pick(as_is[text], label), "exact", 1.0
        elif short in cleaned and short.strip():
            yield row, _pick(cleaned[short], label), "cleaned", 1.0
        elif short in near:
            other, similarity = near[short]
            yield row, _pick(cleaned[other], label), "near", similarity


def _first_rows(texts, labels):
    """For each text, the first row with each of its labels."""
    rows = {}
    for row, (text, label) in enumerate(zip(texts, labels, strict=True)):
        rows.setdefault(text, {}).setdefault(label, row)
    return rows


def _pick(rows, label):
    """The first row with another label, if there is one: contradictions are shown."""
    others = (row for other, row in rows.items() if other != label)
    return next(others, next(iter(rows.values())))


def _closest(texts, known, threshold):
    """For texts that are not known, the known one that is nearly equal."""
    new = [text for text in dict.fromkeys(texts) if text.strip() and text not in known]
    known = list(known)
    found = zip(new, *find_closest(new, known, threshold), strict=True)
    return {
        text: (known[i], float(similarity)) for text, i, similarity in found if i >= 0
    }


def _as_table(matches, train, test):
    matches = sorted(matches, key=lambda m: (KINDS.index(m[2]), -m[3], m[0]))
    columns = ["row", "train_row", "kind", "similarity"]
    pairs = pd.DataFrame(matches, columns=columns)
    pairs = pairs.astype({"row": int, "train_row": int, "similarity": float})
    pairs["text"] = [test[row] for row in pairs["row"]]
    pairs["train_text"] = [train[row] for row in pairs["train_row"]]
    texts = dict.fromkeys(["kind", "text", "train_text"], str)
    return pairs.astype(texts).set_index("row")
