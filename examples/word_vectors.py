"""Word vectors in a Pipeline: for linear models and nets, looked up or learned
============================================================================

::

    python examples/word_vectors.py                     (learned from the sample)
    python examples/word_vectors.py glove.6B.50d.txt.gz (and vectors of a file)
"""

import argparse
import textwrap

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skclf import (
    DocumentEmbedding,
    EmbeddingLookup,
    EmbeddingTrainer,
    EmbeddingUnion,
    SequenceEncoder,
    TextCleaner,
    compare,
    make_text_classifier,
)
from skclf.datasets import make_tweets
from skclf.evaluate import ComparisonDisplay


def models_on(embed):
    """A linear model on document vectors, and a net on sequences of word vectors."""
    linear = make_pipeline(
        TextCleaner.preset("tweets"),
        SequenceEncoder(),
        embed,
        DocumentEmbedding("mean"),
        LogisticRegression(max_iter=1000),
    )
    steps = {"learning_rate": 3e-3, "finetune_epochs": 30, "random_state": 0}
    params = {f"classify__{name}": value for name, value in steps.items()}
    net = make_text_classifier(
        "cnn", vectors=embed, classify__embedding="finetune", **params
    )
    return linear, net


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("vectors", nargs="?", help="a GloVe or word2vec file")
    parser.add_argument("--plot", metavar="PICTURE")
    options = parser.parse_args()

    tweets = make_tweets(1000, random_state=0)
    X, y = tweets.data["text"], tweets.target
    steps = {"word2vec": EmbeddingTrainer("word2vec", vector_size=50, random_state=0)}
    if options.vectors:
        steps["file"] = EmbeddingLookup(options.vectors, extra_words=10_000)
        report(steps["file"], X)
        steps["both"] = EmbeddingUnion([*steps.items()])

    models = {"tfidf-logreg": "tfidf-logreg"}
    for name, embed in steps.items():
        linear, net = models_on(embed)
        models |= {f"mean of {name}, linear": linear, f"cnn on {name}": net}
    table = compare(models, X, y, cv=3, random_state=0)
    print(f"{table}\n\n{textwrap.fill(table.verdict, 80)}")
    if options.plot:
        ComparisonDisplay.from_results(table).figure_.savefig(options.plot)


def report(lookup, X):
    """What a file knows of the words of these texts."""
    steps = make_pipeline(TextCleaner.preset("tweets"), SequenceEncoder(), lookup)
    steps.fit(X)
    print(f"{lookup.coverage_['tokens']:.1%} of the words have a vector;")
    print("the most frequent without one:", ", ".join(lookup.missing_words_[:8]), "\n")


if __name__ == "__main__":
    main()
