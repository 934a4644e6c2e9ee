"""Labels where each document has one."""

import numpy as np
from sklearn.utils import column_or_1d
from sklearn.utils.validation import check_consistent_length

from skclf._foreign import as_plain
from skclf._indicator import is_matrix


def one_label(*columns):
    """Labels as arrays of one dimension and length.

    Raises
    ------
    ValueError
        If documents have several labels, or lengths differ.
    """
    columns = [as_plain(column) for column in columns]
    for column in columns:
        if is_matrix(column):
            raise ValueError(
                "Expected one label for each document, got an indicator matrix. Pass "
                "its columns one by one."
            )
    check_consistent_length(*columns)
    return [column_or_1d(np.asarray(column)) for column in columns]
