"""What runs on Dask and Ray alike: a search over nets, and a model for many rows.

Everything that is large travels as a path: word vectors are a file that each worker
reads once, and so is the model that scores. A task holds parameters and row numbers.
"""

import os
from functools import cache
from pathlib import Path

import pandas as pd
from sklearn.model_selection import GridSearchCV, StratifiedKFold

import skclf
from skclf.datasets import make_tweets
from skclf.search import resumable

N_WORKERS = 2
GRID = {"classify__learning_rate": [1e-3, 5e-3], "classify__dropout": [0.1, 0.5]}

# Each worker is one thread, also within TensorFlow and ONNX Runtime.
for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(name, "1")


def prepare(folder, n_labelled, n_parts, n_rows):
    """Write vectors of words, and a folder of Parquet files to be scored."""
    tweets = make_tweets(n_labelled, random_state=0)
    clean = skclf.TextCleaner.preset("tweets").transform(tweets.data["text"])
    encoder = skclf.SequenceEncoder().fit(clean)
    trainer = skclf.EmbeddingTrainer(vector_size=16, epochs=5, random_state=0)
    trainer.fit(encoder.transform(clean))
    with open(folder / "vectors.txt", "w", encoding="utf-8") as file:
        for word, row in encoder.vocabulary_.items():
            print(word, *trainer.table_[row], file=file)
    (folder / "new").mkdir(exist_ok=True)
    for part in range(n_parts):
        rows = make_tweets(n_rows, random_state=part + 1).data[["text"]]
        rows.to_parquet(folder / "new" / f"{part}.parquet")
    return tweets.data["text"].to_numpy(dtype=object), tweets.target


def make_search(folder):
    """A search whose fits are kept: a worker that is killed costs one of them."""
    model = skclf.make_text_classifier(
        "cnn",
        vectors=str(folder / "vectors.txt"),
        random_state=0,
        classify__epochs=4,
        classify__filters=16,
    )
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    search = GridSearchCV(model, GRID, cv=folds, scoring="roc_auc", n_jobs=N_WORKERS)
    return resumable(search, folder / "search.sqlite", verbose=1)


def save_for_scoring(search, folder):
    """The best pipeline as a file that needs no TensorFlow."""
    path = folder / "model.skclf"
    skclf.save(skclf.to_onnx_pipeline(search.best_estimator_), path)
    return str(path)


@cache
def loaded(path):
    """A model, read once in each worker."""
    return skclf.load(path)


def score(rows, path):
    """Rows with the probability of a disaster."""
    proba = loaded(path).predict_proba(rows["text"])
    return rows.assign(disaster=proba[:, 1])


def report(search, folder):
    """What was found, and whether scoring here comes to the same."""
    scored = pd.concat(map(pd.read_parquet, sorted(Path(folder, "scored").iterdir())))
    here = score(scored, str(folder / "model.skclf"))["disaster"]
    difference = abs(here - scored["disaster"]).max()
    print(f"best: {search.best_params_}, AUC {search.best_score_:.3f}")
    print(f"scored {len(scored):,} rows; here they differ by {difference:.0e} at most")
