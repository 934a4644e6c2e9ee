"""Small nets for tests."""

from skclf import CNNClassifier, DenseClassifier, RNNClassifier


def tiny(kind, **params):
    """A net that learns these data in a few quick epochs."""
    shared = {"epochs": 8, "learning_rate": 0.02, "random_state": 0}
    if kind == "dense":
        return DenseClassifier(**{"hidden_units": 8, "dropout": 0.1} | shared | params)
    small = {"embedding_dim": 8, "dropout": 0.1, "word_dropout": 0.0}
    if kind == "cnn":
        return CNNClassifier(
            **{"filters": 8, "kernel_sizes": 2} | small | shared | params
        )
    return RNNClassifier(
        **{"cell": kind, "units": 8, "dense_units": None} | small | shared | params
    )
