"""What there is to search for in each ready-made pipeline."""

from dataclasses import dataclass
from math import exp, log

from sklearn.utils import check_random_state

from skclf._names import public
from skclf._optional import import_optional
from skclf._validation import did_you_mean, excerpt


@dataclass(frozen=True)
class Span:
    """Numbers from a lowest to a highest one, both included.

    It draws as distributions of SciPy do, so that ``RandomizedSearchCV`` takes it.

    Parameters
    ----------
    low, high : int or float
        Of two whole numbers all are.
    is_log : bool, default=False
        Whether each factor is as likely as each other, in place of each distance.

    Examples
    --------
    >>> from skclf.search._spaces import Span
    >>> Span(1, 1000, is_log=True).rvs(random_state=0)
    32
    """

    low: float
    high: float
    is_log: bool = False

    @property
    def is_whole(self):
        return isinstance(self.low, int)

    def rvs(self, random_state=None):
        """Draw one of the numbers."""
        margin = 0.5 if self.is_whole else 0.0  # all whole numbers have equal shares
        low, high = self.low - margin, self.high + margin
        share = check_random_state(random_state).uniform()
        if self.is_log:
            drawn = low * exp(share * log(high / low))
        else:
            drawn = low + share * (high - low)
        drawn = min(max(drawn, self.low), self.high)
        return round(drawn) if self.is_whole else drawn

    def __contains__(self, value):
        return (
            not isinstance(value, bool)
            and isinstance(value, int if self.is_whole else int | float)
            and self.low <= value <= self.high
        )


def _factors(low, high):
    return Span(low, high, is_log=True)


_CLEANING = {
    "clean__stop_words": [None, "english"],
    "clean__stemmer": [None, "snowball"],
    "clean__numbers": ["keep", "remove", "token"],
}
_N_GRAMS = {
    "vectorize__words__min_df": Span(1, 4),
    "vectorize__characters__min_df": Span(1, 6),
}
_TRAINING = {
    "classify__learning_rate": _factors(2e-4, 5e-3),
    "classify__max_batch_size": [16, 32, 64, 128],
    "classify__dropout": Span(0.1, 0.8),
}
_SEQUENCES = {
    "clean__numbers": _CLEANING["clean__numbers"],
    "encode__min_count": Span(1, 5),
    "classify__embedding_dim": _factors(16, 256),
    "classify__embedding_dropout": Span(0.0, 0.6),
    "classify__word_dropout": Span(0.0, 0.3),
    **_TRAINING,
}
_RECURRENT = {
    **_SEQUENCES,
    "classify__units": _factors(8, 128),
    "classify__pooling": ["max", "mean", "last", "attention"],
}
_MEMBERS = {
    **_CLEANING,
    "classify__linear__classify__estimator__C": _factors(1e-2, 10.0),
    "classify__cnn__classify__filters": _factors(16, 256),
    "classify__cnn__classify__learning_rate": _factors(2e-4, 5e-3),
    "classify__cnn__classify__dropout": Span(0.1, 0.8),
    "classify__bigru__classify__units": _factors(8, 128),
    "classify__bigru__classify__learning_rate": _factors(2e-4, 5e-3),
    "classify__bigru__classify__dropout": Span(0.1, 0.8),
}

# Lists of values and spans, as RandomizedSearchCV takes them. What is the ready-made
# one's is in each, so that a search begins there.
SPACES = {
    "tfidf-logreg": {
        **_CLEANING,
        "vectorize__min_df": Span(1, 4),
        "vectorize__sublinear_tf": [True, False],
        "vectorize__use_idf": [True, False],
        "classify__C": _factors(0.1, 100.0),
    },
    "tfidf-svm": {
        **_CLEANING,
        **_N_GRAMS,
        "classify__estimator__C": _factors(1e-2, 10.0),
    },
    "nb": {
        **_CLEANING,
        "vectorize__min_df": Span(1, 4),
        "vectorize__binary": [True, False],
        "classify__alpha": _factors(1e-2, 10.0),
        "classify__fit_prior": [True, False],
    },
    "mlp": {
        **_CLEANING,
        **_N_GRAMS,
        "classify__hidden_units": _factors(16, 512),
        **_TRAINING,
    },
    "cnn": {**_SEQUENCES, "classify__filters": _factors(16, 256)},
    **dict.fromkeys(("lstm", "gru", "bilstm", "bigru"), _RECURRENT),
    "vote": _MEMBERS,
    "stack": {
        **_MEMBERS,
        "classify__final_estimator__classify__C": _factors(1e-2, 10.0),
    },
    "encoder-logreg": {
        "scale__with_std": [True, False],
        "classify__C": _factors(1e-4, 10.0),
    },
}


def known_space(name):
    """The lists and spans of a ready-made pipeline.

    Parameters
    ----------
    name : str
        Its name.

    Raises
    ------
    ValueError
        If there is no such pipeline.
    """
    if not isinstance(name, str) or name not in SPACES:
        raise ValueError(
            f"Expected one of {list(SPACES)}, got {excerpt(name)}."
            f"{did_you_mean(str(name), SPACES)}"
        )
    return SPACES[name]


@public("skclf.search")
def space(name: str) -> dict:
    """What there is to search for in a ready-made pipeline, for Optuna.

    ``pip install 'skclf[search]'`` installs Optuna [1]_.

    Parameters
    ----------
    name : str
        As for :func:`skclf.make_text_classifier`.

    Returns
    -------
    dict of str to optuna.distributions.BaseDistribution
        The distributions of parameters, by the names that ``set_params`` of the
        pipeline takes. It is a new dict, to be changed as you like.

    Raises
    ------
    ValueError
        If there is no pipeline of this name.
    ImportError
        If Optuna is not installed.

    See Also
    --------
    tune : Search in it.

    Notes
    -----
    The ready-made values are in each distribution. With ``study.ask(space(name))``
    Optuna draws from all of them, for an objective of your own.

    References
    ----------
    .. [1] T. Akiba, S. Sano, T. Yanase, T. Ohta, M. Koyama (2019). "Optuna: A
       Next-generation Hyperparameter Optimization Framework".
       https://arxiv.org/abs/1907.10902

    Examples
    --------
    >>> from skclf.search import space
    >>> found = space("nb")
    >>> found["classify__alpha"]
    FloatDistribution(high=10.0, log=True, low=0.01, step=None)
    >>> found["vectorize__binary"]
    CategoricalDistribution(choices=(True, False))
    """
    known = known_space(name)
    optuna = import_optional("optuna", feature="A space of Optuna", extra="search")
    return {param: _distribution(optuna, values) for param, values in known.items()}


def _distribution(optuna, values):
    if not isinstance(values, Span):
        return optuna.distributions.CategoricalDistribution(values)
    kind = "Int" if values.is_whole else "Float"
    make = getattr(optuna.distributions, f"{kind}Distribution")
    return make(values.low, values.high, log=values.is_log)
