"""Classify short texts with scikit-learn pipelines.

Public names are imported on first use, so that ``import skclf`` stays fast and loads
neither TensorFlow nor NLTK.
"""

import skclf._fork  # noqa: F401  # notices forks from here on
from skclf._keras_files import name_layers_to_keras
from skclf._lazy import attach

__version__ = "0.1.0"

_HOME = {
    "TextCleaner": "skclf.text",
    "SequenceEncoder": "skclf.sequence",
    "TokenSequences": "skclf.sequence",
    "EmbeddingLookup": "skclf.embed",
    "EmbeddingTrainer": "skclf.embed",
    "EmbeddingUnion": "skclf.embed",
    "EmbeddedSequences": "skclf.embed",
    "SentenceEncoder": "skclf.embed",
    "DocumentEmbedding": "skclf.features",
    "TextStatistics": "skclf.features",
    "extract_entities": "skclf.features",
    "TopicFeatures": "skclf.features",
    "CategoryCanonicalizer": "skclf.category",
    "LocationCanonicalizer": "skclf.category",
    "KerasTextClassifier": "skclf.models",
    "RNNClassifier": "skclf.models",
    "CNNClassifier": "skclf.models",
    "DenseClassifier": "skclf.models",
    "AbstainingClassifier": "skclf.compose",
    "Distilled": "skclf.compose",
    "TextAndTable": "skclf.compose",
    "make_text_classifier": "skclf.compose",
    "audit_split": "skclf.evaluate",
    "compare": "skclf.evaluate",
    "confident_mistakes": "skclf.evaluate",
    "explain": "skclf.inspection",
    "explore": "skclf.evaluate",
    "explain_model": "skclf.inspection",
    "report": "skclf.evaluate",
    "unknown_rate": "skclf.inspection",
    "Monitor": "skclf.deploy",
    "to_onnx_pipeline": "skclf.deploy",
    "save": "skclf.deploy",
    "load": "skclf.deploy",
    "inspect_file": "skclf.deploy",
    "predict_file": "skclf.deploy",
    "predict_stream": "skclf.deploy",
    "fit_stream": "skclf.stream",
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
    "inspection",
    "models",
    "search",
    "sequence",
    "stream",
    "testing",
    "text",
    "web",
)

__getattr__, __dir__, __all__ = attach("skclf", _HOME, _SUBPACKAGES)
__all__ += ["__version__"]

name_layers_to_keras()
