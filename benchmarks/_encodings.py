"""Vectors of a sentence encoder, kept in files: texts are encoded once for all runs."""

import hashlib
import os
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from skclf import SentenceEncoder


class KeptEncodings(TransformerMixin, BaseEstimator):
    """A sentence encoder that looks into a file before it encodes.

    Parameters
    ----------
    model : str
        The folder of the encoder.
    file : str
        What `keep` wrote.
    """

    def __init__(self, model, file):
        self.model = model
        self.file = file

    def fit(self, X, y=None):
        self._encoder = SentenceEncoder(self.model).fit(list(X[:1]))
        return self

    def transform(self, X):
        kept = np.load(self.file)
        place = {key: i for i, key in enumerate(kept["keys"].tolist())}
        vectors, texts = kept["vectors"], _texts(X)
        new = sorted({text for text in texts if _key(text) not in place})
        place |= {_key(text): len(vectors) + i for i, text in enumerate(new)}
        if new:
            vectors = np.vstack([vectors, self._encoder.transform(new)])
        return vectors[[place[_key(text)] for text in texts]]

    def get_feature_names_out(self, input_features=None):
        return self._encoder.get_feature_names_out()


def keep(encoder, texts):
    """Encode the texts of which a file has no vectors, and write all into it."""
    file = Path(encoder.file)
    texts = sorted({*_texts(texts)})
    if file.exists() and {*map(_key, texts)} <= {*np.load(file)["keys"].tolist()}:
        return
    vectors = SentenceEncoder(encoder.model).fit_transform(texts)
    temporary = file.with_suffix(".part.npz")
    np.savez(temporary, keys=[_key(text) for text in texts], vectors=vectors)
    temporary.rename(file)


def kept_in(folder, name):
    """The encoder of ``SKCLF_ENCODER``, with what a folder has of its vectors."""
    return KeptEncodings(
        os.environ["SKCLF_ENCODER"], str(Path(folder, f"{name}-encodings.npz"))
    )


def _texts(X):
    return ["" if not isinstance(text, str) else text for text in X]


def _key(text):
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
