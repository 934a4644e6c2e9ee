"""Ready-made pipelines from raw text to labels."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sklearn.pipeline import Pipeline

from skclf._names import public
from skclf._random_state import draw_seed, set_seed
from skclf._typing import Estimator, RandomState
from skclf._validation import did_you_mean, excerpt
from skclf.compose._class_weight import with_class_weight
from skclf.compose._column_selection import as_list
from skclf.compose._pipeline_on_columns import on_table
from skclf.compose._recipes import (
    NAMES,
    NEED_ENCODER,
    WITH_ENCODER,
    WITH_VECTORS,
    Given,
    is_step,
    steps_of,
)
from skclf.compose._vectorizers import ANALYZERS


@public("skclf.compose")
def make_text_classifier(
    name: str,
    *,
    vectors: Any = None,
    encoder: Any = None,
    text: str | Sequence[str] | None = None,
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
          and :class:`~skclf.features.TextStatistics`, too. With an `encoder` it reads
          its vectors beside all these. Its only step before ``classify`` is then
          ``vectorize``, which cleans the texts itself;
        - ``"cnn"``: word sequences, :class:`~skclf.models.CNNClassifier`;
        - ``"lstm"``, ``"gru"``, ``"bilstm"``, ``"bigru"``: word sequences,
          :class:`~skclf.models.RNNClassifier`;
        - ``"vote"``: the mean of the probabilities of ``"tfidf-svm"`` (twice, if there
          are no `vectors`), ``"cnn"`` and ``"bigru"``, called ``linear``, ``cnn`` and
          ``bigru`` in the step ``classify``, and with an `encoder` of
          ``"encoder-logreg"`` (twice), called ``encoder``; each of them then cleans the
          texts itself;
        - ``"stack"``: the same members, weighed for each class by a logistic regression
          on the log-odds of their probabilities for rows held out in 3 folds. It takes
          three times as long to train as ``"vote"``, and is the better one where
          classes are rare;
        - ``"encoder-logreg"``: vectors of a pretrained sentence `encoder`, scaled, and
          logistic regression. Its steps are ``encode``, which reads raw texts
          (:class:`~skclf.embed.SentenceEncoder`), ``scale``
          (:class:`~sklearn.preprocessing.StandardScaler`) and ``classify``. It is the
          one to begin with where there are fewer than 50 texts of a class, see the
          examples.
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
    encoder : str, PathLike or transformer, default=None
        Pretrained sentence encoder of ``"encoder-logreg"``, which needs one, and of
        ``"mlp"``, ``"vote"`` and ``"stack"``: a folder, a name of the Hugging Face hub,
        see :class:`~skclf.embed.SentenceEncoder`, or a transformer of raw texts, which
        is taken as the step ``encode`` itself. By a name it is downloaded with
        ``encode__download=True`` only.
    text : str or sequence of str, default=None
        Name of the column of texts in DataFrames. None takes texts themselves. Of
        several, such as ``["title", "text"]``, each is read apart, which is worth a
        point where the one says in few words what the other is about: features and
        vectors of an encoder stand side by side; sequences one behind another, whose
        words have vectors for each column, see
        :class:`~skclf.compose.TextAndTable`.
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
        vectors of words for characters, an `encoder` for a pipeline that reads none, or
        none for ``"encoder-logreg"``, a `table` without `text`, or a
        `class_weight` of another kind. From ``fit``, if one is for a label that is not
        there.

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

    With fewer than 50 texts of a class, a sentence encoder knows more than the texts
    tell; scaling, which they cannot tell either, is left out then, and the penalty fits
    vectors of length 1:

    >>> few = make_text_classifier(
    ...     "encoder-logreg", encoder="minilm", scale="passthrough", classify__C=0.3
    ... )

    On the columns of a DataFrame:

    >>> model = make_text_classifier("bigru", text="text", table=["keyword"])
    >>> model.set_params(inputs__text__encode__max_len=30)
    Pipeline(...)
    """
    if not isinstance(name, str) or name not in NAMES:
        raise ValueError(
            f"Expected one of {list(NAMES)}, got {excerpt(name)}."
            f"{did_you_mean(str(name), NAMES)}"
        )
    if vectors is not None and name not in WITH_VECTORS:
        raise ValueError(
            f"Expected vectors=None for {excerpt(name)}, whose features are no word "
            "vectors. "
            f"They are for {list(WITH_VECTORS)}."
        )
    _check_analyzer(analyzer, vectors)
    _check_encoder(name, encoder, analyzer)
    table = _check_columns(text, table)
    if class_weight is not None:
        params = with_class_weight(class_weight, params)
    steps = steps_of(name, Given(vectors, analyzer, encoder))
    pipeline = Pipeline(steps)
    if text is not None:
        text = text if isinstance(text, str) or len(text) > 1 else text[0]
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


def _check_encoder(name, encoder, analyzer):
    if encoder is None and name not in NEED_ENCODER:
        return
    if name not in WITH_ENCODER:
        raise ValueError(
            f"Expected encoder=None for {excerpt(name)}, which reads no sentence "
            f"encoder. They are for {list(WITH_ENCODER)}."
        )
    is_transformer = is_step(encoder) and not isinstance(encoder, type)
    if not isinstance(encoder, str | os.PathLike) and not is_transformer:
        raise ValueError(
            f"Expected encoder for {excerpt(name)}: the folder of a pretrained "
            "sentence encoder, its name on the Hugging Face hub, or a transformer of "
            f"texts, got {excerpt(encoder)}."
        )
    if analyzer != "word" and name in NEED_ENCODER:
        raise ValueError(
            f"Expected analyzer='word' for {excerpt(name)}, whose encoder has a "
            f"tokenizer of its own, got {analyzer!r}."
        )


def _check_analyzer(analyzer, vectors):
    if not isinstance(analyzer, str) or analyzer not in ANALYZERS:
        raise ValueError(
            f"Expected one of {list(ANALYZERS)} as analyzer, got {analyzer!r:.60}."
            f"{did_you_mean(str(analyzer)[:60], ANALYZERS)}"
        )
    if analyzer != "word" and not (vectors is None or is_step(vectors)):
        raise ValueError(
            f"Expected vectors=None for analyzer={analyzer!r}: word vectors know no "
            "characters. To learn vectors of characters first, pass "
            "vectors=EmbeddingTrainer(); if these are vectors of characters, pass "
            "vectors=EmbeddingLookup(...)."
        )


def _check_columns(text, table):
    """The table as a list of names or a dict, checked."""
    is_list = isinstance(text, list | tuple)
    if text is not None and not isinstance(text, str) and not is_list:
        raise TypeError(
            "Expected the name of a column as text, or a list of names, got "
            f"{excerpt(text)}."
        )
    if is_list and (not text or not all(isinstance(name, str) for name in text)):
        raise TypeError(f"Expected names of columns as text, got {excerpt(text)}.")
    if is_list and len(set(text)) < len(text):
        raise ValueError(f"Expected each column once in text, got {excerpt(text)}.")
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
    twice = [name for name in names if name in as_list(text)]
    if twice:
        raise ValueError(
            f"Expected other columns than the text's as table, got "
            f"{excerpt(twice[0])}, too. Give it a transformer of texts in TextAndTable "
            "itself."
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
