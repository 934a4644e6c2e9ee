"""Nets on features such as TF-IDF."""

from numbers import Real

from sklearn.utils._param_validation import Interval

from skclf._names import public
from skclf._validation import POSITIVE_INT
from skclf.models._keras_text_classifier import KerasTextClassifier
from skclf.models.building._scikeras import keras
from skclf.models.layers._layers import classify, shares, sizes


@public("skclf.models")
class DenseClassifier(KerasTextClassifier):
    """Classify rows of features, such as TF-IDF, with a multi-layer perceptron.

    A sparse matrix is never made dense as a whole. Training multiplies it as it is,
    unless more than 5 % of its numbers are not zero.

    Parameters
    ----------
    model : callable, default=None
        A function that builds another net, see :class:`KerasTextClassifier`.
    hidden_units : int, sequence of int or None, default=64
        Sizes of the hidden layers; None is logistic regression.
    dropout : float or sequence of float, default=0.5
        Share of the inputs of the layers after the first that is dropped in training. A
        sequence has one for each of them, the output included.
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
        Scores of each epoch, see :class:`KerasTextClassifier`.
    best_epoch_ : int
        Number of the epoch whose weights are kept, counted from 1.
    n_parameters_ : int
        Number of weights.
    model_ : keras.Model
        A Keras model with the fitted weights, made when it is first asked for.
    n_features_in_ : int
        Number of columns of the training data.
    feature_names_in_ : ndarray of str objects
        Names of the columns, where the training data has any.
    n_samples_fit_ : int
        Number of training documents, those included that early stopping holds out.
    callbacks_ : list of keras.callbacks.Callback
        The callbacks of the last fit. Not part of a pickle.

    See Also
    --------
    sklearn.feature_extraction.text.TfidfVectorizer : Makes the input from texts.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from skclf import DenseClassifier
    >>> X = TfidfVectorizer().fit_transform(["house on fire", "sunny beach"] * 20)
    >>> net = DenseClassifier(hidden_units=8, learning_rate=0.05, random_state=0)
    >>> net.fit(X, ["bad", "good"] * 20).predict(X[:2])
    array(['bad', 'good'], dtype='<U4')
    """

    _takes = "features"
    _batching = "trimmed"

    _parameter_constraints = KerasTextClassifier._parameter_constraints | {
        "hidden_units": [POSITIVE_INT, list, tuple, None],
        "dropout": [Interval(Real, 0, 1, closed="left"), list, tuple],
    }

    def __init__(
        self,
        model=None,
        *,
        hidden_units=64,
        dropout=0.5,
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
        self.hidden_units = hidden_units
        self.dropout = dropout

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
        features = keras.Input((meta["n_features_in_"],), name="features")
        units = sizes("hidden_units", self.hidden_units, optional=True)
        dropout = shares("dropout", self.dropout, len(units))
        hidden = features
        if units:
            first = keras.layers.Dense(units[0], activation="relu", name="first")
            hidden = first(features)
        output = classify(
            hidden, meta, dense_units=units[1:], dropout=dropout or (0.0,)
        )
        return keras.Model(features, output, name="mlp")
