"""What nets check of the data that is passed to them."""

import numpy as np
from sklearn.utils.validation import validate_data

from skclf._containers import FIRST_WORD, TokenSequences
from skclf._validation import check_labels
from skclf.models._rows import Rows
from skclf.models._sources import make_source
from skclf.models._targets import check_weights, encode_labels


class InputChecks:
    """Mixin of a net that reads token sequences, feature matrices, or both."""

    _takes = "any"  # or "tokens", "features"
    _token_meta = {}  # of the data that was fitted on, if they were tokens
    _vocabulary = None

    def _source(self, X, fitting=False, resume=False):
        """Check the input and make it a source of batches."""
        learn = fitting and not resume

        def check_features(X):
            dtypes = [np.float64, np.float32]
            return validate_data(
                self, X, accept_sparse="csr", dtype=dtypes, reset=learn
            )

        takes = self._takes
        if takes == "any" and not learn:
            takes = "tokens" if self._token_meta else "features"
        source = make_source(X, takes, type(self).__name__, check_features)
        if not isinstance(X, TokenSequences):
            if learn:
                self._token_meta = {}
            return source
        if learn:
            self._vocabulary = X.vocabulary_fingerprint
            self._token_meta = {
                "vocabulary_size_": len(X.vocabulary) + FIRST_WORD,
                "max_len_": X.shape[1],
            }
            self.n_features_in_ = X.shape[1]
        elif X.vocabulary_fingerprint != self._vocabulary:
            raise ValueError(
                f"Expected ids of the vocabulary that {type(self).__name__} was fitted "
                f"on, got {X!r} of another one. Encode with the same fitted "
                "SequenceEncoder."
            )
        return source

    def _rows(self, source, y, sample_weight):
        codes = encode_labels(y, self.classes_)
        return Rows(source, codes, check_weights(sample_weight, source)).with_weight()

    def _check_validation(self, X, X_val, y_val, sample_weight_val):
        given = {"X_val": X_val, "y_val": y_val, "sample_weight_val": sample_weight_val}
        given = [name for name, value in given.items() if value is not None]
        if not given:
            return None
        if X_val is None or y_val is None:
            raise ValueError(f"Expected X_val and y_val together, got only {given}.")
        if _kind(X) != _kind(X_val):
            raise TypeError(
                f"Expected X_val of the same kind as X, {type(X).__name__}, got "
                f"{type(X_val).__name__}. In a Pipeline, the steps before the net "
                "transform it with Pipeline(..., transform_input=['X_val']) and "
                "sklearn.set_config(enable_metadata_routing=True)."
            )
        source = self._source(X_val)
        y_val = check_labels(y_val, len(source), names=("X_val", "y_val"))
        return self._rows(source, y_val, sample_weight_val)


def _kind(X):
    """Tokens or not, and the number of dimensions: raw texts have one."""
    return isinstance(X, TokenSequences), len(np.shape(X))
