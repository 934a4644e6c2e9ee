"""Reviews of women's clothing with one to five stars."""

import os
from typing import Any

from sklearn.utils._param_validation import validate_params

from skclf._names import public
from skclf._typing import FilePath
from skclf.datasets._published import PublishedFile, bunch_of, data_or_pair

__all__ = ["load_clothing_reviews"]

_FILE = PublishedFile(
    path="reviews/Womens Clothing E-Commerce Reviews.csv",
    sha256="bd93cc515747ad1f87b8bc863c9e40da758509e6db6506a96d06976e61e36ee0",
    size=8483448,
    home="https://www.kaggle.com/datasets/nicapotato/womens-ecommerce-clothing-reviews",
    columns={
        "Unnamed: 0": "id",
        "Clothing ID": "clothing_id",
        "Age": "age",
        "Title": "title",
        "Review Text": "text",
        "Rating": "rating",
        "Recommended IND": "recommended",
        "Positive Feedback Count": "positive_feedback_count",
        "Division Name": "division",
        "Department Name": "department",
        "Class Name": "class_name",
    },
)

_INPUTS = [
    "clothing_id",
    "age",
    "title",
    "text",
    "division",
    "department",
    "class_name",
]

_DESCR = """\
Clothing reviews: how many stars go with a text?

Source: Kaggle, nicapotato/womens-ecommerce-clothing-reviews; anonymised reviews of an
online shop. Licence: CC0 (public domain).

Size: 23,486 reviews, 22,641 of them with text. Columns, with their names in the file:
id (the unnamed first one, a row number), clothing_id (Clothing ID), age (Age, of the
reviewer, in years), title (Title), text (Review Text), rating (Rating), recommended
(Recommended IND), positive_feedback_count (Positive Feedback Count), division (Division
Name), department (Department Name), class_name (Class Name). Recommended comes from the
reviewer together with the rating and feedback came after it: both are in `frame` but
not in `data`.
Classes: 5 stars 13,131 (56 %), 4 stars 5,077 (22 %), 3 stars 2,871 (12 %), 2 stars
1,565 (7 %), 1 star 842 (4 %).

Known dirt: the text is missing in 845 rows, the title in 3,810, division, department
and class_name in 14; long texts are cut at about 500 characters. 7 texts repeat an
earlier one; the shop's name is replaced by "retailer".
"""


@public("skclf.datasets")
@validate_params(
    {"data_home": [str, os.PathLike, None], "return_X_y": ["boolean"]},
    prefer_skip_nested_validation=True,
)
def load_clothing_reviews(
    *, data_home: FilePath | None = None, return_X_y: bool = False
) -> Any:
    """Load reviews of women's clothing with their rating.

    Parameters
    ----------
    data_home : path-like or None, default=None
        Folder that holds ``reviews/Womens Clothing E-Commerce Reviews.csv``. None
        takes it from the environment variable ``SKCLF_DATA``.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` only.

    Returns
    -------
    Bunch or (DataFrame, ndarray)
        With the entries

        data : DataFrame of shape (23486, 7)
            The columns ``clothing_id``, ``age``, ``title``, ``text`` (missing in 845
            rows), ``division``, ``department`` and ``class_name``.
        target : ndarray of shape (23486,), dtype int64
            The rating, 1 to 5 stars.
        frame : DataFrame of shape (23486, 11)
            All columns of the file, with short names.
        target_names : ndarray of str
            The names of the five ratings.
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
    Source: Kaggle, ``nicapotato/womens-ecommerce-clothing-reviews``. Whether the buyer
    recommends the item nearly gives the rating away: it is no input.

    Examples
    --------
    >>> from skclf.datasets import load_clothing_reviews
    >>> from skclf.exceptions import MissingResourceError
    >>> try:
    ...     reviews = load_clothing_reviews(data_home="no/such/folder")
    ... except MissingResourceError:
    ...     print("get it from Kaggle first")
    get it from Kaggle first
    """
    bunch = bunch_of(
        _FILE.read(data_home),
        inputs=_INPUTS,
        target="rating",
        target_names=["1 star", "2 stars", "3 stars", "4 stars", "5 stars"],
        description=_DESCR,
    )
    return data_or_pair(bunch, return_X_y)
