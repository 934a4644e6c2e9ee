"""Which steps of a pipeline can learn from chunks, and how they do."""

from inspect import signature

from sklearn.feature_extraction.text import CountVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils import get_tags

from skclf._validation import excerpt
from skclf.embed import EmbeddingLookup, SentenceEncoder

# They learn which words there are, or nothing, and look at no label: any rows will do.
_LEARN_FROM_SOME = (EmbeddingLookup, SentenceEncoder, FrozenEstimator)
_INSTEAD_OF_COUNTS = "use HashingVectorizer, which has nothing to learn"
_INSTEAD_OF_CLASSIFIERS = (
    "use a net, SGDClassifier(loss='log_loss') or MultinomialNB, which have partial_fit"
)
_INSTEAD_OF_OTHERS = (
    "leave it out, or fit it on a sample and pass sklearn.frozen.FrozenEstimator of it"
)


def check_learners(pipeline):
    """Refuse a pipeline with a step that wants all documents at once.

    Parameters
    ----------
    pipeline : Pipeline
        What is to be fitted.

    Raises
    ------
    TypeError
        If it is no Pipeline that ends with a classifier.
    ValueError
        If a step cannot learn from chunks, with its name, or a parameter is wrong.
    """
    if not isinstance(pipeline, Pipeline) or not hasattr(pipeline[-1], "fit"):
        raise TypeError(
            "Expected a Pipeline of transformers and a classifier, got "
            f"{excerpt(pipeline)} ({type(pipeline).__name__})."
        )
    *transformers, (last, classifier) = _steps(pipeline)
    wrong = [
        (name, step, _advice(step))
        for name, step in transformers
        if not (_learns_from_some(step) or _way(step))
    ]
    if not hasattr(classifier, "partial_fit") or not hasattr(classifier, "predict"):
        wrong.append((last, classifier, _INSTEAD_OF_CLASSIFIERS))
    if wrong:
        named = "; ".join(
            f"{name!r} ({type(step).__name__}) cannot: {advice}"
            for name, step, advice in wrong
        )
        raise ValueError(f"Expected steps that learn from chunks of rows. {named}.")
    _check_classifier(classifier)
    for _, step in _steps(pipeline):
        if hasattr(step, "_parameter_constraints"):
            step._validate_params()


def fit_transformers(pipeline, chunks, again):
    """Fit all steps but the last one, and the documents for it go through them.

    Parameters
    ----------
    pipeline : Pipeline
        What `check_learners` accepts; its steps are fitted in place.
    chunks : iterable of list of str
        All documents, read to their end once.
    again : callable
        Gives them anew, for a second step that learns.
    """
    fitted, sample = [], next(iter(again()), None)
    if sample is None:
        raise ValueError(
            "Expected rows to learn from, got none: all are held out. Lower "
            "validation_fraction."
        )
    for _, step in _steps(pipeline)[:-1]:
        if _learns_from_some(step):
            step.fit(_through(fitted, sample))
        else:
            _way(step)(step, (_through(fitted, texts) for texts in chunks or again()))
            chunks = None
        fitted.append(step)
    for _ in chunks or ():  # counts the labels
        pass


def through_steps(pipeline, texts):
    """What the last step gets of texts."""
    return _through([step for _, step in _steps(pipeline)[:-1]], texts)


def _steps(pipeline):
    return [
        (n, step) for n, step in pipeline.steps if step not in (None, "passthrough")
    ]


def _through(transformers, X):
    for transformer in transformers:
        X = transformer.transform(X)
    return X


def _learns_from_some(step):
    if isinstance(step, Pipeline | FeatureUnion):
        parts = step.steps if isinstance(step, Pipeline) else step.transformer_list
        plain = ("passthrough", "drop", None)
        return all(part in plain or _learns_from_some(part) for _, part in parts)
    return isinstance(step, _LEARN_FROM_SOME) or not get_tags(step).requires_fit


def _way(step):
    """How a transformer learns from chunks; None if it cannot."""
    if hasattr(step, "fit_chunks"):
        return lambda step, chunks: step.fit_chunks(chunks)
    return _by_partial_fit if hasattr(step, "partial_fit") else None


def _by_partial_fit(step, chunks):
    for X in chunks:
        step.partial_fit(X)


def _advice(step):
    is_count = isinstance(step, CountVectorizer)
    return _INSTEAD_OF_COUNTS if is_count else _INSTEAD_OF_OTHERS


def _check_classifier(classifier):
    """What `partial_fit` would refuse after a pass over all rows."""
    if getattr(classifier, "embedding", None) == "finetune":
        raise ValueError(
            "Expected embedding='frozen' or 'trainable' for a net that learns from "
            "chunks, got 'finetune', which does not know when to begin."
        )
    weight = getattr(classifier, "class_weight", None)
    parameters = signature(classifier.partial_fit).parameters
    if weight is not None and "sample_weight" not in parameters:
        raise ValueError(
            f"Expected class_weight=None for {type(classifier).__name__}, whose "
            f"partial_fit takes no sample_weight, got {excerpt(weight)}."
        )
