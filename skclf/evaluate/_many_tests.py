"""Many tests at once."""

import numpy as np


def holm(p_values):
    """Holm's correction: whether any is small by chance, among so many.

    Parameters
    ----------
    p_values : ndarray of float of shape (n_tests,)
        One for each test.

    Returns
    -------
    ndarray of float of shape (n_tests,)
        The corrected ones.

    References
    ----------
    S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian
    Journal of Statistics 6(2), 1979.

    Examples
    --------
    >>> import numpy as np
    >>> from skclf.evaluate._many_tests import holm
    >>> holm(np.array([0.04, 0.01, 0.5]))
    array([0.08, 0.03, 0.5 ])
    """
    order = np.argsort(p_values)
    factors = len(p_values) - np.arange(len(p_values))
    corrected = np.empty(len(p_values))
    corrected[order] = np.maximum.accumulate(np.minimum(p_values[order] * factors, 1))
    return corrected
