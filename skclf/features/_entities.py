"""The links, mentions, hashtags and emojis of texts, as a table."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.utils._param_validation import validate_params

from skclf._names import public
from skclf._typing import Documents
from skclf._validation import check_documents, did_you_mean
from skclf.features._spans import KINDS, ascii_and_other, find_spans, repair
from skclf.text._unicode import comparison_key

_OF_EITHER_CASE = ("mentions", "hashtags")


@public("skclf.features")
@validate_params(
    {"kinds": [list, tuple, None], "per_document": ["boolean"]},
    prefer_skip_nested_validation=True,
)
def extract_entities(
    texts: Documents,
    *,
    kinds: Sequence[str] | None = None,
    per_document: bool = False,
) -> pd.DataFrame:
    r"""List the links, mentions, hashtags and emojis of texts with their counts.

    They are what :class:`~skclf.text.TextCleaner` takes for them, so give it the raw
    texts.

    Parameters
    ----------
    texts : iterable of str of length n_documents
        Raw texts; ``None`` and NaN are empty ones.
    kinds : list or tuple of {"urls", "mentions", "hashtags", "emojis"}, default=None
        What to list; None lists all four.
    per_document : bool, default=False
        List each occurrence, document by document and as it is written there, with the
        columns ``row`` (the position of the document, counted from 0), ``kind`` and
        ``entity``.

    Returns
    -------
    DataFrame
        One row for each entity, the most frequent first; equally frequent ones are
        ordered by the number of documents, then by kind and alphabet. Columns:

        kind : str
            "urls", "mentions", "hashtags" or "emojis".
        entity : str
            How it is written; the most frequent spelling if there are several.
        count : int
            Number of occurrences.
        documents : int
            Number of documents with at least one.

    Raises
    ------
    ValueError
        If a kind is unknown, or there is none.
    TypeError
        If `texts` are not texts.

    See Also
    --------
    TextStatistics : How many there are in each text.

    Notes
    -----
    Mentions and hashtags are the same in either case of letters, as on Twitter, and
    emojis with or without a variation selector, which is left out. Links are compared
    as written: the path of a link (``t.co/aB``) depends on the case. Punctuation after
    a link does not belong to it, nor does the ``'s`` after a mention. E-mail addresses
    are mentions.

    HTML entities and mojibake are repaired first, as TextCleaner does by default.

    Examples
    --------
    >>> from skclf.features import extract_entities
    >>> extract_entities(
    ...     ["#Fire #fire near @La_Ronge! http://t.co/aB.", "#Fire \N{FIRE}", None]
    ... )
           kind         entity  count  documents
    0  hashtags          #Fire      3          2
    1    emojis             🔥      1          1
    2  mentions      @La_Ronge      1          1
    3      urls  http://t.co/aB      1          1
    >>> extract_entities(["#Fire at @La_Ronge", "#fire"], per_document=True)
       row      kind      entity
    0    0  hashtags       #Fire
    1    0  mentions  @La_Ronge
    2    1  hashtags       #fire
    """
    kinds = _check_kinds(kinds)
    docs = repair(check_documents(texts))
    if per_document:
        found = sorted(_found(docs, kinds), key=lambda one: (one[0], one[3]))
        table = pd.DataFrame(found, columns=["row", "kind", "entity", "start"])
        table = table.drop(columns="start")  # in the repaired text
        return table.astype({"row": int, "kind": str, "entity": str})
    spellings, documents = defaultdict(Counter), defaultdict(set)
    for row, kind, entity, _ in _found(docs, kinds):
        key = kind, _normal_form(kind, entity)
        spellings[key][entity] += 1
        documents[key].add(row)
    return _table(spellings, documents)


def _found(docs, kinds):
    """The document of each entity, its kind, how it is written and where it starts."""
    for rows in ascii_and_other(docs):
        text = "\n".join([docs[row] for row in rows])
        ends = np.cumsum([len(docs[row]) + 1 for row in rows])
        spans = find_spans(text)
        for kind in kinds:
            starts = [start for start, _ in spans[kind]]
            of = rows[np.searchsorted(ends, starts, side="right")].tolist()
            for row, (start, end) in zip(of, spans[kind], strict=True):
                yield row, kind, text[start:end], start


def _check_kinds(kinds):
    kinds = KINDS if kinds is None else kinds
    for kind in kinds:
        if kind not in KINDS:
            raise ValueError(
                f"Expected kinds among {list(KINDS)}, got {kind!r}."
                f"{did_you_mean(str(kind), KINDS)}"
            )
    if not kinds:
        raise ValueError(f"Expected at least one kind, got {kinds!r}. None lists all.")
    return dict.fromkeys(kinds)


def _normal_form(kind, entity):
    """What all spellings of one entity have in common."""
    return comparison_key(entity).casefold() if kind in _OF_EITHER_CASE else entity


def _table(spellings, documents):
    rows = []
    for key, counts in spellings.items():
        entity = min(counts, key=lambda spelling: (-counts[spelling], spelling))
        rows.append((key[0], entity, counts.total(), len(documents[key])))
    rows.sort(key=lambda row: (-row[2], -row[3], row[0], row[1]))
    table = pd.DataFrame(rows, columns=["kind", "entity", "count", "documents"])
    # An empty table would have columns of other types.
    return table.astype({"kind": str, "entity": str, "count": int, "documents": int})
