"""Training of word vectors with gensim."""

import numpy as np
from sklearn.utils import check_random_state

from skclf._optional import import_optional
from skclf._progress import ProgressLine


def learn_vectors(algorithm, sentences, *, random_state, verbose, **params):
    """Train word vectors, in the same way for the same seed.

    Parameters
    ----------
    algorithm : {"word2vec", "fasttext"}
        What to train.
    sentences : list of list of str
        Documents as words.
    random_state : int, RandomState or None
        Seed.
    verbose : int
        Show a line of progress if not 0.
    **params : dict
        Parameters of gensim's class.

    Returns
    -------
    vectors : gensim.models.KeyedVectors
        The vectors; those of fastText with the vectors of n-grams.
    learned : float
        Size of the weights that predict neighbours, which start at 0, in terms of the
        random numbers that the vectors start from. Below 1 these have hardly moved.
    """
    feature = "EmbeddingTrainer"
    models = import_optional("gensim.models", feature=feature, extra="vectors")
    # Several threads would meet in another order each time.
    model = {"word2vec": models.Word2Vec, "fasttext": models.FastText}[algorithm](
        sentences,
        seed=int(check_random_state(random_state).randint(2**31 - 1)),
        workers=1,
        callbacks=[_Progress(verbose)],
        **params,
    )
    return model.wv, _learned(model)


def _learned(model):
    sizes = np.abs(model.syn1 if model.hs else model.syn1neg).mean(axis=1)
    counts = None  # hierarchical softmax has a row for each inner node of its tree
    if not model.hs:
        counts = [model.wv.get_vecattr(word, "count") for word in model.wv.key_to_index]
    start = 1 / (
        4 * model.vector_size
    )  # mean of uniform numbers up to half of 1 / size
    return float(np.average(sizes, weights=counts) / start)


class _Progress:
    """A callback of gensim's that shows the epochs."""

    def __init__(self, verbose):
        self._line = ProgressLine(bool(verbose))
        self._epoch = 0

    def on_train_begin(self, model):
        pass

    def on_epoch_begin(self, model):
        self._epoch += 1
        self._line.show(f"Word vectors: epoch {self._epoch}/{model.epochs}")

    def on_epoch_end(self, model):
        pass

    def on_train_end(self, model):
        self._line.keep(f"Word vectors: {len(model.wv)} words, {self._epoch} epochs")
