"""Whether documents are like those that a model was made for."""

import warnings
from collections import Counter
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency, ks_2samp
from sklearn.utils import _safe_indexing
from sklearn.utils._param_validation import Interval, validate_parameter_constraints
from sklearn.utils.validation import check_is_fitted

from skclf._foreign import as_plain
from skclf._names import public
from skclf._typing import Estimator
from skclf._validation import check_documents, check_not_empty, excerpt
from skclf.compose._column_selection import texts_in
from skclf.compose._known_words import unknown_shares, unknown_shares_of_training
from skclf.deploy._monitor_report import MonitorReport
from skclf.evaluate._many_tests import holm
from skclf.features import TextStatistics
from skclf.inspection._explain import text_and_table

_SHARE = Interval(Real, 0, 1, closed="neither")
_CONSTRAINTS = {
    "alpha": [_SHARE],
    "flag_share": [Interval(Real, 0, 0.5, closed="neither")],
}

_MOST = 10_000  # values of each statistic that are kept
_FEW = 30  # documents in which only a large drift is found
_RARE = 5  # expected documents of a class, below which the test would be wrong


@public("skclf.deploy")
class Monitor:
    """Learn what normal documents are, and tell others from them.

    It holds a fitted pipeline and a summary of the documents that the pipeline was made
    for: their lengths, how they are written, how many of their words are unknown, how
    sure the predictions are, and which. Nothing is fitted, and no text is kept.

    Parameters
    ----------
    pipeline : estimator
        A fitted classifier of texts, or of a DataFrame with a column of texts (see
        :class:`~skclf.compose.TextAndTable`). Other columns are not watched.
    X_train : iterable of str, or DataFrame
        The documents that it was fitted on.
    X_held_out : iterable of str, or DataFrame, default=None
        Documents of the same kind that it was not fitted on. Confidence and labels are
        learned from them alone: a model is surer of what it was fitted on than of
        anything else. None leaves these two out.
    alpha : float, default=0.01
        Chance that any statistic is said to drift although none does.
    flag_share : float, default=0.01
        Share of the normal documents that are beyond each of the limits, by which
        single documents are flagged.

    Attributes
    ----------
    pipeline : estimator
        The pipeline, not copied.
    normal : DataFrame
        One row for each statistic, with the columns ``low``, ``median`` and ``high``:
        quantiles at `flag_share`, a half, and ``1 - flag_share``.
    classes_ : ndarray of shape (n_classes,)
        The labels of the pipeline.
    n_samples_fit_ : int
        Number of documents in `X_train`.

    Raises
    ------
    TypeError
        If the documents are not what the pipeline takes.
    ValueError
        If there are none, or they have several labels each.
    NotFittedError
        If the pipeline is not fitted.

    Warns
    -----
    UserWarning
        If nothing in the pipeline tells which words it knows (see
        :func:`~skclf.unknown_rate`): they are not watched then.

    See Also
    --------
    skclf.unknown_rate : The share of unknown words alone.
    skclf.compose.AbstainingClassifier : Does not answer where it would often be wrong.
    skclf.save : Saves a monitor with its pipeline.

    Notes
    -----
    All words of the training documents would be known, and some words of any other
    document are not. So a word of a training document counts as unknown if the pipeline
    knows it from this document alone. Of pretrained vectors it cannot be told whether
    they would have been kept without it: there, `X_held_out` is more exact, and is what
    counts where it is given. Other statistics are learned from both.

    Up to 10,000 values of each statistic are kept.

    Examples
    --------
    >>> from skclf import Monitor, make_text_classifier
    >>> from skclf.datasets import make_tweets
    >>> tweets = make_tweets(900, random_state=0)
    >>> X, y = tweets.data["text"].to_numpy(), tweets.target
    >>> model = make_text_classifier("tfidf-logreg").fit(X[:500], y[:500])
    >>> monitor = Monitor(model, X[:500], X_held_out=X[500:700])
    >>> bool(monitor.check(X[700:]).drift["drifted"].any())
    False
    >>> found = monitor.check(["Quarterly EBITDA guidance was lowered.", None] * 20)
    >>> found.flags[["unknown_words", "flagged", "reason"]].head(2)
       unknown_words  flagged               reason
    0            0.8     True  80 % unknown words
    1            NaN     True            no words
    """

    def __init__(
        self,
        pipeline: Estimator,
        X_train: Any,
        *,
        X_held_out: Any = None,
        alpha: float = 0.01,
        flag_share: float = 0.01,
    ):
        given = {"alpha": alpha, "flag_share": flag_share}
        validate_parameter_constraints(_CONSTRAINTS, given, caller_name="Monitor")
        check_is_fitted(pipeline)
        if not hasattr(pipeline, "classes_"):
            raise TypeError(f"Expected a fitted classifier, got {excerpt(pipeline)}.")
        self.pipeline = pipeline
        self.alpha = alpha
        self.flag_share = flag_share
        self._tells_words = True
        found = self._learned(_rows(X_train), X_held_out)
        labels = found.pop("label", None)
        self._labels = None if labels is None else _counted(labels)
        self._samples = {name: _sample(values) for name, values in found.items()}
        levels = (flag_share, 0.5, 1 - flag_share)
        self._quantiles = {
            name: np.quantile(values[~np.isnan(values)], levels).tolist()
            for name, values in found.items()
            if not np.isnan(values).all()
        }

    def _learned(self, X_train, X_held_out):
        check_not_empty(X_train, "Monitor")
        self._predicted(_safe_indexing(X_train, [0]))  # an error before any work
        self.n_samples_fit_ = len(X_train)
        found = self._statistics(X_train)
        if X_held_out is None:
            return found | self._unknown(unknown_shares_of_training, X_train)
        X_held_out = _rows(X_held_out)
        check_not_empty(X_held_out, "Monitor")
        both = self._measured(X_held_out)
        return both | {
            name: np.append(values, both[name]) for name, values in found.items()
        }

    @property
    def classes_(self):
        return self.pipeline.classes_

    @property
    def normal(self) -> pd.DataFrame:
        return pd.DataFrame.from_dict(
            self._quantiles, orient="index", columns=["low", "median", "high"]
        ).rename_axis("statistic")

    def check(self, X: Any) -> MonitorReport:
        """Look for documents that are not normal, and for a drift of them all.

        Parameters
        ----------
        X : iterable of str, or DataFrame
            What the pipeline takes.

        Returns
        -------
        MonitorReport
            With the tables `flags`, a row for each document, and `drift`, a row for
            each statistic.

        Raises
        ------
        TypeError
            If the documents are not what the pipeline takes.
        ValueError
            If there are none.

        Warns
        -----
        UserWarning
            If there are fewer than 30, of which no more than a large drift can be seen.
        """
        X = _rows(X)
        check_not_empty(X, "Monitor")
        if len(X) < _FEW:
            warnings.warn(
                f"Expected at least {_FEW} documents to see a drift in, got {len(X)}: "
                "only a large one can be found. The flags of single documents are "
                "right.",
                stacklevel=2,
            )
        found = self._measured(X)
        index = X.index if hasattr(X, "iloc") else None
        return MonitorReport(self._flags(found, index), self._drift(found))

    def _flagged(self, X):
        """The flags of a report alone, without comparing all documents together."""
        return self._flags(self._measured(X), None)

    def __repr__(self):
        name, n = type(self.pipeline).__name__, self.n_samples_fit_
        return f"<Monitor of a {name} fitted on {n:,} documents>"

    # What is measured: arrays with a value for each document, by name.

    def _measured(self, X):
        found = self._statistics(X) | self._unknown(unknown_shares, X)
        if hasattr(self.pipeline, "predict_proba"):
            proba = np.asarray(self.pipeline.predict_proba(X))
            found["confidence"] = proba.max(axis=1).astype(float)
        return found | {"label": self._predicted(X)}

    def _predicted(self, X):
        labels = np.asarray(self.pipeline.predict(X))
        if labels.ndim > 1:
            raise ValueError(
                "Expected a classifier with one label for each document, got several "
                f"labels of {excerpt(self.pipeline)}."
            )
        return labels

    def _statistics(self, X):
        beside = text_and_table(self.pipeline)
        if beside is not None:
            X = texts_in(X, beside.text_column)
        statistics = TextStatistics().set_output(transform="default")
        table = statistics.transform(check_documents(X))
        return dict(zip(statistics.get_feature_names_out(), table.T, strict=True))

    def _unknown(self, shares, X):
        if not self._tells_words:
            return {}
        try:
            return {"unknown_words": shares(self.pipeline, X)}
        except ValueError as error:
            self._tells_words = False
            warnings.warn(f"Unknown words are not watched. {error}", stacklevel=4)
            return {}

    # Single documents.

    def _flags(self, found, index):
        words, characters = found["words"], found["characters"]
        nothing = np.full(len(words), np.nan)
        unknown = found.get("unknown_words", nothing)
        confidence = found.get("confidence", nothing)
        empty = np.isnan(unknown) if self._tells_words else words == 0
        frame = pd.DataFrame(
            {
                "words": words.astype(int),
                "unknown_words": unknown,
                "confidence": confidence,
                "empty": empty,
                "too_short": ~empty & (words < self._limit("words", 0)),
                "too_long": (words > self._limit("words", 2))
                | (characters > self._limit("characters", 2)),
                "unknown": (unknown == 1) | (unknown > self._limit("unknown_words", 2)),
                "low_confidence": confidence < self._limit("confidence", 0),
            },
            index=index,
        )
        kinds = frame.columns[3:]
        frame["flagged"] = frame[kinds].any(axis=1)
        frame["reason"] = [
            "; ".join(_reason(kind, row) for kind in kinds if getattr(row, kind))
            for row in frame.itertuples()
        ]
        return frame

    def _limit(self, name, i):
        """A quantile; NaN, which nothing is beyond, of what is not known."""
        return self._quantiles.get(name, (np.nan,) * 3)[i]

    # All documents together.

    def _drift(self, found):
        rows = [self._compared(name, found[name]) for name in found if name != "label"]
        rows.append(self._compared_labels(found["label"]))
        table = pd.DataFrame(rows)
        p_values = table["p_value"].to_numpy(float)
        tested = ~np.isnan(p_values)
        corrected = np.full(len(table), np.nan)
        corrected[tested] = holm(p_values[tested])
        table["p_corrected"] = corrected
        table["drifted"] = corrected < self.alpha
        order = ["p_corrected", "distance"]
        return table.sort_values(
            order, ascending=[True, False], kind="stable", ignore_index=True
        )

    def _compared(self, name, values):
        normal, values = (
            self._samples.get(name, np.array([])),
            values[~np.isnan(values)],
        )
        row = {"statistic": name, "test": "KS", "normal": _mean(normal)}
        row |= {"observed": _mean(values), "distance": np.nan, "p_value": np.nan}
        if len(normal) and len(values):
            # Fewer unknown words are no news; F above G is G's values above F's.
            side = "greater" if name == "unknown_words" else "two-sided"
            test = ks_2samp(normal, values, alternative=side, method="asymp")
            row |= {"distance": test.statistic, "p_value": min(test.pvalue, 1.0)}
        return row

    def _compared_labels(self, labels):
        """The shares of all classes; shown are those of the class that changed most."""
        row = {"statistic": "label", "test": "chi2", "normal": np.nan}
        row |= {"observed": np.nan, "distance": np.nan, "p_value": np.nan}
        if self._labels is None:
            return row
        here = _counted(labels)
        names = sorted(self._labels.keys() | here.keys(), key=str)
        table = np.array(
            [[counts.get(k, 0) for k in names] for counts in (self._labels, here)]
        )
        shares = table / table.sum(axis=1, keepdims=True)
        most = int(abs(shares[1] - shares[0]).argmax())
        row["statistic"] = f"label {names[most]}"
        row |= {"normal": shares[0, most], "observed": shares[1, most]}
        row["distance"] = abs(shares[1] - shares[0]).sum() / 2
        return row | {"p_value": _chi2(table)}


def _rows(X):
    """Documents that can be read several times."""
    if isinstance(X, str):
        raise TypeError(
            f"Expected a list of texts, got the text {excerpt(X)}. Pass [text]."
        )
    X = as_plain(X)
    return X if hasattr(X, "__len__") else list(X)


def _sample(values):
    """Some of the values, in the order of the documents as they come."""
    values = values[~np.isnan(values)]
    if len(values) > _MOST:
        values = values[np.linspace(0, len(values) - 1, _MOST).astype(int)]
    return np.sort(values)


def _counted(labels):
    return dict(Counter(labels.tolist()))


def _mean(values):
    return float(values.mean()) if len(values) else np.nan


def _chi2(table):
    """p-value that both rows have the same shares; rare classes are one."""
    expected = table.sum(axis=0) * table.sum(axis=1).min() / table.sum()
    rare = expected < _RARE
    if rare.any():
        table = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)])
        table = table[:, table.any(axis=0)]
    if table.shape[1] < 2:
        return 1.0
    return float(chi2_contingency(table, correction=False).pvalue)


def _reason(kind, row):
    if kind == "empty":
        return "no words"
    if kind in ("too_short", "too_long"):
        noun = "word" if row.words == 1 else "words"
        return f"{kind.replace('_', ' ')}: {row.words:,} {noun}"
    if kind == "low_confidence":
        return f"confidence {row.confidence:.2f}"
    if row.unknown_words == 1:
        return "only unknown words"
    return f"{100 * row.unknown_words:.0f} % unknown words"
