"""Label a CSV of texts with a saved pipeline: all that a deployment needs.

python examples/predict_csv.py model.joblib texts.csv labels.csv text target
"""

import sys

import joblib
import pandas as pd


def main(model, texts, output, text, target):
    frame = pd.read_csv(texts)
    ids = frame["id"] if "id" in frame else pd.RangeIndex(len(frame))
    labels = joblib.load(model).predict(frame[text])
    pd.DataFrame({"id": ids, target: labels}).to_csv(output, index=False)
    print(f"\nA new process loaded {model} and wrote {len(frame)} labels to {output}")


if __name__ == "__main__":
    main(*sys.argv[1:])
