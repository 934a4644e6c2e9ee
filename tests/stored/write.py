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


def main():
    folder = FOLDER / skclf.__version__
    folder.mkdir(exist_ok=True)
    for name in READY_MADE:
        model = tiny_pipeline(name).fit(TEXTS, LABELS)
        skclf.save(model, folder / f"{name}.skclf", compress=9)
        np.savetxt(folder / f"{name}.csv", model.predict_proba(TEXTS[:8]), fmt="%.8f")
    onnx = skclf.to_onnx_pipeline(tiny_pipeline("gru").fit(TEXTS, LABELS))
    skclf.save(onnx, folder / "gru-onnx.skclf", compress=9)
    np.savetxt(folder / "gru-onnx.csv", onnx.predict_proba(TEXTS[:8]), fmt="%.8f")


if __name__ == "__main__":
    main()
