"""What the nets on sequences have in common."""

from numbers import Real

from sklearn.utils._param_validation import Interval, StrOptions

from skclf._validation import POSITIVE_INT
from skclf.models._keras_text_classifier import KerasTextClassifier
from skclf.models.building._scikeras import keras
from skclf.models.layers._layers import beside_table, classify, embed, shares, sizes

_SHARE = Interval(Real, 0, 1, closed="left")

# Units of the layer that brings text and table together, where none are given.
_JOINT_UNITS = 16


class SequenceClassifier(KerasTextClassifier):
    """Base of nets that embed words, read their vectors, and classify what they found.

    A class derived from it has ``_read(vectors, ids, dropout)``: the features of each
    document, from the vectors of its words. They are put side by side with what is
    found in the table, if there is one. The first ``_n_dropouts`` shares of `dropout`
    are for this, the others for the layers after it.
    """

    _takes = "tokens"

    _parameter_constraints = KerasTextClassifier._parameter_constraints | {
        "embedding": [StrOptions({"frozen", "trainable", "finetune"})],
        "embedding_dim": [POSITIVE_INT],
        "finetune_epochs": [POSITIVE_INT],
        "finetune_learning_rate": [Interval(Real, 0, None, closed="neither")],
        "dense_units": [POSITIVE_INT, list, tuple, None],
        "word_dropout": [_SHARE],
        "embedding_dropout": [_SHARE],
        "dropout": [_SHARE, list, tuple],
        "table_units": [POSITIVE_INT],
        "table_embedding_dim": [POSITIVE_INT, None],
        "table_dropout": [_SHARE],
    }

    _n_dropouts = 0

    def build(self, meta):
        """Build the net.

        Parameters
        ----------
        meta : dict
            What the data decides, see :class:`KerasTextClassifier`.

        Returns
        -------
        keras.Model
            A model that is not compiled.
        """
        hidden = self._hidden_sizes("table_sizes_" in meta)
        n_first = self._n_dropouts
        dropout = shares("dropout", self.dropout, n_first + len(hidden) + 1)
        inputs, ids, vectors = embed(
            meta,
            dim=self.embedding_dim,
            dropout=self.embedding_dropout,
            word_dropout=self.word_dropout,
        )
        features, columns = beside_table(
            self._read(vectors, ids, dropout[:n_first]),
            meta,
            units=self.table_units,
            dim=self.table_embedding_dim,
            dropout=self.table_dropout,
        )
        output = classify(features, meta, dense_units=hidden, dropout=dropout[n_first:])
        ids, *vectors = inputs
        inputs = [ids, *columns, *vectors]
        inputs = inputs if len(inputs) > 1 else ids
        return keras.Model(inputs, output, name=type(self).__name__)

    def _hidden_sizes(self, beside_table):
        # Without a layer in common, text and table could only add up.
        if self.dense_units is None and beside_table:
            return (_JOINT_UNITS,)
        return sizes("dense_units", self.dense_units, optional=True)
