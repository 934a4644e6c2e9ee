"""By what a model is known again, in this process or another one."""

import hashlib
import io
import os
import pickle

import joblib
from sklearn.feature_extraction.text import CountVectorizer


def model_digest(model):
    """A digest of what is in a model, or of its file.

    Parameters
    ----------
    model : estimator or path-like
        A fitted model, whether it was fitted here or loaded, or where it is.

    Returns
    -------
    str or None
        Hexadecimal digest; None if the model cannot be pickled.
    """
    if isinstance(model, str | bytes | os.PathLike):
        with open(model, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    buffer = io.BytesIO()
    try:
        _Pickler(buffer).dump(model)
        # Loaded before: what is one object twice here may have been two elsewhere.
        return joblib.hash(pickle.loads(buffer.getvalue()))
    except Exception:  # of any kind; save says more about it
        return None


class _Pickler(pickle.Pickler):
    """Leaves out what is of one process only."""

    def reducer_override(self, value):
        if not isinstance(value, CountVectorizer):
            return NotImplemented
        how, args, state, *rest = value.__reduce_ex__(pickle.DEFAULT_PROTOCOL)
        state = {k: v for k, v in state.items() if k != "_stop_words_id"}  # an id()
        return how, args, state, *rest
