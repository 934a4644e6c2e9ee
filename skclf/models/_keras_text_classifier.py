"""The classifier that all nets share."""

from numbers import Real

from sklearn.utils._param_validation import Interval, StrOptions

from skclf._containers import PADDING, UNKNOWN
from skclf._indicator import is_matrix
from skclf._names import public
from skclf._once import WarnsOnce
from skclf._validation import POSITIVE_INT
from skclf.models._keras_model import HasKerasModel
from skclf.models._net_classifier import NetClassifier
from skclf.models.building._architecture import is_ours
from skclf.models.building._routing import RoutedParams
from skclf.models.building._scikeras import keras
from skclf.models.rows._inputs import NetInput
from skclf.models.rows._rows import rng_of, splitter_of
from skclf.models.rows._targets import learn_targets
from skclf.models.training._epoch_tasks import FitTasks
from skclf.models.training._fit import train
from skclf.models.training._monitor import watched


@public("skclf.models")
class KerasTextClassifier(
    WarnsOnce, FitTasks, HasKerasModel, NetClassifier, RoutedParams
):
    """A Keras net that behaves like a scikit-learn classifier.

    Use it with a function `model` that builds a net, or derive a class and override
    `build`. The ready-made nets are :class:`RNNClassifier`, :class:`CNNClassifier` and
    :class:`DenseClassifier`.

    Parameters
    ----------
    model : callable, default=None
        ``model(meta)`` returns a ``keras.Model`` that is not compiled, with one output
        for each class (softmax) or each of several labels (sigmoid), or a single one
        for two classes (sigmoid). `meta` is a dict: see Notes. Other arguments are
        given as ``model__name=value``. None calls the method `build`.
    optimizer : str or type, default="adam"
        Name or class of a Keras optimizer. Its other arguments are given as
        ``optimizer__name=value``. A class of your own is given as the class.
    learning_rate : float or keras.optimizers.schedules.LearningRateSchedule, \
            default=1e-3
        Step size of the optimizer.
    loss : str, type, callable or keras.losses.Loss, default="crossentropy"
        "crossentropy", "focal", or any loss of Keras by name, class or object, which is
        given the targets that it wants. A function ``loss(y_true, y_pred)``, or a class
        of your own, has one value for each row, from one-hot targets (a column of 0 and
        1 for two classes). Arguments are given as ``loss__name=value``, other than
        ``reduction`` and ``from_logits``, which training decides. An object is copied.
    metrics : list or None, default=None
        What `history_` tells besides, under its name and with ``val_`` before it: Keras
        metrics by name, class, function or object, as in ``keras.Model.compile``.
        Weights do not count; what is named "accuracy", "auc" or "f1" takes its place.
        Objects are copied. Of soft labels, the largest share counts.
    epochs : int, default=30
        Largest number of passes over the training data.
    batch_size : int or "auto", default="auto"
        Largest number of documents in one step. "auto" is `max_batch_size`, and in
        `fit` less in proportion below 1,920 training documents, at least 4: little data
        needs as many steps in an epoch.
    max_batch_size : int, default=32
        The batch size of "auto" where there is enough data, else not used.
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes by label, or inverse to their frequency in the part of
        the data that is trained on. Multiplies `sample_weight`.
    output_bias : bool, default=True
        Start the bias of the output layer at the (weighted) class frequencies.
    validation_fraction : float, default=0.1
        Share of the training data that early stopping holds out: stratified, shuffled,
        seeded. Not used if `fit` is given `X_val`.
    early_stopping : bool, default=True
        Stop when `monitor` has not improved for `patience` epochs, and keep the
        weights of the best epoch. If False, train for all epochs on all data.
    patience : int, default=3
        Number of epochs without improvement to wait for.
    monitor : str, default="loss"
        What is watched on the held-out data: "loss", "accuracy", "auc", "f1", or the
        name of one of `metrics`; ``val_`` may be before it. F1 is averaged over the
        classes, AUC is that of the ROC curve, one class against the rest. Whether more
        is better is what Keras says of a metric, by its attribute ``_direction``.
    callbacks : list, dict, str, type, callable or None, default=None
        Keras callbacks by name or class, or functions that make one; their arguments
        are given as ``callbacks__0__name=value``, or by the keys of a dict, and never
        copied. An object is used itself; clones, and so the fits of a search, have
        copies. One of Keras' classes, or derived from them, keeps best values, which
        would disturb the next fit: each has a shallow copy.
    warm_start : bool, default=False
        Go on from the weights of the previous `fit`.
    random_state : int, RandomState or None, default=None
        Seed of initial weights, shuffling, dropout and the held-out share. Nothing
        global is seeded.
    verbose : int, default=0
        Show a line of progress if not 0.
    **routed : dict
        Parameters that start with ``optimizer__``, ``loss__``, ``callbacks__`` or
        ``model__``.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted; of a matrix, the numbers of its columns, or their names if
        labels are soft.
    multilabel_ : bool
        Whether documents may have several labels.
    n_features_in_ : int
        Number of columns of the training data, where that is a matrix.
    feature_names_in_ : ndarray of str objects
        Names of the columns, where the training data has any.
    n_samples_fit_ : int
        Number of training documents, those included that early stopping holds out.
    history_ : dict of str to list
        For each epoch: ``loss``, ``accuracy``, ``learning_rate``, ``seconds``, and with
        held-out data ``val_loss``, ``val_accuracy``, ``val_f1``, ``val_auc``; and the
        `metrics`. Accuracy is the share of documents with no wrong label.
    best_epoch_ : int
        Number of the epoch whose weights are kept, counted from 1. A callback that
        puts other weights in is not noticed.
    n_parameters_ : int
        Number of weights.
    model_ : keras.Model
        A Keras model with the fitted weights, made when it is first asked for.
        Documents go in without padding, several at once only if they are of the same
        length. A net of ours has the inputs ``ids``; ``columns``, if there is a table
        beside the text, with categories by number; and ``vectors``, if there are word
        vectors: ids above the number of those that it has itself are its rows. Its
        files, and those of ``ModelCheckpoint``, load with
        ``import skclf, keras; keras.models.load_model(file)``.
    callbacks_ : list of keras.callbacks.Callback
        The callbacks of the last fit; objects as copies. Not part of a pickle.

    See Also
    --------
    RNNClassifier, CNNClassifier, DenseClassifier : Ready-made nets.
    skclf.make_text_classifier : Whole pipelines on raw text.

    Notes
    -----
    `meta` has the keys ``n_classes_``, ``n_outputs_`` (1 for two classes, else one for
    each class or label) and ``target_type_`` ("binary", "multiclass", or
    "multilabel-indicator"); for a matrix also ``n_features_in_``; for token sequences
    ``vocabulary_size_`` (number of ids, padding and unknown word included) and
    ``max_len_``; for sequences of word vectors ``embedding_dim_`` and ``max_len_``.
    Then the input of the net is vectors of the shape ``(None, embedding_dim_)``. With a
    table beside the text (:class:`~skclf.compose.TextAndTable`) there is also
    ``n_table_features_``, and the net has a list of two inputs: that of the text, and
    one of the shape ``(n_table_features_,)``, which is given numbers, and categories
    one-hot. ``table_sizes_`` has the number of categories of each column, and 0 for
    numbers.

    The net is wrapped with SciKeras [1]_; the loop that trains it is ours. Batches hold
    documents of one length only, so no padding and no mask is needed, unless the net
    has an input of fixed length, or cannot read as few words as a document has, which
    then is padded. A document without words is a single unknown word to a
    net of the user's; the nets of skclf read it as padding, which stands for no word.

    Soft labels say how much of each class a document has: by what several people, or
    another classifier (:class:`~skclf.Distilled`), said of it. Fractions tell them from
    an indicator matrix, which has 0 and 1 only. `classes_` are the columns of a
    DataFrame, else 0 to n - 1. A row counts like copies with all labels, each with the
    weight of its share. The largest share is held out evenly, and is what all scores
    but the loss compare with.

    scikit-learn's own callbacks (``set_callbacks``, from scikit-learn 1.9 on) are told
    of each epoch of `fit`, as a task, and may end the training.

    References
    ----------
    .. [1] A. Garcia Badaracco, SciKeras, https://github.com/adriangb/scikeras

    Examples
    --------
    >>> import keras
    >>> from skclf import KerasTextClassifier, SequenceEncoder
    >>> def average(meta, dim=8):
    ...     ids = keras.Input((None,), dtype="int32")
    ...     vectors = keras.layers.Embedding(meta["vocabulary_size_"], dim)(ids)
    ...     mean = keras.layers.GlobalAveragePooling1D()(vectors)
    ...     n = meta["n_outputs_"]
    ...     activation = "sigmoid" if n == 1 else "softmax"
    ...     output = keras.layers.Dense(n, activation=activation)(mean)
    ...     return keras.Model(ids, output)
    >>> X = SequenceEncoder().fit_transform(["fire", "smoke", "sun", "beach"] * 10)
    >>> y = ["bad", "bad", "good", "good"] * 10
    >>> net = KerasTextClassifier(average, model__dim=4, learning_rate=0.1,
    ...                           random_state=0).fit(X, y)
    >>> net.predict(X[:4])
    array(['bad', 'bad', 'good', 'good'], dtype='<U4')
    """

    # X_val and y_val are asked for, so that a Pipeline can hand them on.
    __metadata_request__fit = {"X_val": True, "y_val": True}

    _batching = "one_length"

    _parameter_constraints = {
        "model": [callable, None],
        "optimizer": [str, type],
        "learning_rate": [
            Interval(Real, 0, None, closed="neither"),
            keras.optimizers.schedules.LearningRateSchedule,
        ],
        "loss": [str, type, callable, keras.losses.Loss],
        "metrics": [list, tuple, None],
        "epochs": [POSITIVE_INT],
        "batch_size": [POSITIVE_INT, StrOptions({"auto"})],
        "max_batch_size": [POSITIVE_INT],
        "class_weight": [dict, StrOptions({"balanced"}), None],
        "output_bias": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "early_stopping": ["boolean"],
        "patience": [POSITIVE_INT],
        "monitor": [str],
        "callbacks": [list, tuple, dict, str, callable, keras.callbacks.Callback, None],
        "warm_start": ["boolean"],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        model=None,
        *,
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
        self.model = model
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.loss = loss
        self.metrics = metrics
        self.epochs = epochs
        self.batch_size = batch_size
        self.max_batch_size = max_batch_size
        self.class_weight = class_weight
        self.output_bias = output_bias
        self.validation_fraction = validation_fraction
        self.early_stopping = early_stopping
        self.patience = patience
        self.monitor = monitor
        self.callbacks = callbacks
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose
        self._set_routed(routed)

    def fit(
        self,
        X,
        y,
        sample_weight=None,
        *,
        X_val=None,
        y_val=None,
        sample_weight_val=None,
    ):
        """Train the net.

        Parameters
        ----------
        X : TokenSequences, EmbeddedSequences, SequencesAndTable or array
            Training documents.
        y : array-like of shape (n_documents,) or (n_documents, n_labels)
            Their labels; an indicator matrix of 0 and 1, dense or sparse, where they
            may have several; or soft labels, floats whose rows sum to 1: see Notes.
        sample_weight : array-like of shape (n_documents,), default=None
            Their weights in the loss; rows of weight 0 are left out.
        X_val : same kind as `X`, default=None
            Documents to validate on, in place of a share of `X`.
        y_val : array-like, default=None
            Their labels.
        sample_weight_val : array-like, default=None
            Their weights in the validation loss.

        Returns
        -------
        self : KerasTextClassifier
            The fitted classifier.

        Raises
        ------
        TypeError
            If `X` or `X_val` is not what the net takes.
        ValueError
            If labels, weights or parameters are wrong; the message says how.
        KeyboardInterrupt
            After Ctrl-C, within about a second. As after any error, the net is not
            fitted, or what it was before with ``warm_start=True``.

        Warns
        -----
        ConvergenceWarning
            If the best epoch is the last one allowed, or the log loss on the held-out
            documents, or else the training ones, is not below that of the class shares:
            once for all clones of a net, as in a search; not if ``warm_start=True``.
        UserWarning
            If all training documents have one of several labels, or none has it.
        """
        resume = self.warm_start and self.__sklearn_is_fitted__()
        self._begin(resume)
        rng = rng_of(self, resume)
        source = self._training_source(X, resume)
        y = learn_targets(self, y, len(source), resume=resume)
        rows = self._rows(source, y, sample_weight)
        validation = self._check_validation(X, X_val, y_val, sample_weight_val)
        if validation is None and self.early_stopping:
            splitter = splitter_of(self, rng, resume)
            rows, validation = rows.split(self.validation_fraction, splitter)
        how = {"epochs": self.epochs, "resume": resume, "go_on": False}
        try:
            tasks = self._begin_tasks(X, y, sample_weight)
            attributes, reason = train(self, rows, validation, rng, tasks=tasks, **how)
            vars(self).update(attributes, n_samples_fit_=len(source))
            if tasks is not None:
                tasks.end()
        finally:
            self._end_tasks()
        self._end_fit(reason)
        return self

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Train for one more epoch on these documents, without validation.

        Parameters
        ----------
        X : TokenSequences, EmbeddedSequences, SequencesAndTable or array
            Documents.
        y : array-like of shape (n_documents,) or (n_documents, n_labels)
            Their labels, an indicator matrix, or soft labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that will ever occur. Needed in the first call, other than with
            an indicator matrix or soft labels.
        sample_weight : array-like of shape (n_documents,), default=None
            Their weights in the loss.

        Returns
        -------
        self : KerasTextClassifier
            The classifier.

        Raises
        ------
        ValueError
            If `classes` is missing in the first call, or a label is not among them.
        """
        resume = self.__sklearn_is_fitted__()
        self._begin(resume)
        rng = rng_of(self, resume)
        if not resume and classes is None and not is_matrix(y):
            raise ValueError("classes must be passed on the first call to partial_fit.")
        if self.class_weight == "balanced":
            raise ValueError(
                "class_weight='balanced' is not supported by partial_fit, which sees a "
                "part of the data only. Pass a dict of weights."
            )
        if getattr(self, "embedding", None) == "finetune":
            raise ValueError(
                "embedding='finetune' is not supported by partial_fit, which does not "
                "know when to begin. Set embedding='frozen' or 'trainable'."
            )
        source = self._training_source(X, resume)
        y = learn_targets(self, y, len(source), resume=resume, classes=classes)
        rows = self._rows(source, y, sample_weight)
        n_samples = len(source) + (self.n_samples_fit_ if resume else 0)
        how = {"epochs": 1, "resume": resume, "go_on": True}
        attributes, _ = train(self, rows, None, rng, **how)
        vars(self).update(attributes, n_samples_fit_=n_samples)
        self._end_fit()
        return self

    def _begin(self, resume):
        """Check the parameters; a fit that starts anew forgets the net before."""
        self._validate_params()
        self._check_routed()
        watched(self)
        if not resume:  # so that a fit that fails leaves no half of it
            for name in ("_net", "n_features_in_", "feature_names_in_"):
                vars(self).pop(name, None)
            # A net of the user's may mask padding, and divide by the number of words.
            empty = PADDING if is_ours(type(self), self.model) else UNKNOWN
            self._input = NetInput(self._takes, empty)
