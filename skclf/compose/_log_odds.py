"""What a stack reads of its members."""

import numpy as np
from scipy.special import logit

from skclf._names import stored

_LEAST = 1e-4  # one member that is certain and wrong does not decide


@stored
def log_odds(proba):
    """Log-odds of probabilities, which a linear model can add up.

    Parameters
    ----------
    proba : array-like of float
        Probabilities.

    Returns
    -------
    ndarray of float
        ``log(p / (1 - p))`` of each, where p is at least 0.0001 and at most 0.9999.

    Examples
    --------
    >>> from skclf.compose._log_odds import log_odds
    >>> log_odds([[0.5, 1.0]]).round(2)
    array([[0.  , 9.21]])
    """
    return logit(np.clip(proba, _LEAST, 1 - _LEAST))
