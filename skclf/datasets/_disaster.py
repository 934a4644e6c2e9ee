"""Disaster tweets of the Kaggle competition."""

import os
from typing import Any

from sklearn.utils._param_validation import StrOptions, validate_params

from skclf._names import public
from skclf._typing import FilePath
from skclf.datasets._published import PublishedFile, bunch_of, data_or_pair

__all__ = ["load_disaster_tweets"]

_HOME = (
    "https://www.kaggle.com/competitions/nlp-getting-started/data (log in and accept "
    "the rules of the competition)"
)

_FILES = {
    "train": PublishedFile(
        path="disaster/train.csv",
        sha256="61111c6dc31eaffa34d1e1fa62e2395325c9bc3b38bba1941a5f1ed9b3fa60df",
        size=987712,
        home=_HOME,
    ),
    "test": PublishedFile(
        path="disaster/test.csv",
        sha256="33375dc852696331c5ad30d078ea4d20e357b74052be6225fecc2a2b0f468bd2",
        size=420783,
        home=_HOME,
    ),
}

_DESCR = """\
Disaster tweets: is a real disaster meant?

Source: Kaggle competition "Natural Language Processing with Disaster Tweets"
(nlp-getting-started), from data that figure-eight collected in 2015.
Licence: the rules of the competition; the files must not be passed on.

Size: 7,613 labelled tweets (train), 3,263 without label (test).
Columns: id; keyword (221 distinct, blanks written %20, missing in 61 rows of train);
location (free text, 3,341 distinct, missing in 2,533 rows of train); text; target.
Classes: 0 "not disaster" 4,342 (57 %), 1 "disaster" 3,271 (43 %).

Known dirt: mojibake in about 8 % of the rows, in the original already; HTML entities;
near-duplicate keywords (forest%20fire, forest%20fires). 110 texts of train repeat an
earlier one; 18 texts occur with both labels. 78 texts of test are also in train.
The file is ordered by keyword: split it shuffled, or say that you did not.
"""


@public("skclf.datasets")
@validate_params(
    {
        "subset": [StrOptions({"train", "test"})],
        "data_home": [str, os.PathLike, None],
        "return_X_y": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def load_disaster_tweets(
    *,
    subset: str = "train",
    data_home: FilePath | None = None,
    return_X_y: bool = False,
) -> Any:
    """Load the disaster tweets of the Kaggle competition.

    Parameters
    ----------
    subset : {"train", "test"}, default="train"
        The labelled tweets, or those whose labels only Kaggle knows.
    data_home : path-like or None, default=None
        Folder that holds ``disaster/train.csv`` and ``disaster/test.csv``. None takes
        it from the environment variable ``SKCLF_DATA``.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` only.

    Returns
    -------
    Bunch or (DataFrame, ndarray)
        With the entries

        data : DataFrame of shape (7613, 3), or (3263, 3) for test
            The input columns ``keyword``, ``location`` and ``text``.
        target : ndarray of int, or None for test
            1 where a real disaster is meant.
        frame : DataFrame
            All columns of the file: the inputs with ``id`` and ``target`` (no target
            in test).
        target_names : ndarray of str
            The meaning of 0 and 1.
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
    make_tweets : Generated tweets of the same shape, without any file.

    Notes
    -----
    Source: Kaggle competition ``nlp-getting-started``. The file is verified by its
    SHA-256 digest before it is parsed.

    Examples
    --------
    >>> from skclf.datasets import load_disaster_tweets
    >>> from skclf.exceptions import MissingResourceError
    >>> try:
    ...     tweets = load_disaster_tweets(data_home="no/such/folder")
    ... except MissingResourceError:
    ...     print("get it from Kaggle first")
    get it from Kaggle first
    """
    bunch = bunch_of(
        _FILES[subset].read(data_home),
        inputs=["keyword", "location", "text"],
        target="target" if subset == "train" else None,
        target_names=["not disaster", "disaster"],
        description=_DESCR,
    )
    return data_or_pair(bunch, return_X_y)
