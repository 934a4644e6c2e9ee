"""Recurrent nets on token sequences."""

from numbers import Real

from sklearn.utils._param_validation import Interval, StrOptions

from skclf._names import public
from skclf._validation import POSITIVE_INT
from skclf.models._sequence_classifier import SequenceClassifier
from skclf.models.building._scikeras import keras
from skclf.models.layers._layers import PoolOverTime, drop, sizes

_CELLS = {
    "lstm": keras.layers.LSTM,
    "gru": keras.layers.GRU,
    "simple": keras.layers.SimpleRNN,
}


@public("skclf.models")
class RNNClassifier(SequenceClassifier):
    """Classify token sequences with a recurrent net.

    Embedding, one or more recurrent layers, pooling, hidden layers, one output for each
    class.

    Parameters
    ----------
    model : callable, default=None
        A function that builds another net, see :class:`KerasTextClassifier`.
    cell : {"lstm", "gru", "simple"}, default="gru"
        Kind of recurrent layer.
    units : int or sequence of int, default=64
        Size of the recurrent layer, in each direction; a sequence stacks layers.
    bidirectional : bool, default=True
        Read each document in both directions.
    pooling : {"last", "max", "mean", "attention"}, default="last"
        What is handed on: the last state, or the pooled states of all words.
    recurrent_dropout : float, default=0.0
        Share of the recurrent inputs that is dropped in training. Slow: several times
        the time of the other dropouts.
    embedding : {"frozen", "trainable", "finetune"}, default="frozen"
        What becomes of pretrained word vectors: they stay as they are; are trained with
        the net; or stay until training stops and are trained afterwards, for
        `finetune_epochs`. Token sequences bring no vectors: theirs are always trained.
    embedding_dim : int, default=64
        Size of the word vectors that are learned from token sequences.
    finetune_epochs : int, default=10
        Largest number of passes with ``embedding="finetune"`` after the first stage.
    finetune_learning_rate : float, default=1e-4
        Step size of the optimizer in these.
    dense_units : int, sequence of int or None, default=16
        Sizes of the hidden layers after pooling, and after text and table are brought
        together. None is no layer, or with a table one of 16 units; () is no layer.
    word_dropout : float, default=0.1
        Share of the words that is replaced by the unknown word in training.
    embedding_dropout : float, default=0.2
        Share of the dimensions of the word vectors that is dropped in training, for
        all words of a document together.
    dropout : float or sequence of float, default=0.3
        Share of the inputs of later layers that is dropped in training. A sequence has
        one for each: the recurrent layers after the first, the hidden layers and the
        output.
    table_units : int, default=16
        Size of the hidden layer that reads the table of :class:`~skclf.TextAndTable`.
        Without a table, it and the following are not used.
    table_embedding_dim : int or None, default=None
        Length of the vector that is learned for each category of the table. None makes
        categories one-hot.
    table_dropout : float, default=0.1
        Share of the categories that is left out in training, as if they were new. Not
        for columns that are one-hot before the net.
    optimizer : str or type, default="adam"
        Name or class of a Keras optimizer; arguments as ``optimizer__name=value``.
    learning_rate : float or keras.optimizers.schedules.LearningRateSchedule, \
            default=1e-3
        Step size of the optimizer.
    loss : str, type, callable or keras.losses.Loss, default="crossentropy"
        "crossentropy", "focal", or any loss of Keras by name, class or object, or a
        function ``loss(y_true, y_pred)``; arguments as ``loss__name=value``. See
        :class:`KerasTextClassifier`.
    metrics : list or None, default=None
        What the history tells besides: Keras metrics by name, class, function or
        object.
    epochs : int, default=30
        Largest number of passes over the training data.
    batch_size : int or "auto", default="auto"
        Largest number of documents in one step. "auto" is `max_batch_size`, or less
        where there are fewer than 1,920, see :class:`KerasTextClassifier`.
    max_batch_size : int, default=32
        The batch size of "auto" where there is enough data.
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes by label, or inverse to their frequency.
    output_bias : bool, default=True
        Start the output bias at the (weighted) class frequencies.
    validation_fraction : float, default=0.1
        Share of the training data that early stopping holds out.
    early_stopping : bool, default=True
        Stop when `monitor` no longer improves and keep the best epoch's weights.
    patience : int, default=3
        Number of epochs without improvement to wait for.
    monitor : str, default="loss"
        What is watched on the held-out data: "loss", "accuracy", "auc", "f1", or the
        name of one of `metrics`.
    callbacks : list, dict, str, type, callable or None, default=None
        Keras callbacks by name or class, or functions that make one; arguments as
        ``callbacks__0__name=value``. See :class:`KerasTextClassifier`.
    warm_start : bool, default=False
        Go on from the weights of the previous `fit`.
    random_state : int, RandomState or None, default=None
        Seed of weights, shuffling, dropout and the held-out share.
    verbose : int, default=0
        Show a line of progress if not 0.
    **routed : dict
        Parameters that start with ``optimizer__``, ``loss__`` or ``callbacks__``.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted; of an indicator matrix, the numbers of its columns.
    multilabel_ : bool
        Whether documents may have several labels.
    history_ : dict of str to list
        Scores of each epoch, see :class:`KerasTextClassifier`. With pretrained word
        vectors also ``stage``: "frozen", "trainable" or "finetune".
    best_epoch_ : int
        Number of the epoch whose weights are kept, counted from 1.
    n_parameters_ : int
        Number of weights, without frozen word vectors.
    model_ : keras.Model
        A Keras model with the fitted weights, made when it is first asked for.
    n_samples_fit_ : int
        Number of training documents, those included that early stopping holds out.
    callbacks_ : list of keras.callbacks.Callback
        The callbacks of the last fit. Not part of a pickle.

    See Also
    --------
    CNNClassifier : Faster, often as good on short texts.
    skclf.sequence.SequenceEncoder : Makes the input.
    skclf.embed.EmbeddingLookup : Gives it pretrained word vectors.

    Notes
    -----
    A batch holds documents of one length only. So there is no padding that the state
    would have to be carried through, no mask, and the fastest recurrent kernels apply.

    Examples
    --------
    >>> from skclf import RNNClassifier, SequenceEncoder
    >>> texts = ["fire not safe", "safe not fire"] * 20
    >>> X = SequenceEncoder().fit_transform(texts)
    >>> net = RNNClassifier(units=8, learning_rate=0.02, random_state=0)
    >>> net.fit(X, ["bad", "good"] * 20).predict(X[:2])
    array(['bad', 'good'], dtype='<U4')
    """

    _parameter_constraints = SequenceClassifier._parameter_constraints | {
        "cell": [StrOptions(set(_CELLS))],
        "units": [POSITIVE_INT, list, tuple],
        "bidirectional": ["boolean"],
        "pooling": [StrOptions({"last", "max", "mean", "attention"})],
        "recurrent_dropout": [Interval(Real, 0, 1, closed="left")],
    }

    def __init__(
        self,
        model=None,
        *,
        cell="gru",
        units=64,
        bidirectional=True,
        pooling="last",
        recurrent_dropout=0.0,
        embedding="frozen",
        embedding_dim=64,
        finetune_epochs=10,
        finetune_learning_rate=1e-4,
        dense_units=16,
        word_dropout=0.1,
        embedding_dropout=0.2,
        dropout=0.3,
        table_units=16,
        table_embedding_dim=None,
        table_dropout=0.1,
        optimizer="adam",
        learning_rate=1e-3,
        loss="crossentropy",
        metrics=None,
        epochs=30,
        batch_size="auto",
        max_batch_size=32,
        class_weight=None,
        output_bias=True,
        validation_fraction=0.1,
        early_stopping=True,
        patience=3,
        monitor="loss",
        callbacks=None,
        warm_start=False,
        random_state=None,
        verbose=0,
        **routed,
    ):
        super().__init__(
            model,
            optimizer=optimizer,
            learning_rate=learning_rate,
            loss=loss,
            metrics=metrics,
            epochs=epochs,
            batch_size=batch_size,
            max_batch_size=max_batch_size,
            class_weight=class_weight,
            output_bias=output_bias,
            validation_fraction=validation_fraction,
            early_stopping=early_stopping,
            patience=patience,
            monitor=monitor,
            callbacks=callbacks,
            warm_start=warm_start,
            random_state=random_state,
            verbose=verbose,
            **routed,
        )
        self.cell = cell
        self.units = units
        self.bidirectional = bidirectional
        self.pooling = pooling
        self.recurrent_dropout = recurrent_dropout
        self.embedding = embedding
        self.embedding_dim = embedding_dim
        self.finetune_epochs = finetune_epochs
        self.finetune_learning_rate = finetune_learning_rate
        self.dense_units = dense_units
        self.word_dropout = word_dropout
        self.embedding_dropout = embedding_dropout
        self.dropout = dropout
        self.table_units = table_units
        self.table_embedding_dim = table_embedding_dim
        self.table_dropout = table_dropout

    @property
    def _n_dropouts(self):
        return len(sizes("units", self.units)) - 1  # between the recurrent layers

    def _read(self, states, ids, dropout):
        stack = sizes("units", self.units)
        for i, (units, share) in enumerate(zip(stack, (0, *dropout), strict=True)):
            states = drop(states, share, f"between_{i}")
            sequences = i + 1 < len(stack) or self.pooling != "last"
            states = self._recurrent(units, sequences, i)(states)
        if self.pooling == "last":
            return states
        return PoolOverTime(self.pooling, name="pooling")(states, ids)

    def _recurrent(self, units, return_sequences, i):
        layer = _CELLS[self.cell](
            units,
            return_sequences=return_sequences,
            recurrent_dropout=self.recurrent_dropout,
            name=f"{self.cell}_{i}",
        )
        if self.bidirectional:
            layer = keras.layers.Bidirectional(layer, name=f"both_ways_{i}")
        return layer
