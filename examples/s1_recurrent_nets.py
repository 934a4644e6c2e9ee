"""S1. Disaster tweets: five recurrent nets on pretrained vectors, what they get wrong
===================================================================================

::

    python examples/s1_recurrent_nets.py                    (the embedded sample)
    python examples/s1_recurrent_nets.py --data FOLDER --vectors glove.txt --other w.bin

FOLDER holds disaster/train.csv. Without files, vectors are learned from the tweets.
"""

import argparse
from pathlib import Path

import pandas as pd
from sklearn.metrics import classification_report
from sklearn.model_selection import train_test_split as split

from skclf import make_text_classifier
from skclf.datasets import load_disaster_tweets, make_tweets
from skclf.embed import EmbeddingTrainer
from skclf.evaluate import HistoryDisplay, error_samples
from skclf.text import TextCleaner

# Nothing but ASCII letters is left, and no hashtag.
CLEANING = {"hashtags": "remove", "emojis": "remove", "numbers": "remove"}
CLEANING |= {"strip_accents": True, "max_repeats": None}
CLEANING |= {"unescape": False, "fix_mojibake": False}
LEARNED = [EmbeddingTrainer(kind, random_state=0) for kind in ("word2vec", "fasttext")]


def notebook(name, vectors, **changes):
    """Two directions of 64 units on frozen vectors, small steps, 30 epochs at most."""
    net = {"embedding": "frozen", "units": 64, "pooling": "last", "dense_units": 16}
    net |= {"embedding_dropout": 0.0, "word_dropout": 0.0, "dropout": (0.3, 0.0)}
    net |= {"learning_rate": 1e-4, "epochs": 30, "patience": 5, **changes}
    return make_text_classifier(
        name,
        vectors=vectors,
        random_state=0,
        clean=TextCleaner(**CLEANING),
        encode__min_count=2,
        encode__max_len=100,
        **{f"classify__{key}": value for key, value in net.items()},
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder that holds disaster/")
    parser.add_argument("--vectors", default=LEARNED[0])
    parser.add_argument("--other", default=LEARNED[1])
    parser.add_argument("--output", type=Path, default=Path("demo/s1"))
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    bunch, steps = make_tweets(1000, random_state=0), {"learning_rate": 3e-3}
    if options.data:
        bunch, steps = load_disaster_tweets(data_home=options.data), {}
    X, y = bunch.data["text"], bunch.target
    X, X_val, y, y_val = split(X, y, test_size=0.2, stratify=y, random_state=42)

    dropped = {"embedding_dropout": 0.2, "recurrent_dropout": 0.2, **steps}
    finetuned = {"embedding": "finetune", "finetune_learning_rate": 5e-5, **steps}
    finetuned["finetune_epochs"] = 30
    models = {
        "BiLSTM": notebook("bilstm", options.vectors, **steps),
        "BiLSTM, dropped": notebook("bilstm", options.vectors, **dropped),
        "BiGRU": notebook("bigru", options.vectors, **steps),
        "BiGRU, fine-tuned": notebook("bigru", options.vectors, **finetuned),
        "BiGRU, other vectors": notebook("bigru", options.other, **steps),
    }
    vote = make_text_classifier("vote", vectors=options.vectors, random_state=0)
    for name, model in {**models, "Ours, a vote": vote}.items():
        print(f"{name}: accuracy {model.fit(X, y).score(X_val, y_val):.3f}", flush=True)
    nets = {name: model["classify"] for name, model in models.items()}
    (options.output / "model.txt").write_text(nets["BiLSTM"].summary())
    histories = pd.concat({k: pd.DataFrame(net.history_) for k, net in nets.items()})
    histories.to_csv(options.output / "histories.csv")
    figure = HistoryDisplay.from_estimator(nets).figure_
    figure.suptitle("S1, nets on word vectors: training dashed, held out solid")
    figure.savefig(options.output / "curves.png")

    predicted, names = model.predict(X_val), bunch.target_names.tolist()
    report = classification_report(y_val, predicted, target_names=names, digits=3)
    print(f"\n{name}\n{report}")
    true, given = bunch.target_names[y_val], bunch.target_names[predicted]
    print(error_samples(true, given, X_val, random_state=0))


if __name__ == "__main__":
    main()
