"""The manifest of a saved pipeline: what can be known without unpickling it."""

import platform
import reprlib
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from math import isfinite

import numpy as np
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.pipeline import Pipeline

from skclf import __version__
from skclf.compose._unwrapped import unwrapped

# Files of a higher number are refused. Raise it when an older skclf would misread them.
FORMAT = 2
_FORMAT_OF_PICKLES = 1

_ALWAYS = ("scikit-learn", "numpy", "joblib")
_MODULES = {"scikit-learn": "sklearn"}  # where package and module differ
_PACKAGES = {module: package for package, module in _MODULES.items()}
_BUILDS = ("tensorflow", "onnxruntime")  # also installed under other names
_KERAS = ("keras", "scikeras", "tensorflow")
# Packages that classes of ours need, although nothing of them is in the pickle; those
# of TextCleaner depend on its parameters, so `names_in` finds them.
_NEEDED_BY = {
    "skclf.models.KerasTextClassifier": _KERAS,
    "skclf.stored.FittedNet": _KERAS,
    "skclf.deploy.OnnxClassifier": ("onnxruntime",),
    "skclf.stored.SentenceGraph": ("onnxruntime", "tokenizers"),
    "skclf.stored.StaticTable": ("safetensors", "tokenizers"),
    "skclf.deploy.Monitor": ("ftfy", "pandas"),
    "skclf.category.": ("pandas", "rapidfuzz"),
    "skclf.category.LocationCanonicalizer": ("ftfy",),
    "skclf.compose.TextAndTable": ("pandas",),
    "skclf.features.": ("pandas",),
    "skclf.features.TextStatistics": ("ftfy",),
}
# How many parts of a version have to be equal for pickles and predictions to be so.
_PARTS = {"skclf": 2, "scikit-learn": 2, "keras": 2, "numpy": 1}


def make_manifest(pipeline, names, sha256, *, n_samples, metrics, members=None):
    """Describe a fitted pipeline in plain data.

    Parameters
    ----------
    pipeline : estimator
        The pipeline.
    names : set of str
        What is in its pickle, with modules, as `names_in` returns it.
    sha256 : str
        Digest of the pickle, or of what is there instead.
    n_samples : int or None
        Number of training documents; None asks the pipeline.
    metrics : dict or None
        Scores, as `plain_metrics` returns them.
    members : dict of str to dict, default=None
        Size and digest of each file of plain data; None for a pickle.

    Returns
    -------
    dict
        Can be written as JSON.
    """
    kind = type(pipeline)
    return {
        "format": _FORMAT_OF_PICKLES if members is None else FORMAT,
        "contents": "pickle" if members is None else "safe",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "estimator": f"{kind.__module__}.{kind.__qualname__}",
        "classes": _classes(pipeline),
        "n_samples": _n_samples(pipeline) if n_samples is None else int(n_samples),
        "metrics": metrics,
        "versions": _versions(names),
        "sha256": sha256,
        "members": members,
    }


def plain_metrics(metrics):
    """Scores as plain data.

    Parameters
    ----------
    metrics : dict or None
        Names to numbers, texts, booleans or None; or to lists and dicts of them.

    Returns
    -------
    dict or None
        The same without objects of NumPy's.

    Raises
    ------
    ValueError
        If there is anything else in it, a number is not finite, or a dict or list is
        inside itself.

    Examples
    --------
    >>> import numpy as np
    >>> from skclf.deploy._manifest import plain_metrics
    >>> plain_metrics({"accuracy": np.float32(0.5), "folds": np.array([0.4, 0.6])})
    {'accuracy': 0.5, 'folds': [0.4, 0.6]}
    """
    try:
        return None if metrics is None else _plain(metrics, "metrics")
    except RecursionError:
        raise ValueError(
            "Expected metrics of a few levels, got a dict or list inside itself, or "
            f"nested too deeply: {reprlib.repr(metrics)}. Leave it out."
        ) from None


def _plain(value, name):
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, dict):
        return {
            _key(key, name): _plain(part, f"{name}[{key!r}]")
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(part, f"{name}[{i}]") for i, part in enumerate(value)]
    is_finite = isinstance(value, int) or (isinstance(value, float) and isfinite(value))
    if value is None or is_finite or isinstance(value, str):
        return value
    raise ValueError(
        "Expected finite numbers, texts, booleans or None in metrics, or lists and "
        f"dicts of them, got {name}={value!r}. Leave it out or convert it."
    )


def _key(key, name):
    if isinstance(key, str):
        return key
    raise ValueError(f"Expected names of type str in {name}, got {key!r}. Use str().")


def _n_samples(estimator):
    """Number of documents that an estimator was fitted on; None if nothing tells it.

    Nets and the first steps of our pipelines tell it. What is asked of an ensemble are
    members that were fitted on all documents.
    """
    estimator = unwrapped(estimator)
    whole = VotingClassifier | StackingClassifier
    members = estimator.estimators_ if isinstance(estimator, whole) else []
    if isinstance(estimator, Pipeline):
        members = [step for _, step in estimator.steps]
    counts = [getattr(estimator, "n_samples_fit_", None), *map(_n_samples, members)]
    return next((count for count in counts if count is not None), None)


def _classes(pipeline):
    """Labels as JSON has them; None for what is no classifier."""
    classes = getattr(pipeline, "classes_", None)
    if classes is None:
        return None
    if isinstance(classes, list):  # several outputs
        return [[_label(label) for label in labels] for labels in classes]
    return [_label(label) for label in classes]


def _label(label):
    value = label.item() if isinstance(label, np.generic) else label
    return value if isinstance(value, str | int | float) else str(value)


def _versions(names):
    """Versions of Python, of skclf, and of the packages that the pickle needs."""
    roots = {name.partition(".")[0] for name in names} - {"__main__"}
    packages = {_PACKAGES.get(root, root) for root in roots - sys.stdlib_module_names}
    packages.update(_ALWAYS)
    for start, needed in _NEEDED_BY.items():
        if any(name.startswith(start) for name in names):
            packages.update(needed)
    found = {name: installed(name) for name in sorted(packages - {"skclf"})}
    found = {"python": installed("python"), "skclf": installed("skclf")} | found
    return {name: number for name, number in found.items() if number}


def installed(package):
    """Version of a package, which is not imported for that; None if not known."""
    if package == "python":
        return platform.python_version()
    if package == "skclf":
        return __version__
    try:
        return version(package)
    except PackageNotFoundError:
        module = sys.modules.get(package) if package in _BUILDS else None
        return getattr(module, "__version__", None)


def missing(versions):
    """Packages of a manifest that are not here, each with its version."""
    others = versions.keys() - {"python"}
    return [f"{name}=={versions[name]}" for name in sorted(others) if _is_absent(name)]


def _is_absent(package):
    try:
        return find_spec(_MODULES.get(package, package)) is None
    except ImportError:  # of a finder that hides packages
        return True


def differences(versions):
    """Packages whose version differs from the saved one by more than a patch.

    Parameters
    ----------
    versions : dict of str to str
        Saved versions by package.

    Returns
    -------
    list of (str, str, str)
        Package, saved version and installed version.
    """
    pairs = [
        (name, versions[name], installed(name)) for name in _PARTS if name in versions
    ]
    return [
        (name, saved, here)
        for name, saved, here in pairs
        if here and saved.split(".")[: _PARTS[name]] != here.split(".")[: _PARTS[name]]
    ]
