"""What is in the data, before anything is fitted."""

import numpy as np
import pandas as pd
from sklearn.utils._param_validation import validate_params
from sklearn.utils.validation import check_consistent_length

from skclf._foreign import as_plain
from skclf._names import public
from skclf._typing import Documents, Labels
from skclf._validation import POSITIVE_INT, check_documents, check_not_empty, excerpt
from skclf.evaluate._near_duplicates import find_pairs
from skclf.evaluate._one_label import one_label
from skclf.evaluate.exploration._exploration import Exploration
from skclf.evaluate.exploration._typical_words import count_words, typical_words
from skclf.features import TextStatistics
from skclf.text._scripts import KANA_AND_HAN, THAI_AND_OTHERS

SIMILAR = 0.8  # the Jaccard index of trigrams from which texts are near-duplicates

_QUANTILES = {"5 %": 0.05, "25 %": 0.25, "median": 0.5, "75 %": 0.75, "95 %": 0.95}
_ENTITIES = ["urls", "mentions", "hashtags", "emojis"]
_SCRIPTS = {
    "Latin": "A-Za-z\u00c0-\u024f",
    "Cyrillic": "\u0400-\u052f",
    "Greek": "\u0370-\u03ff",
    "Arabic": "\u0600-\u06ff\u0750-\u077f",
    "Hebrew": "\u0590-\u05ff",
    "Devanagari": "\u0900-\u097f",
    "Hangul": "\uac00-\ud7af\u1100-\u11ff",
    "Chinese, Japanese": KANA_AND_HAN,
    "Thai and others without blanks": THAI_AND_OTHERS,
}


@public("skclf.evaluate")
@validate_params(
    {"n_words": [POSITIVE_INT]},
    prefer_skip_nested_validation=True,
)
def explore(
    X: Documents,
    y: Labels | None = None,
    *,
    table: pd.DataFrame | None = None,
    n_words: int = 10,
) -> Exploration:
    """Look at texts, labels, and the columns beside them.

    Nothing is fitted, and nothing of it is changed.

    Parameters
    ----------
    X : iterable of str of length n_documents
        The texts.
    y : array-like of shape (n_documents,), default=None
        Their labels.
    table : DataFrame of n_documents rows, default=None
        Other columns.
    n_words : int, default=10
        How many typical words to list for each class, and values for each column.

    Returns
    -------
    Exploration
        ``print`` shows it in 80 columns, a notebook as a page; ``plot()`` draws it,
        ``plot_words()`` draws word clouds. Its parts are tables.

    Raises
    ------
    ValueError
        If there is no document, lengths differ, or documents have several labels.
    TypeError
        If `X` are not texts, or `table` is no DataFrame.

    See Also
    --------
    skclf.evaluate.audit_split : Texts that are in two parts of the data.

    Notes
    -----
    Words are in small letters, and what stands between other characters. Typical words
    are those with the largest log-odds ratio with an informative Dirichlet prior, in
    standard deviations [1]_: the prior is all of the texts. Texts are near-duplicates
    if the Jaccard index of their sets of three characters is at least .8.

    References
    ----------
    .. [1] B. L. Monroe, M. P. Colaresi, K. M. Quinn, Fightin' Words, Political Analysis
       16(4), 2008.

    Examples
    --------
    >>> from skclf import explore
    >>> texts = ["fire near here", "fire near here!", "a day", "what a day", ""]
    >>> found = explore(texts, ["bad", "good", "good", "good", "good"], n_words=2)
    >>> found.classes
           n  share
    good   4    0.8
    bad    1    0.2
    >>> found.duplicates[["row", "other", "similarity", "conflict"]].round(2)
       row  other  similarity  conflict
    0    0      1        0.92      True
    >>> int(found.overview["empty"])
    1
    """
    docs = check_documents(X)
    check_not_empty(docs, "explore")
    texts = ["" if doc is None else doc for doc in docs]
    if y is not None:
        (y,) = one_label(y)
        check_consistent_length(docs, y)
    counts, words = count_words(texts)
    lengths = pd.DataFrame(
        {
            "words": [len(text.split()) for text in texts],
            "characters": [len(text) for text in texts],
        }
    )
    duplicates = _duplicates(texts, y)
    return Exploration(
        overview=_overview(_n_missing(X), texts, counts, duplicates),
        classes=None if y is None else _classes(y),
        lengths=_lengths(lengths, y),
        words=_words(counts, words),
        typical_words=None if y is None else typical_words(counts, words, y, n_words),
        duplicates=duplicates,
        entities=_entities(texts),
        scripts=_scripts(texts),
        table=None if table is None else _columns(table, docs, n_words),
        texts=texts,
        labels=y,
    )


def _n_missing(X):
    plain = pd.Series(list(as_plain(X)), dtype=object)
    return int(plain.isna().sum())


def _overview(n_missing, texts, counts, duplicates):
    totals = np.asarray(counts.sum(axis=0)).ravel()
    equal = duplicates["similarity"] == 1
    return pd.Series(
        {
            "documents": len(texts),
            "missing": n_missing,
            "empty": sum(not text.strip() for text in texts) - n_missing,
            "duplicates": int(equal.sum()),
            "near-duplicates": int((~equal).sum()),
            "pairs with conflicting labels": int(duplicates["conflict"].sum()),
            "distinct words": len(totals),
            "words seen once": int((totals == 1).sum()),
        },
        name="n",
        dtype=int,
    )


def _classes(y):
    counts = pd.Series(y).value_counts()
    return pd.DataFrame({"n": counts, "share": counts / len(y)}).rename_axis(None)


def _lengths(lengths, y):
    """Quantiles of words and characters, of each class and of all."""
    groups = {"all": lengths}
    if y is not None:
        groups |= {label: lengths[y == label] for label in np.unique(y)}
    rows = {
        (name, unit): [group[unit].quantile(q) for q in _QUANTILES.values()]
        for name, group in groups.items()
        for unit in ("words", "characters")
    }
    found = pd.DataFrame.from_dict(rows, orient="index", columns=list(_QUANTILES))
    found.index = pd.MultiIndex.from_tuples(found.index, names=["class", "unit"])
    return found


def _words(counts, words):
    totals = np.asarray(counts.sum(axis=0)).ravel()
    n_documents = np.asarray((counts > 0).sum(axis=0)).ravel()
    found = pd.DataFrame({"word": words, "n": totals, "n_documents": n_documents})
    order = np.lexsort((found["word"], -found["n"]))
    found = found.iloc[order].reset_index(drop=True)
    return found.rename_axis("rank").set_index(found.index + 1)


def _duplicates(texts, y):
    """Pairs of texts that are equal or nearly so; the first of equal ones stands."""
    first, keys = {}, [" ".join(text.lower().split()) for text in texts]
    pairs = []
    for row, key in enumerate(keys):
        if key and first.setdefault(key, row) != row:
            pairs.append((first[key], row, 1.0))
    distinct = [row for key, row in first.items() if key]
    near, similarity = find_pairs([keys[row] for row in distinct], SIMILAR)
    for (a, b), jaccard in zip(near.tolist(), similarity.tolist(), strict=True):
        # Two texts of one set of trigrams are not equal by that.
        pairs.append((*sorted((distinct[a], distinct[b])), min(jaccard, 0.999)))
    found = pd.DataFrame(pairs, columns=["row", "other", "similarity"])
    found = found.astype({"row": int, "other": int, "similarity": float})
    rows, others = found["row"].to_numpy(), found["other"].to_numpy()
    found["conflict"] = (
        np.zeros(len(found), bool) if y is None else y[rows] != y[others]
    )
    found["text"] = pd.Series([texts[row] for row in rows], dtype=str)
    found["other_text"] = pd.Series([texts[row] for row in others], dtype=str)
    order = ["conflict", "similarity", "row", "other"]
    found = found.sort_values(order, ascending=[False, False, True, True])
    return found.reset_index(drop=True)


def _entities(texts):
    """How many links, mentions, hashtags, emojis, and in which share of the texts."""
    statistics = TextStatistics(_ENTITIES).set_output(transform="pandas")
    found = statistics.fit_transform(texts)
    return pd.DataFrame({"n": found.sum().astype(int), "share": (found > 0).mean()})


def _scripts(texts):
    """Shares of the texts with letters of a script."""
    series = pd.Series(texts, dtype=str)
    shares = {
        name: float(series.str.contains(f"[{letters}]", regex=True).mean())
        for name, letters in _SCRIPTS.items()
    }
    found = pd.Series(shares, name="share").sort_values(ascending=False, kind="stable")
    return found[found > 0]


def _columns(table, docs, n_values):
    """What each column of a table holds."""
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"Expected a DataFrame as table, got {excerpt(table)}.")
    check_consistent_length(docs, table)
    rows = {}
    for name in table.columns:
        column = table[name]
        is_number = (
            pd.api.types.is_numeric_dtype(column) and column.nunique() > n_values
        )
        top = column.value_counts().head(n_values)
        values = ", ".join(f"{value} ({n:,})" for value, n in top.items())
        if is_number:
            values = f"{column.min():g} to {column.max():g}, median {column.median():g}"
        rows[str(name)] = {
            "missing": int(column.isna().sum()),
            "distinct": int(column.nunique()),
            "values": values,
        }
    return pd.DataFrame.from_dict(rows, orient="index")
