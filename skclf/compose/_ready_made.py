"""Ready-made pipelines from raw text to labels."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skclf._names import public
from skclf._random_state import draw_seed, set_seed
from skclf._typing import Estimator, RandomState
from skclf._validation import did_you_mean, excerpt
from skclf.compose._calibration_folds import EveryClassKFold
from skclf.compose._class_weight import (
    CheckedLogisticRegression,
    WeightedCalibration,
    WeightedNB,
    WeightedStack,
    WeightedVote,
    take_weights,
    with_class_weight,
)
from skclf.compose._log_odds import log_odds
from skclf.compose._many_classes import ManyClassSVC
from skclf.compose._pipeline_on_columns import on_table
from skclf.compose._vectorizers import ANALYZERS, counts, tfidf, words_and_characters
from skclf.embed import EmbeddingLookup
from skclf.sequence import SequenceEncoder
from skclf.text import TextCleaner


@public("skclf.compose")
def make_text_classifier(
    name: str,
    *,
    vectors: Any = None,
    text: str | None = None,
    table: Sequence[str] | Mapping[str, Estimator] | None = None,
    analyzer: str = "word",
    class_weight: Mapping[Any, float] | str | None = None,
    random_state: RandomState = None,
    **params: Any,
) -> Pipeline:
    """Make an unfitted pipeline that takes raw texts, or texts and other columns.

    Its steps are ``clean`` (:class:`~skclf.text.TextCleaner`), ``encode``
    (:class:`~skclf.sequence.SequenceEncoder`) or ``vectorize`` (TF-IDF or counts),
    ``embed`` (:class:`~skclf.embed.EmbeddingLookup`) if there are `vectors`, and
    ``classify``. With `text` it takes DataFrames, and the steps before ``classify`` are
    in one, ``inputs`` (:class:`~skclf.compose.TextAndTable`); in ``"vote"`` and
    ``"stack"`` it is in each member. Documents may have several labels: then `y` is an
    indicator matrix. One net learns them all, a linear model is fitted for each, and
    ``"stack"`` is not possible.

    Parameters
    ----------
    name : str
        One of

        - ``"tfidf-logreg"``: word 1-2-grams, logistic regression;
        - ``"tfidf-svm"``: word and character n-grams, a linear SVM with calibrated
          probabilities, whose penalty is the weaker, the more classes there are;
        - ``"nb"``: counts of words, multinomial naive Bayes;
        - ``"mlp"``: word and character n-grams,
          :class:`~skclf.models.DenseClassifier`. With `vectors` it reads these, pooled
          by :class:`~skclf.features.DocumentEmbedding`, and the raw text's characters
          and :class:`~skclf.features.TextStatistics`, too; its only step before
          ``classify`` is then ``vectorize``, which cleans the texts itself;
        - ``"cnn"``: word sequences, :class:`~skclf.models.CNNClassifier`;
        - ``"lstm"``, ``"gru"``, ``"bilstm"``, ``"bigru"``: word sequences,
          :class:`~skclf.models.RNNClassifier`;
        - ``"vote"``: the mean of the probabilities of ``"tfidf-svm"`` (twice, if there
          are no `vectors`), ``"cnn"`` and ``"bigru"``, called ``linear``, ``cnn`` and
          ``bigru`` in the step ``classify``;
        - ``"stack"``: the same three, weighed for each class by a logistic regression
          on the log-odds of their probabilities for rows held out in 3 folds. It takes
          three times as long to train as ``"vote"``, and is the better one where
          classes are rare.
    vectors : str, PathLike, dict, gensim.models.KeyedVectors or transformer, \
            default=None
        Pretrained word vectors, see :class:`~skclf.embed.EmbeddingLookup`, for the
        nets; by a name of gensim-data they are downloaded with
        ``embed__download_if_missing=True`` only. A transformer is taken as the step
        ``embed`` itself, for example :class:`~skclf.embed.EmbeddingTrainer`, or
        :class:`~skclf.embed.EmbeddingUnion` for vectors of several files; otherwise
        20,000 words that are not in the training texts are kept, too. The nets on word
        sequences train them on (``embedding="trainable"``), and their sizes and dropout
        are others than without. None learns the vectors with the net.
    text : str, default=None
        Name of the column of texts in DataFrames. None takes texts themselves.
    table : sequence of str, or dict of str to transformer, default=None
        Names of other columns to classify by. Columns of text are categories, whose
        spellings are merged by :class:`~skclf.category.CategoryCanonicalizer`; those
        seen once are one category, which new ones join. Numbers are scaled, and the
        median stands for missing ones; dates and times become the numbers ``hour``,
        ``weekday``, ``month`` and ``year``. A dict says how a column is transformed:
        to categories or to numbers, or "passthrough".
    analyzer : {"word", "char", "char_wb"}, default="word"
        What is read of the cleaned texts: words; or characters, for texts without
        blanks between words, as in Japanese, Chinese or Thai; or characters inside
        words. Linear models, ``"nb"`` and ``"mlp"`` then read n-grams of characters,
        but none of words, and nets sequences of characters.
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes in training, by your own labels (1 for those left out),
        or "balanced": in inverse proportion to their frequency, so that rare classes
        are found more often, and more often falsely. They are multiplied with a
        `sample_weight`. It is ``classify__class_weight`` for every name; in ``"vote"``
        and ``"stack"`` it is for all members. Of several labels, linear models and
        ``"nb"`` take weights of 0 and 1, or "balanced", for each; the others none.
    random_state : int, RandomState or None, default=None
        Seed of each step that takes one and is given none, those of members of a vote
        included.
    **params : dict
        Parameters by nested name, as for ``Pipeline.set_params``, for example
        ``classify__epochs=5``.

    Returns
    -------
    sklearn.pipeline.Pipeline
        The unfitted pipeline.

    Raises
    ------
    ValueError
        If the name or a parameter is unknown; the message suggests the near one. If
        there are `vectors` for ``"tfidf-logreg"``, ``"tfidf-svm"`` or ``"nb"``, or
        vectors of words for characters, a `table` without `text`, or a `class_weight`
        of another kind. From ``fit``, if one is for a label that is not there.

    See Also
    --------
    skclf.evaluate.compare : Compare pipelines on the same folds.
    skclf.compose.LabelThresholdsCV : A threshold for each of several labels.

    Examples
    --------
    >>> from skclf import make_text_classifier
    >>> model = make_text_classifier("tfidf-logreg", classify__C=3.0)
    >>> model.fit(["house on fire", "sunny beach"] * 5, ["bad", "good"] * 5)
    Pipeline(...)
    >>> model.predict(["fire on the beach, fire!"])
    array(['bad'], dtype='<U4')

    Rare classes count for more:

    >>> model = make_text_classifier("vote", class_weight={"bad": 5.0})
    >>> model.set_params(classify__class_weight="balanced")
    Pipeline(...)

    Documents with several labels:

    >>> texts = ["fire and flood", "house on fire", "flood", "sunny beach"] * 5
    >>> Y = [[1, 1], [1, 0], [0, 1], [0, 0]] * 5
    >>> model = make_text_classifier("tfidf-logreg").fit(texts, Y)
    >>> model.predict(["fire!", "fire and flood"])
    array([[1, 0],
           [1, 1]])

    On the columns of a DataFrame:

    >>> model = make_text_classifier("bigru", text="text", table=["keyword"])
    >>> model.set_params(inputs__text__encode__max_len=30)
    Pipeline(...)
    """
    if not isinstance(name, str) or name not in READY_MADE:
        raise ValueError(
            f"Expected one of {list(READY_MADE)}, got {excerpt(name)}."
            f"{did_you_mean(str(name), READY_MADE)}"
        )
    if vectors is not None and name not in WITH_VECTORS:
        raise ValueError(
            f"Expected vectors=None for {excerpt(name)}, whose features are no word "
            "vectors. "
            f"They are for {list(WITH_VECTORS)}."
        )
    _check_analyzer(analyzer, vectors)
    table = _check_columns(text, table)
    if class_weight is not None:
        params = with_class_weight(class_weight, params)
    steps = READY_MADE[name](vectors, analyzer)
    if name != "mlp" or vectors is None:  # that one reads raw texts, too
        steps = [_clean(), *steps]
    pipeline = Pipeline(steps)
    if text is not None:
        pipeline = on_table(steps, text, table, nonnegative=name == "nb")
    valid = pipeline.get_params()
    for param in params:
        if not _is_known(param, valid, params) and not _is_routed(param, valid):
            raise ValueError(
                f"Invalid parameter {excerpt(param)} for the pipeline {excerpt(name)}."
                f"{_suggest(param, valid)} Its steps are "
                f"{list(pipeline.named_steps)}; get_params() has all names."
            )
    return set_seed(pipeline.set_params(**params), draw_seed(random_state))


def _check_analyzer(analyzer, vectors):
    if not isinstance(analyzer, str) or analyzer not in ANALYZERS:
        raise ValueError(
            f"Expected one of {list(ANALYZERS)} as analyzer, got {analyzer!r:.60}."
            f"{did_you_mean(str(analyzer)[:60], ANALYZERS)}"
        )
    if analyzer != "word" and not (vectors is None or _is_step(vectors)):
        raise ValueError(
            f"Expected vectors=None for analyzer={analyzer!r}: word vectors know no "
            "characters. To learn vectors of characters first, pass "
            "vectors=EmbeddingTrainer(); if these are vectors of characters, pass "
            "vectors=EmbeddingLookup(...)."
        )


def _is_step(vectors):
    return hasattr(vectors, "fit_transform")


def _check_columns(text, table):
    """The table as a list of names or a dict, checked."""
    if text is not None and not isinstance(text, str):
        raise TypeError(f"Expected the name of a column as text, got {excerpt(text)}.")
    if table is None:
        return None
    if text is None:
        raise ValueError(
            "Expected text, the name of the column of texts, for "
            f"table={excerpt(table)}, got None. Pass for example text='text'."
        )
    is_list = isinstance(table, Iterable) and not isinstance(table, str | set)
    names = list(table) if is_list else []
    if not is_list or not all(isinstance(name, str) for name in names):
        raise TypeError(
            "Expected a list of names of columns as table, or a dict of names to "
            f"transformers, got {excerpt(table)}."
        )
    if not names:
        raise ValueError(
            f"Expected at least one column in table, got {excerpt(table)}."
        )
    if text in names:
        raise ValueError(
            f"Expected other columns than the text's as table, got {excerpt(text)}, "
            "too. Give it a transformer of texts in TextAndTable itself."
        )
    return table if isinstance(table, dict) else names


def _is_known(param, valid, params):
    """Whether a step has the parameter, or is itself given with its parameters."""
    parts = param.split("__")
    steps = ["__".join(parts[:i]) for i in range(1, len(parts))]
    return param in valid or any(step in params for step in steps)


def _suggest(param, valid):
    """The near name; for a bare ``epochs`` that is ``classify__epochs``."""
    nested = [name for name in valid if name.endswith(f"__{param}")]
    return did_you_mean(nested[0] if nested else param, valid)


def _is_routed(param, valid):
    """Whether a net checks the name itself, as in ``classify__optimizer__beta_1``."""
    return any(
        hasattr(step, "is_routed") and step.is_routed(param.removeprefix(f"{name}__"))
        for name, step in valid.items()
        if param.startswith(f"{name}__")
    )


def _clean():
    return "clean", TextCleaner.preset("tweets")


def _logistic(vectors, analyzer):
    logistic = CheckedLogisticRegression(C=3.0, max_iter=1000)
    return [("vectorize", tfidf(analyzer)), ("classify", logistic)]


def _svm(vectors, analyzer):
    svm = take_weights(ManyClassSVC(C=0.1, random_state=0))
    calibrated = WeightedCalibration(svm, cv=EveryClassKFold(), ensemble=False)
    return [("vectorize", words_and_characters(analyzer)), ("classify", calibrated)]


def _naive_bayes(vectors, analyzer):
    return [("vectorize", counts(analyzer)), ("classify", WeightedNB())]


def _mlp(vectors, analyzer):
    from skclf.models import DenseClassifier  # the nets load TensorFlow

    net = DenseClassifier(hidden_units=128, max_batch_size=128)
    union = words_and_characters(analyzer, max_features=10_000)
    if vectors is not None:
        from skclf.compose._wide import wide_features  # loads pandas

        net.set_params(dropout=0.7)
        read = [_encode(analyzer), ("embed", _lookup(vectors))]
        union = wide_features(_clean(), union.transformer_list, read)
    return [("vectorize", union), ("classify", net)]


def _encode(analyzer):
    # Words seen once become the unknown word: so it is learned, too.
    return "encode", SequenceEncoder(min_count=2, analyzer=analyzer)


def _net(class_name, vectors, analyzer, **params):
    import skclf.models  # loads TensorFlow

    net = getattr(skclf.models, class_name)(**params)
    if vectors is None:
        return [_encode(analyzer), ("classify", net)]
    net.set_params(embedding="trainable")
    return [_encode(analyzer), ("embed", _lookup(vectors)), ("classify", net)]


def _lookup(vectors):
    if _is_step(vectors):
        return clone(vectors)
    # Texts to come have other words; worth 1-2 points where subjects are new.
    return EmbeddingLookup(vectors, extra_words=20_000)


def _cnn(vectors, analyzer):
    params = {"embedding_dim": 128, "learning_rate": 5e-4}
    if vectors is not None:
        # By cross-validation; what single words mean is known from the start.
        params = {"filters": 256, "kernel_sizes": (1, 2, 3), "max_batch_size": 64}
    return _net("CNNClassifier", vectors, analyzer, **params)


def _recurrent(cell, bidirectional):
    def steps(vectors, analyzer):
        # Max pooling finds single words from little data; vectors that know much feed a
        # larger net.
        units, dropped = (32, 0.4) if vectors is None else (64, 0.3)
        params = {
            "units": units,
            "pooling": "max",
            "embedding_dropout": dropped,
            "dense_units": None,
            "dropout": 0.5,
        }
        if analyzer != "word":  # a single character says little: loss falls late
            params |= {"learning_rate": 5e-3, "patience": 6}
        params |= {"cell": cell, "bidirectional": bidirectional}
        return _net("RNNClassifier", vectors, analyzer, **params)

    return steps


def _members(vectors, analyzer):
    names = {"linear": "tfidf-svm", "cnn": "cnn", "bigru": "bigru"}
    parts = {m: READY_MADE[name](vectors, analyzer) for m, name in names.items()}
    for *_, (_, classifier) in parts.values():
        take_weights(classifier)
    return [(name, Pipeline(steps)) for name, steps in parts.items()]


def _vote(vectors, analyzer):
    # By cross-validation the linear one is worth as much as the nets together, as long
    # as they learn their vectors themselves.
    weights = [2, 1, 1] if vectors is None else [1, 1, 1]
    members = _members(vectors, analyzer)
    vote = WeightedVote(members, voting="soft", weights=weights)
    return [("classify", vote)]


def _stack(vectors, analyzer):
    last = take_weights(LogisticRegression(C=0.1, max_iter=1000))
    weigh = Pipeline([("log_odds", FunctionTransformer(log_odds)), ("classify", last)])
    stack = WeightedStack(
        _members(vectors, analyzer),
        weigh,
        cv=EveryClassKFold(3),
        stack_method="predict_proba",
    )
    # The names of its inputs that a data frame would need are not known for texts.
    for step in stack, weigh[0]:
        step.set_output(transform="default")
    return [("classify", stack)]


READY_MADE = {
    "tfidf-logreg": _logistic,
    "tfidf-svm": _svm,
    "nb": _naive_bayes,
    "mlp": _mlp,
    "cnn": _cnn,
    "lstm": _recurrent("lstm", bidirectional=False),
    "gru": _recurrent("gru", bidirectional=False),
    "bilstm": _recurrent("lstm", bidirectional=True),
    "bigru": _recurrent("gru", bidirectional=True),
    "vote": _vote,
    "stack": _stack,
}
ON_SEQUENCES = ("cnn", "lstm", "gru", "bilstm", "bigru", "vote", "stack")
WITH_VECTORS = ("mlp", *ON_SEQUENCES)
