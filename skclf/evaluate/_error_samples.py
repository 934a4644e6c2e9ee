"""Some documents of each pair of a true and a predicted class."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import validate_params
from sklearn.utils.validation import check_consistent_length

from skclf._names import public
from skclf._typing import Documents, RandomState
from skclf._validation import POSITIVE_INT, check_documents
from skclf.evaluate._one_label import one_label
from skclf.evaluate._shown_texts import html_lists, text_lists


@public("skclf.evaluate")
@validate_params(
    {"n": [POSITIVE_INT], "random_state": ["random_state"]},
    prefer_skip_nested_validation=True,
)
def error_samples(
    y: ArrayLike,
    predicted: ArrayLike,
    texts: Documents,
    *,
    n: int = 3,
    random_state: RandomState = None,
) -> "ErrorSamples":
    """Draw some documents of each pair of a true and a predicted class.

    Parameters
    ----------
    y : array-like of shape (n_documents,)
        The true labels.
    predicted : array-like of shape (n_documents,)
        The predicted ones.
    texts : iterable of str of length n_documents
        The documents.
    n : int, default=3
        How many to draw of each pair; all, where there are no more.
    random_state : int, RandomState or None, default=None
        Seed of the draw.

    Returns
    -------
    ErrorSamples
        ``print`` shows them in blocks, the largest pairs of classes first, errors
        before what is right; in a notebook, they are a page with whole texts. `frame`
        has them as a table.

    Raises
    ------
    ValueError
        If lengths differ, or documents have several labels.

    See Also
    --------
    confident_mistakes : The errors that a model is most sure of.

    Examples
    --------
    >>> from skclf.evaluate import error_samples
    >>> texts = ["fire!", "a sunny day", "on fire with joy", "smoke"]
    >>> print(error_samples([1, 0, 0, 1], [1, 0, 1, 0], texts, random_state=0))
    0, predicted 1: 1 document
      - on fire with joy
    <BLANKLINE>
    1, predicted 0: 1 document
      - smoke
    <BLANKLINE>
    0, predicted right: 1 document
      - a sunny day
    <BLANKLINE>
    1, predicted right: 1 document
      - fire!
    """
    y, predicted = one_label(y, predicted)
    texts = check_documents(texts)
    rng = check_random_state(random_state)
    check_consistent_length(y, texts)
    pairs = pd.DataFrame({"true": y, "predicted": predicted})
    blocks = []
    for (true, given), rows in pairs.groupby(["true", "predicted"]).groups.items():
        drawn = np.sort(rng.permutation(np.asarray(rows))[:n])
        block = {
            "true": true,
            "predicted": given,
            "n_documents": len(rows),
            "row": drawn,
            "text": pd.Series([texts[row] or "" for row in drawn], dtype=str),
        }
        blocks.append((true == given, -len(rows), pd.DataFrame(block)))
    blocks.sort(key=lambda block: block[:2])
    if not blocks:
        columns = ["true", "predicted", "n_documents", "row", "text"]
        return ErrorSamples(pd.DataFrame(columns=columns))
    return ErrorSamples(pd.concat([frame for *_, frame in blocks], ignore_index=True))


@public("skclf.evaluate")
class ErrorSamples:
    """Documents by their true and predicted class; :func:`error_samples` draws them.

    Attributes
    ----------
    frame : DataFrame
        One row for each document, with the columns ``true``, ``predicted``,
        ``n_documents`` (how many the pair of classes has in all), ``row`` (its
        position, counted from 0) and ``text``.

    Examples
    --------
    >>> from skclf.evaluate import error_samples
    >>> error_samples([1, 0], [1, 1], ["fire", "sun"]).frame["text"].tolist()
    ['sun', 'fire']
    """

    def __init__(self, frame):
        self.frame = frame

    def __repr__(self):
        n_wrong = int((self.frame["true"] != self.frame["predicted"]).sum())
        return f"<ErrorSamples of {len(self.frame)} documents, {n_wrong} of them wrong>"

    def __str__(self):
        return text_lists(self._blocks())

    def _repr_html_(self):
        return html_lists(self._blocks())

    def _blocks(self):
        """The title and the texts of each pair of classes."""
        pairs = self.frame.groupby(["true", "predicted"], sort=False)
        for (true, predicted), rows in pairs:
            n = int(rows["n_documents"].iloc[0])
            given = "right" if true == predicted else predicted
            noun = "document" if n == 1 else "documents"
            yield f"{true}, predicted {given}: {n:,} {noun}", rows["text"].tolist()
