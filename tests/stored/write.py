"""Write a small file of each ready-made kind, which later versions have to load.

Run ``python tests/stored/write.py`` once for each release; the files are committed.
"""

import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent))

from helpers import tiny_pipeline  # noqa: E402

import skclf  # noqa: E402
from skclf.compose._recipes import READY_MADE  # noqa: E402

TEXTS = [
    "the fire is near", "a sunny day", "smoke and fire", "on the beach",
    "help us please", "what a lovely day", "the house burns", "we love the beach",
] * 5  # fmt: skip
LABELS = ["bad", "good", "bad", "good"] * 10
SAFE = ("nb", "tfidf-logreg", "tfidf-svm", "gru-onnx")


def main():
    folder = FOLDER / skclf.__version__
    folder.mkdir(exist_ok=True)
    models = {name: tiny_pipeline(name).fit(TEXTS, LABELS) for name in READY_MADE}
    models["gru-onnx"] = skclf.to_onnx_pipeline(models["gru"])
    for name, model in models.items():
        write(folder / name, model, "pickle")
    for name in SAFE:
        write(folder / f"{name}-safe", models[name], "safe")


def write(path, model, format):
    skclf.save(model, path.with_suffix(".skclf"), format=format, compress=9)
    expected = model.predict_proba(TEXTS[:8])
    np.savetxt(path.with_suffix(".csv"), expected, fmt="%.8f")


if __name__ == "__main__":
    main()
