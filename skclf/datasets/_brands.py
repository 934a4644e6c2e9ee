"""Tweets that express emotions about brands and products."""

import os
from typing import Any

from sklearn.utils._param_validation import validate_params

from skclf._names import public
from skclf._typing import FilePath
from skclf.datasets._published import PublishedFile, bunch_of, data_or_pair

__all__ = ["load_brand_emotions"]

_FILE = PublishedFile(
    path="brands/judge-1377884607_tweet_product_company.csv",
    sha256="40b04d39d04ad77fb51dbd886b0b406ee800fb84233ef308f157edb29dccfc76",
    size=1269754,
    home=(
        "https://data.world/crowdflower/brands-and-product-emotions (as "
        "judge-1377884607_tweet_product_company.csv)"
    ),
    encoding="latin-1",
    columns={
        "tweet_text": "text",
        "emotion_in_tweet_is_directed_at": "brand",
        "is_there_an_emotion_directed_at_a_brand_or_product": "emotion",
    },
)

_EMOTIONS = (
    "I can't tell",
    "Negative emotion",
    "No emotion toward brand or product",
    "Positive emotion",
)

_DESCR = """\
Brands and product emotions: which emotion does a tweet show?

Source: CrowdFlower, "Brands and product emotions" (2013), on data.world: tweets about
Apple and Google products during a festival, judged by contributors.
Licence: see the page on data.world; the file itself names none.

Size: 9,093 tweets. Columns, with their names in the file: text (tweet_text), brand
(emotion_in_tweet_is_directed_at), emotion (is_there_an_emotion_directed_at_a_brand_or_
product). Brand is missing in 5,802 rows; it was asked only where an emotion had been
found, which tells the answer, so it is in `frame` but not in `data`.
Classes: "No emotion toward brand or product" 5,389 (59 %), "Positive emotion" 2,978
(33 %), "Negative emotion" 570 (6 %), "I can't tell" 156 (2 %).

Known dirt: Latin-1 with garbled quotation marks; HTML entities in 1,640 rows; row 6
has no text, is kept with a missing one, and is labelled "No emotion toward brand or
product". 27 texts repeat an earlier one.
"""


@public("skclf.datasets")
@validate_params(
    {"data_home": [str, os.PathLike, None], "return_X_y": ["boolean"]},
    prefer_skip_nested_validation=True,
)
def load_brand_emotions(
    *, data_home: FilePath | None = None, return_X_y: bool = False
) -> Any:
    """Load tweets with their emotion about a brand or product.

    Parameters
    ----------
    data_home : path-like or None, default=None
        Folder that holds ``brands/judge-1377884607_tweet_product_company.csv``. None
        takes it from the environment variable ``SKCLF_DATA``.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` only.

    Returns
    -------
    Bunch or (DataFrame, ndarray)
        With the entries

        data : DataFrame of shape (9093, 1)
            The column ``text``. One row, number 6, has none: its text is missing.
        target : ndarray of shape (9093,), dtype str
            The label strings of the file: ``"I can't tell"``, ``"Negative emotion"``,
            ``"No emotion toward brand or product"``, ``"Positive emotion"``.
        frame : DataFrame
            The columns ``text``, ``brand`` and ``emotion``.
        target_names : ndarray of str
            The four labels, sorted.
        DESCR : str
            Source, licence, class shares and known dirt.

    Raises
    ------
    MissingResourceError
        If the file is not there; the message says where to get it.
    ValueError
        If the file is not the published one.

    See Also
    --------
    load_csv : Your own texts and labels.

    Notes
    -----
    Source: CrowdFlower, "Brands and product emotions", data.world. ``brand`` was asked
    of the judges only where they had seen an emotion: it is no input.

    Examples
    --------
    >>> from skclf.datasets import load_brand_emotions
    >>> from skclf.exceptions import MissingResourceError
    >>> try:
    ...     tweets = load_brand_emotions(data_home="no/such/folder")
    ... except MissingResourceError:
    ...     print("get it from data.world first")
    get it from data.world first
    """
    bunch = bunch_of(
        _FILE.read(data_home),
        inputs=["text"],
        target="emotion",
        target_names=_EMOTIONS,
        description=_DESCR,
    )
    return data_or_pair(bunch, return_X_y)
