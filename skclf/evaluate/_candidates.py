"""The models of a comparison: names, estimators, seeds."""

from collections import Counter

from sklearn.base import BaseEstimator, clone
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import Pipeline

from skclf._names import stored
from skclf._once import leave_family
from skclf._random_state import set_seed
from skclf._validation import excerpt
from skclf.compose._by_label import ByLabelMixin

MAJORITY = "majority class"


@stored
class MajorityClass(ByLabelMixin, DummyClassifier):
    """Predicts the most frequent class; of each label, what most documents have."""


def name_models(models):
    """A dict of names to ready-made names and estimators.

    Parameters
    ----------
    models : list, tuple or dict
        Ready-made names and estimators.

    Returns
    -------
    dict of str to str or estimator
        In the order given.
    """
    if not models:
        raise ValueError(
            f"Expected at least one model, got {excerpt(models)}. Pass names or "
            "estimators, for example ['tfidf-logreg', 'cnn']."
        )
    if not isinstance(models, dict):
        models = _with_default_names(models)
    for name, model in models.items():
        _check_model(name, model)
    return dict(models)


def _with_default_names(models):
    named, seen = {}, Counter()
    for model in models:
        name = default_name(model)
        seen[name] += 1
        if seen[name] > 1:
            if isinstance(model, str):
                raise ValueError(
                    f"Expected each name once in models, got {excerpt(name)} twice. "
                    "Pass a "
                    "dict of names to models to compare variants of one."
                )
            name = f"{name} ({seen[name]})"
        named[name] = model
    return named


def default_name(model):
    """What a model is called that was given no name.

    Parameters
    ----------
    model : str or estimator
        A ready-made name, which it keeps, or an estimator, which is named after its
        class; a pipeline after its last step.

    Returns
    -------
    str
        The name.
    """
    if isinstance(model, str):
        return model
    if isinstance(model, Pipeline):
        model = model.steps[-1][1]
    # Private variants of ours are named after what they vary.
    kinds = [kind for kind in type(model).__mro__ if issubclass(kind, BaseEstimator)]
    public = [kind for kind in kinds if not kind.__module__.startswith("skclf.stored")]
    return (public or [type(model)])[0].__name__


def _check_model(name, model):
    if not isinstance(name, str):
        raise TypeError(f"Expected the names of models to be str, got {excerpt(name)}.")
    if name == MAJORITY:
        raise ValueError(
            f"Expected a name other than {MAJORITY!r}, which is added to every "
            "comparison. Rename this model."
        )
    if isinstance(model, str):
        return
    if isinstance(model, type):
        raise TypeError(
            f"Expected an estimator, got the class {model.__name__}. Make an object of "
            f"it: {model.__name__}()."
        )
    if not all(hasattr(model, needed) for needed in ("fit", "predict", "get_params")):
        raise TypeError(
            f"Expected a ready-made name or a classifier, got {excerpt(model)} for "
            "the model "
            f"{excerpt(name)}."
        )


def make_candidates(named, seed):
    """Unfitted, seeded estimators by name; the majority class comes first.

    The objects in `named` are cloned, never changed.
    """
    from skclf.compose import make_text_classifier

    # "prior" predicts the most frequent class, and its probabilities suit every metric.
    candidates = {MAJORITY: MajorityClass(strategy="prior")}
    for name, model in named.items():
        made = make_text_classifier(model) if isinstance(model, str) else clone(model)
        candidates[name] = set_seed(leave_family(made), seed)
    return candidates
