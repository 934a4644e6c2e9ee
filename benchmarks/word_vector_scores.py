"""Quality of nets on GloVe vectors, on the data of four published notebooks.

    SKCLF_DATA=... python benchmarks/word_vector_scores.py [s0 s1 s2 s3 extra]
        [--seeds 3] [--choose] [--check]

The nets were chosen on the training part, as RESULTS.md tells; --choose compares the
candidates of this file by cross-validation there. The linear row is of the same run.
"extra" shows what extra_words gains with 500, 2,000 and 6,000 training tweets. All
figures are means over seeds and come from the same fitted models. With --check the exit
code is 1 where a floor is missed.
"""

import argparse
import os
import re
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.model_selection import (
    StratifiedGroupKFold,
    StratifiedKFold,
    train_test_split,
)
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler

from skclf import (
    DocumentEmbedding,
    EmbeddingLookup,
    SequenceEncoder,
    TextCleaner,
    make_text_classifier,
)
from skclf.datasets import (
    load_brand_emotions,
    load_disaster_tweets,
    load_financial_news,
)

VECTORS = Path(os.environ.get("SKCLF_DATA", "")) / "embeddings" / "glove.6B.50d.txt.gz"


LONG = {"batch_size": 64, "early_stopping": False}
MORE_DROPOUT = {"embedding_dropout": 0.3, "word_dropout": 0.2}


def with_vectors(name, **params):
    return make_text_classifier(name, vectors=VECTORS, **params)


def long_cnn(epochs, **params):
    """The ready-made CNN, trained on all rows for a fixed number of epochs."""
    params = LONG | {"epochs": epochs} | params
    return with_vectors("cnn", **prefixed("classify__", params))


def long_vote(cnn_epochs, bigru_epochs):
    """A vote whose nets train on all rows for a fixed number of epochs."""
    cnn = LONG | MORE_DROPOUT | {"epochs": cnn_epochs}
    bigru = LONG | MORE_DROPOUT | {"epochs": bigru_epochs}
    return with_vectors(
        "vote",
        **prefixed("classify__cnn__classify__", cnn),
        **prefixed("classify__bigru__classify__", bigru),
    )


def mlp_on_both():
    """A multi-layer perceptron on n-grams and on pooled word vectors."""
    model = make_text_classifier(
        "mlp",
        classify__hidden_units=64,
        classify__learning_rate=3e-4,
        classify__early_stopping=False,
        classify__epochs=8,
    )
    blocks = [("ngrams", model["vectorize"])]
    for pooling in ("mean", "max", "tfidf"):
        pooled = make_pipeline(
            SequenceEncoder(min_count=2),
            EmbeddingLookup(VECTORS, extra_words=20_000),
            DocumentEmbedding(pooling),
            StandardScaler(),
        )
        blocks.append((pooling, pooled))
    weights = dict.fromkeys(("mean", "max", "tfidf"), 0.3)
    union = FeatureUnion(blocks, transformer_weights=weights)
    return model.set_params(vectorize=union)


def prefixed(prefix, params):
    return {f"{prefix}{name}": value for name, value in params.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("systems", nargs="*", default=[*SYSTEMS, "extra"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--choose", action="store_true", help="cross-validate only")
    parser.add_argument("--check", action="store_true", help="fail below the floors")
    options = parser.parse_args()

    missed = []
    for name in options.systems:
        if name == "extra":
            extra_words(options.seeds)
        elif options.choose:
            choose(name)
        else:
            missed += report(name, options.seeds)
    print(f"\nmissed floors: {missed or 'none'}")
    return int(bool(missed) and options.check)


def s0():
    """The last 20 % of the rows, whose keywords training never sees."""
    bunch = load_disaster_tweets()
    X, y = bunch.data["text"], bunch.target
    n = len(y) - int(0.2 * len(y))
    keywords = bunch.data["keyword"].fillna("")[:n]
    # New keywords in each fold, as in the test part.
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    folds = list(folds.split(X[:n], y[:n], keywords))
    return X[:n], X[n:], y[:n], y[n:], folds


def s1():
    """A stratified 80/20 split of the same tweets."""
    bunch = load_disaster_tweets()
    X, y = bunch.data["text"], bunch.target
    return *train_test_split(X, y, test_size=0.2, random_state=42, stratify=y), None


def s2():
    """A random 15 % test part of the brand tweets, not stratified."""
    bunch = load_brand_emotions()
    has_text = bunch.data["text"].notna().to_numpy()
    X, y = bunch.data["text"][has_text], bunch.target[has_text]
    return *train_test_split(X, y, test_size=int(0.15 * len(X)), random_state=67), None


def s3():
    """The official validation file of the financial news."""
    train, valid = (load_financial_news(subset=part) for part in ("train", "valid"))
    return train.data["text"], valid.data["text"], train.target, valid.target, None


def binary(y, proba, classes):
    predicted = classes[proba.argmax(axis=1)]
    return {"F1": f1_score(y, predicted), "accuracy": accuracy_score(y, predicted)}


def micro_auc(y, proba, classes):
    one_hot = np.asarray(y)[:, None] == classes
    return {
        "micro AUC": roc_auc_score(one_hot.ravel(), proba.ravel()),
        "accuracy": accuracy_score(y, classes[proba.argmax(axis=1)]),
    }


def macro(y, proba, classes):
    predicted = classes[proba.argmax(axis=1)]
    return {
        "accuracy": accuracy_score(y, predicted),
        "macro F1": f1_score(y, predicted, average="macro"),
    }


CANDIDATES = {
    "cnn": lambda: with_vectors("cnn"),
    "cnn, frozen": lambda: with_vectors("cnn", classify__embedding="frozen"),
    "bigru": lambda: with_vectors("bigru"),
    "cnn, 12 epochs": lambda: long_cnn(12, **MORE_DROPOUT),
    "cnn, 20 epochs": lambda: long_cnn(20),
    "mlp on n-grams and vectors": mlp_on_both,
    "vote": lambda: with_vectors("vote"),
    "vote, cnn frozen": lambda: with_vectors(
        "vote", classify__cnn__classify__embedding="frozen"
    ),
    "vote, 12 and 10 epochs": lambda: long_vote(12, 10),
}
LINEAR = "tfidf-svm"

# system: data, scores, the chosen models with their floors
SYSTEMS = {
    "s0": (
        s0,
        binary,
        {
            "mlp on n-grams and vectors": {"F1": 0.792, "accuracy": 0.82},
            "bigru": {},
            "vote": {},
        },
    ),
    "s1": (
        s1,
        binary,
        {"bigru": {"accuracy": 0.825}, "vote, cnn frozen": {"accuracy": 0.835}},
    ),
    "s2": (
        s2,
        micro_auc,
        {"cnn, 12 epochs": {}, "vote, 12 and 10 epochs": {"micro AUC": 0.905}},
    ),
    "s3": (s3, macro, {"cnn, 20 epochs": {"accuracy": 0.86, "macro F1": 0.845}}),
}


def choose(system):
    """Cross-validated scores of all candidates on the training part."""
    data, scores, _ = SYSTEMS[system]
    X, _, y, _, folds = data()
    if folds is None:
        shuffled = StratifiedKFold(5, shuffle=True, random_state=0)
        folds = list(shuffled.split(X, y))
    print(f"\n{system}, {len(folds)} folds of the training part", flush=True)
    for name in [LINEAR, *CANDIDATES]:
        runs = []
        for seed, (train, test) in enumerate(folds):
            model = seeded(name, seed).fit(X.iloc[train], y[train])
            proba = model.predict_proba(X.iloc[test])
            runs.append(scores(y[test], proba, model.classes_))
        print(f"| {name} | {row(runs)} |", flush=True)


def report(system, n_seeds):
    """Scores on the test part; the floors that are missed."""
    data, scores, models = SYSTEMS[system]
    X, X_test, y, y_test, _ = data()
    fresh = ~duplicates(X, X_test) if system == "s3" else None
    print(f"\n{system}: {len(X)} to train, {len(X_test)} to test", flush=True)
    missed = []
    for name in [LINEAR, *models]:
        runs, without = [], []
        started = time.perf_counter()
        for seed in range(n_seeds):
            model = seeded(name, seed).fit(X, y)
            proba = model.predict_proba(X_test)
            runs.append(scores(y_test, proba, model.classes_))
            if fresh is not None:
                without.append(scores(y_test[fresh], proba[fresh], model.classes_))
        seconds = (time.perf_counter() - started) / n_seeds
        print(f"| {name} | {row(runs)} | {seconds:.1f} s |", flush=True)
        if without:
            n = len(fresh) - fresh.sum()
            print(f"| {name}, without {n} duplicates | {row(without)} | |", flush=True)
        for score, floor in models.get(name, {}).items():
            if np.mean([run[score] for run in runs]) < floor:
                missed.append(f"{system} {name} {score} >= {floor}")
    return missed


def row(runs):
    table = pd.DataFrame(runs)
    return " | ".join(
        f"{name} {table[name].mean():.4f} ± {table[name].std(ddof=0):.4f}"
        for name in table
    )


def seeded(name, seed):
    """A model with every random_state that is None set to the seed."""
    in_table = CANDIDATES.get(name)
    model = in_table() if in_table else make_text_classifier(name)
    params = model.get_params()
    seeds = {key: seed for key in params if key.endswith("random_state")}
    return model.set_params(**{k: s for k, s in seeds.items() if params[k] is None})


def duplicates(X, X_test):
    """Which test texts equal a training text once links are removed."""

    def bare(texts):
        return [re.sub(r"https?://\S+", "", text).strip() for text in texts]

    return pd.Series(bare(X_test)).isin(bare(X)).to_numpy()


def extra_words(n_seeds):
    """What 20,000 words more gain for few and for many training tweets."""
    bunch = load_disaster_tweets()
    X, y = bunch.data["text"].to_numpy(), bunch.target
    print("\nextra words, accuracy on 1,613 tweets", flush=True)
    for n in (500, 2_000, 6_000):
        for name, model in on_frozen_vectors().items():
            results = []
            for n_extra in (0, 20_000):
                model.set_params(**{f"{embed_step(model)}__extra_words": n_extra})
                results.append(accuracies(model, X, y, n, n_seeds))
            gain = results[1] - results[0]
            print(
                f"| {n} | {name} | {results[0].mean():.4f} | {results[1].mean():.4f} "
                f"| {gain.mean():+.4f} ± {gain.std():.4f} |",
                flush=True,
            )


def on_frozen_vectors():
    mean = make_pipeline(
        TextCleaner.preset("tweets"),
        SequenceEncoder(min_count=2),
        EmbeddingLookup(VECTORS),
        DocumentEmbedding(),
        LogisticRegression(max_iter=1000),
    )
    cnn = with_vectors("cnn", classify__embedding="frozen")
    return {"mean of the vectors, linear": mean, "cnn": cnn}


def embed_step(model):
    names = list(model.named_steps)
    return names[[type(s).__name__ for s in model].index("EmbeddingLookup")]


def accuracies(model, X, y, n, n_seeds):
    """Accuracy for several random training sets of n rows; the test set is fixed."""
    rest, test = train_test_split(
        np.arange(len(y)), train_size=6_000, random_state=0, stratify=y
    )
    scores = []
    for seed in range(n_seeds):
        rows = np.random.default_rng(seed).permutation(rest)[:n]
        params = model.get_params()
        seeds = {key: seed for key in params if key.endswith("random_state")}
        model.set_params(**seeds).fit(X[rows], y[rows])
        scores.append(model.score(X[test], y[test]))
    return np.array(scores)


if __name__ == "__main__":
    sys.exit(main())
