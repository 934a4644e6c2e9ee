"""What the ready-made pipelines are made of, by name."""

from typing import NamedTuple

from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skclf.compose._calibration_folds import EveryClassKFold
from skclf.compose._class_weight import (
    CheckedLogisticRegression,
    WeightedCalibration,
    WeightedNB,
    WeightedStack,
    WeightedVote,
    take_weights,
)
from skclf.compose._log_odds import log_odds
from skclf.compose._many_classes import ManyClassSVC
from skclf.compose._vectorizers import counts, tfidf, words_and_characters
from skclf.embed import EmbeddingLookup, SentenceEncoder
from skclf.sequence import SequenceEncoder
from skclf.text import TextCleaner


class Given(NamedTuple):
    """What pipelines are made of, as `make_text_classifier` is told."""

    vectors: object
    analyzer: str
    encoder: object


def is_step(value):
    """Whether it is a transformer."""
    return hasattr(value, "fit_transform")


def clean():
    """The first step of those that do not read raw texts."""
    return "clean", TextCleaner.preset("tweets")


def _logistic(given):
    logistic = CheckedLogisticRegression(C=3.0, max_iter=1000)
    return [("vectorize", tfidf(given.analyzer)), ("classify", logistic)]


def _svm(given):
    svm = take_weights(ManyClassSVC(C=0.1, random_state=0))
    calibrated = WeightedCalibration(svm, cv=EveryClassKFold(), ensemble=False)
    union = words_and_characters(given.analyzer)
    return [("vectorize", union), ("classify", calibrated)]


def _naive_bayes(given):
    return [("vectorize", counts(given.analyzer)), ("classify", WeightedNB())]


def _mlp(given):
    from skclf.models import DenseClassifier  # the nets load TensorFlow

    net = DenseClassifier(hidden_units=128, max_batch_size=128)
    union = words_and_characters(given.analyzer, max_features=10_000)
    if given.vectors is not None or given.encoder is not None:
        from skclf.compose._wide import wide_features  # loads pandas

        net.set_params(dropout=0.7)
        read = encode = None
        if given.vectors is not None:
            read = [_encode(given.analyzer), ("embed", _lookup(given.vectors))]
        if given.encoder is not None:
            encode = _encode_sentences(given.encoder)
        union = wide_features(clean(), union.transformer_list, read, encode)
    return [("vectorize", union), ("classify", net)]


def _encode(analyzer):
    # Words seen once become the unknown word: so it is learned, too.
    return "encode", SequenceEncoder(min_count=2, analyzer=analyzer)


def _net(class_name, given, **params):
    import skclf.models  # loads TensorFlow

    net = getattr(skclf.models, class_name)(**params)
    encode = _encode(given.analyzer)
    if given.vectors is None:
        return [encode, ("classify", net)]
    net.set_params(embedding="trainable")
    return [encode, ("embed", _lookup(given.vectors)), ("classify", net)]


def _lookup(vectors):
    if is_step(vectors):
        return clone(vectors)
    # Texts to come have other words; worth 1-2 points where subjects are new.
    return EmbeddingLookup(vectors, extra_words=20_000)


def _cnn(given):
    params = {"embedding_dim": 128, "learning_rate": 5e-4}
    if given.vectors is not None:
        # By cross-validation; what single words mean is known from the start.
        params = {"filters": 256, "kernel_sizes": (1, 2, 3), "max_batch_size": 64}
    return _net("CNNClassifier", given, **params)


def _recurrent(cell, bidirectional):
    def steps(given):
        # Max pooling finds single words from little data; vectors that know much feed a
        # larger net.
        units, dropped = (32, 0.4) if given.vectors is None else (64, 0.3)
        params = {
            "units": units,
            "pooling": "max",
            "embedding_dropout": dropped,
            "dense_units": None,
            "dropout": 0.5,
        }
        if given.analyzer != "word":  # a single character says little: loss falls late
            params |= {"learning_rate": 5e-3, "patience": 6}
        params |= {"cell": cell, "bidirectional": bidirectional}
        return _net("RNNClassifier", given, **params)

    return steps


def _members(given):
    names = {"linear": "tfidf-svm", "cnn": "cnn", "bigru": "bigru"}
    parts = {member: READY_MADE[name](given) for member, name in names.items()}
    if given.encoder is not None:  # it reads raw texts, so others clean them themselves
        parts = {member: [clean(), *steps] for member, steps in parts.items()}
        parts["encoder"] = _on_encodings(given)
    for *_, (_, classifier) in parts.values():
        take_weights(classifier)
    return [(name, Pipeline(steps)) for name, steps in parts.items()]


def _vote(given):
    # By cross-validation the linear one is worth as much as the nets together, as long
    # as they learn their vectors themselves.
    weights = [2, 1, 1] if given.vectors is None else [1, 1, 1]
    if given.encoder is not None:
        weights.append(2)
    vote = WeightedVote(_members(given), voting="soft", weights=weights)
    return [("classify", vote)]


def _stack(given):
    last = take_weights(LogisticRegression(C=0.1, max_iter=1000))
    weigh = Pipeline([("log_odds", FunctionTransformer(log_odds)), ("classify", last)])
    stack = WeightedStack(
        _members(given),
        weigh,
        cv=EveryClassKFold(3),
        stack_method="predict_proba",
    )
    # The names of its inputs that a data frame would need are not known for texts.
    for step in stack, weigh[0]:
        step.set_output(transform="default")
    return [("classify", stack)]


def _encode_sentences(encoder):
    encoder = clone(encoder) if is_step(encoder) else SentenceEncoder(encoder)
    scale = take_weights(StandardScaler(), takes=False)
    return [("encode", encoder), ("scale", scale)]


def _on_encodings(given):
    # By cross-validation on 16 to 6,000 texts: columns of encoders are alike.
    logistic = CheckedLogisticRegression(C=0.01, max_iter=1000)
    return [*_encode_sentences(given.encoder), ("classify", logistic)]


def steps_of(name, given):
    """The steps of a pipeline on texts, by its name.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    given : Given
        What it is made of.

    Returns
    -------
    list of (str, estimator)
        The steps.
    """
    if name in NEED_ENCODER:
        return NEED_ENCODER[name](given)
    steps = READY_MADE[name](given)
    if given.encoder is not None or (name == "mlp" and given.vectors is not None):
        return steps  # they read raw texts, and clean them for what does not
    return [clean(), *steps]


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
NEED_ENCODER = {"encoder-logreg": _on_encodings}
WITH_ENCODER = (*NEED_ENCODER, "mlp", "vote", "stack")
NAMES = (*READY_MADE, *NEED_ENCODER)
