"""What nets check of the data that is passed to them."""

import numpy as np
from sklearn.utils import assert_all_finite
from sklearn.utils.validation import check_array, validate_data

from skclf._containers import FIRST_WORD, EmbeddedSequences, TokenSequences
from skclf._names import stored
from skclf._sequences_and_table import SequencesAndTable, width
from skclf._validation import check_not_empty, listed
from skclf.models.rows._rows import Rows
from skclf.models.rows._soft_labels import check_net_targets
from skclf.models.rows._sources import make_source
from skclf.models.rows._targets import check_weights, encode_targets

_CONTAINERS = (TokenSequences, EmbeddedSequences, SequencesAndTable)


@stored
class NetInput:
    """What a net knows about its input: learned in `fit`, checked ever after.

    Parameters
    ----------
    takes : {"tokens", "features", "any"}
        What the net can read. Of "any", what it has learned it of.
    empty : int
        The id that a document without words is read as.

    Attributes
    ----------
    meta : dict
        What tells the shape of sequences, and of a table beside them; empty for
        features.
    fingerprints : tuple or None
        What tells vocabularies, vectors and columns of tables apart.
    """

    def __init__(self, takes, empty):
        self.takes = takes
        self.empty = empty
        self.meta = {}
        self.fingerprints = None

    def learn(self, X, net):
        """Take note of what a net is to be trained on, and make it a source."""
        X = self._with_wrapped_vectors(X)
        source = self._source(X, net, fitting=True, learning=True)
        if isinstance(X, _CONTAINERS):
            self.takes, self.meta = "tokens", _describe(X)
            self.fingerprints = _fingerprints(X)
        else:
            self.takes = "features"
        return source

    def check(self, X, net, fitting=False):
        """Make documents a source, if they are like those that were learned of."""
        X = self._with_wrapped_vectors(X)
        source = self._source(X, net, fitting)
        if self.takes == "tokens":
            self._check_same_words(X, type(net).__name__)
        return source

    def _with_wrapped_vectors(self, X):
        return X if self.takes == "features" else _wrap_vectors(X)

    def _source(self, X, net, fitting, learning=False):
        """Check documents by themselves."""

        def check_features(X):
            dtypes = [np.float64, np.float32]
            return validate_data(
                net,
                X,
                accept_sparse="csr",
                dtype=dtypes,
                reset=learning,
                ensure_min_samples=int(fitting),
            )

        owner = type(net).__name__
        source = make_source(X, self.takes, owner, check_features, self.empty)
        if fitting:
            check_not_empty(source, owner)
        if fitting and source.vectors is not None:
            assert_all_finite(source.vectors, input_name="The table of word vectors")
        if isinstance(X, SequencesAndTable):
            _check_numbers(X)
        return source

    def _check_same_words(self, X, owner):
        """Whether documents are of the kind, vocabulary and vectors fitted on."""
        fitted, given = self.meta, _describe(X)
        if fitted.keys() != given.keys():
            on_vectors = "embedding_dim_" in fitted
            want = EmbeddedSequences if on_vectors else TokenSequences
            want = want.__name__
            if "table_sizes_" in fitted:
                want = f"SequencesAndTable of {want}"
            raise TypeError(
                f"Expected {want}, on which {owner} was fitted, got {X!r}. "
                "Put the same steps before it as in fit."
            )
        vocabulary, columns = _fingerprints(X)
        if columns != self.fingerprints[1]:
            raise ValueError(
                f"Expected the columns and categories that {owner} was fitted on, got "
                f"{X!r} of others. Use the same fitted TextAndTable."
            )
        if vocabulary != self.fingerprints[0]:
            what, steps = "ids of the vocabulary", "SequenceEncoder"
            if "embedding_dim_" in fitted:
                what, steps = "words and vectors", "SequenceEncoder and EmbeddingLookup"
            raise ValueError(
                f"Expected {what} that {owner} was fitted on, got {X!r} of another "
                f"one. Encode with the same fitted {steps}."
            )
        dim = fitted.get("embedding_dim_")
        if given.get("embedding_dim_") != dim:
            raise ValueError(
                f"Expected vectors of length {dim}, on which {owner} was fitted, got "
                f"{X!r}."
            )


class InputChecks:
    """Mixin of a net that reads token sequences, feature matrices, or both.

    A class with it has ``_input``, a `NetInput`, once `fit` has begun.
    """

    _takes = "any"  # or "tokens", "features"

    def _source(self, X):
        """Check documents, and make them a source of batches."""
        return self._input.check(X, self)

    def _training_source(self, X, resume):
        """The same for training, which learns of them unless it goes on."""
        if resume:
            return self._input.check(X, self, fitting=True)
        return self._input.learn(X, self)

    def _rows(self, source, y, sample_weight):
        codes, soft = encode_targets(y, self)
        weight = check_weights(sample_weight, source)
        return Rows(source, codes, weight, soft).with_weight()

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
        names = "X_val", "y_val"
        y_val = check_net_targets(y_val, len(source), names, self.multilabel_)
        return self._rows(source, y_val, sample_weight_val)


def _check_numbers(X):
    wrong = np.flatnonzero(~np.isfinite(X.table).all(axis=0)).tolist()
    if wrong:
        raise ValueError(
            "Expected finite numbers in the table beside the text, got NaN or infinity "
            f"in its columns {listed(wrong)}, counted from 0. Put SimpleImputer() into "
            "the table branch of TextAndTable."
        )


def _wrap_vectors(X):
    """A 3-D float array as sequences of vectors; anything else as it is."""
    if isinstance(X, EmbeddedSequences) or getattr(X, "ndim", 0) != 3:
        return X
    with np.errstate(over="ignore"):  # what is too large is refused as infinite
        X = check_array(X, allow_nd=True, dtype=np.float32)
    if not X.shape[1] or not X.shape[2]:
        raise ValueError(
            "Expected vectors in an array of shape (n_documents, max_len, dim), got "
            f"shape {X.shape}."
        )
    return EmbeddedSequences.from_array(X)


def _describe(X):
    """What a net is told of sequences, and of the table beside them."""
    if isinstance(X, SequencesAndTable):
        beside = {"table_sizes_": X.sizes, "n_table_features_": width(X.sizes)}
        return _describe(X.sequences) | beside
    if isinstance(X, EmbeddedSequences):
        return {"embedding_dim_": X.shape[2], "max_len_": X.shape[1]}
    return {
        "vocabulary_size_": len(X.vocabulary) + FIRST_WORD,
        "max_len_": X.shape[1],
    }


def _fingerprints(X):
    """What tells vocabularies and vectors apart, and the columns of tables."""
    if isinstance(X, SequencesAndTable):
        return _fingerprints(X.sequences)[0], X.fingerprint
    is_embedded = isinstance(X, EmbeddedSequences)
    return X.fingerprint if is_embedded else X.vocabulary_fingerprint, None


def _kind(X):
    """Which container, and the number of dimensions: raw texts have one."""
    if isinstance(X, SequencesAndTable):
        return "table", _kind(X.sequences)
    containers = (TokenSequences, EmbeddedSequences)
    return [isinstance(X, kind) for kind in containers], len(np.shape(X))
