"""What branches of a TextAndTable are given and make."""

import numpy as np
from scipy import sparse
from sklearn.base import clone

from skclf._containers import EmbeddedSequences, TokenSequences
from skclf._sequences_and_table import SequencesAndTable
from skclf._validation import type_and_shape
from skclf.compose._table_encoder import as_block

SEQUENCES = (TokenSequences, EmbeddedSequences)


def fit_transform(transformer, X, y):
    """The fitted transformer and its output; None where the branch is dropped."""
    if X is None or isinstance(transformer, str):
        return transformer, X
    fitted = clone(transformer)
    if hasattr(fitted, "fit_transform"):
        return fitted, fitted.fit_transform(X, y)
    return fitted, fitted.fit(X, y).transform(X)


def transform(transformer, X):
    return X if X is None or isinstance(transformer, str) else transformer.transform(X)


def output_names(transformer):
    """Names of its output, or none: a part of a pipeline or union may give none."""
    try:
        return list(transformer.get_feature_names_out())
    except AttributeError:
        return []


def as_texts(output):
    """Sequences as they are, anything else as a matrix of features."""
    if output is None or isinstance(output, SEQUENCES) or sparse.issparse(output):
        return output
    is_frame = hasattr(output, "to_numpy")
    block = output.to_numpy() if is_frame else np.asarray(output)
    if block.ndim != 2 or block.dtype.kind not in "fiub":
        raise TypeError(
            "Expected sequences or numbers from the transformer of the text, got "
            f"{type_and_shape(block)} of {block.dtype}. Put a vectorizer or "
            "SequenceEncoder() last."
        )
    return block


def as_rest(output):
    if isinstance(output, (*SEQUENCES, SequencesAndTable)):
        raise TypeError(
            "Expected numbers or categories from the transformer of the table, got "
            f"{output!r}. Sequences belong into the text branch."
        )
    return None if output is None else as_block(output)
