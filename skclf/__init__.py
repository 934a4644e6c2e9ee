"""Classify short texts with scikit-learn pipelines.

Public names are imported on first use, so that ``import skclf`` stays fast and loads
neither TensorFlow nor NLTK.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOME = {
    "TextCleaner": "skclf.text",
    "SequenceEncoder": "skclf.sequence",
    "TokenSequences": "skclf.sequence",
    "EmbeddingLookup": "skclf.embed",
    "EmbeddingTrainer": "skclf.embed",
    "EmbeddingUnion": "skclf.embed",
    "EmbeddedSequences": "skclf.embed",
    "DocumentEmbedding": "skclf.features",
    "TextStatistics": "skclf.features",
    "TopicFeatures": "skclf.features",
    "CategoryCanonicalizer": "skclf.category",
    "LocationCanonicalizer": "skclf.category",
    "KerasTextClassifier": "skclf.models",
    "RNNClassifier": "skclf.models",
    "CNNClassifier": "skclf.models",
    "DenseClassifier": "skclf.models",
    "TextAndTable": "skclf.compose",
    "make_text_classifier": "skclf.compose",
    "audit_split": "skclf.evaluate",
    "compare": "skclf.evaluate",
    "to_onnx_pipeline": "skclf.deploy",
    "save": "skclf.deploy",
    "load": "skclf.deploy",
    "inspect_file": "skclf.deploy",
    "predict_stream": "skclf.deploy",
}
_SUBPACKAGES = (
    "category",
    "compose",
    "datasets",
    "deploy",
    "embed",
    "evaluate",
    "exceptions",
    "features",
    "models",
    "sequence",
    "testing",
    "text",
)

__all__ = ["__version__", *_HOME, *_SUBPACKAGES]


def __getattr__(name):
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if name in _SUBPACKAGES:
        return import_module(f"skclf.{name}")
    raise AttributeError(f"module 'skclf' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
