"""Financial news tweets in twenty topics."""

import os
from typing import Any

import pandas as pd
from sklearn.utils._param_validation import StrOptions, validate_params

from skclf._names import public
from skclf._typing import FilePath
from skclf.datasets._published import PublishedFile, bunch_of, data_or_pair

__all__ = ["load_financial_news"]

_HOME = "https://huggingface.co/datasets/zeroshot/twitter-financial-news-topic"

_FILES = {
    "train": PublishedFile(
        path="finance/topic_train.csv",
        sha256="63b9ea8183728dd5ddc6a57289341556509ddc0a8d037616519319a316b54490",
        size=2385009,
        home=_HOME,
        columns={"label": "topic"},
    ),
    "valid": PublishedFile(
        path="finance/topic_valid.csv",
        sha256="67396d6cd4a21c3755de783f20fb5842f12ae8edb9367eed5d2644dd85ca9243",
        size=580140,
        home=_HOME,
        columns={"label": "topic"},
    ),
}

_TOPICS = (
    "Analyst Update",
    "Fed | Central Banks",
    "Company | Product News",
    "Treasuries | Corporate Debt",
    "Dividend",
    "Earnings",
    "Energy | Oil",
    "Financials",
    "Currencies",
    "General News | Opinion",
    "Gold | Metals | Materials",
    "IPO",
    "Legal | Regulation",
    "M&A | Investments",
    "Macro",
    "Markets",
    "Politics",
    "Personnel Change",
    "Stock Commentary",
    "Stock Movement",
)

_DESCR = """\
Financial news tweets: which of twenty topics?

Source: Hugging Face, zeroshot/twitter-financial-news-topic. Licence: MIT.

Size: 16,990 tweets (train) and 4,117 (valid, the official validation file).
Columns: text; topic (label in the file), 0 to 19, named in `target_names`.
Classes are imbalanced: in train 2 "Company | Product News" has 3,545 rows (21 %),
18 "Stock Commentary" 2,118 (12 %), 14 "Macro" 1,822 (11 %), but 11 "IPO" 44 and
10 "Gold | Metals | Materials" 69 (0.3 and 0.4 %).

Known dirt: links, HTML entities, ticker symbols. No text repeats exactly, but 675
tweets of valid (16 %) equal one of train once links are removed: report with and
without them. Both files are grouped by topic: shuffle.
"""


@public("skclf.datasets")
@validate_params(
    {
        "subset": [StrOptions({"train", "valid", "all"})],
        "data_home": [str, os.PathLike, None],
        "return_X_y": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def load_financial_news(
    *,
    subset: str = "train",
    data_home: FilePath | None = None,
    return_X_y: bool = False,
) -> Any:
    """Load financial news tweets with their topic.

    Parameters
    ----------
    subset : {"train", "valid", "all"}, default="train"
        The training file, the official validation file, or the rows of train
        followed by those of valid.
    data_home : path-like or None, default=None
        Folder that holds ``finance/topic_train.csv`` and ``finance/topic_valid.csv``.
        None takes it from the environment variable ``SKCLF_DATA``.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` only.

    Returns
    -------
    Bunch or (DataFrame, ndarray)
        With the entries

        data : DataFrame of shape (16990, 1), (4117, 1) or (21107, 1)
            The column ``text``.
        target : ndarray of int
            The topic, 0 to 19.
        frame : DataFrame
            The columns ``text`` and ``topic``.
        target_names : ndarray of str
            The names of the 20 topics.
        DESCR : str
            Source, licence, class shares and known dirt.

    Raises
    ------
    MissingResourceError
        If a file is not there; the message says where to get it.
    ValueError
        If a file is not the published one.

    See Also
    --------
    load_csv : Your own texts and labels.

    Notes
    -----
    Source: ``zeroshot/twitter-financial-news-topic`` on Hugging Face. 16 % of the
    validation tweets equal a training tweet once links are removed.

    Examples
    --------
    >>> from skclf.datasets import load_financial_news
    >>> from skclf.exceptions import MissingResourceError
    >>> try:
    ...     news = load_financial_news(data_home="no/such/folder")
    ... except MissingResourceError:
    ...     print("get it from Hugging Face first")
    get it from Hugging Face first
    """
    subsets = ("train", "valid") if subset == "all" else (subset,)
    frames = [_FILES[name].read(data_home) for name in subsets]
    bunch = bunch_of(
        pd.concat(frames, ignore_index=True),
        inputs=["text"],
        target="topic",
        target_names=_TOPICS,
        description=_DESCR,
    )
    return data_or_pair(bunch, return_X_y)
