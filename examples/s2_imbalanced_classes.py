"""S2. Emotions about brands: four classes, of which one has 2 % of the tweets
===========================================================================

::

    python examples/s2_imbalanced_classes.py                (the embedded sample)
    python examples/s2_imbalanced_classes.py --data FOLDER --vectors glove.txt

FOLDER holds brands/. Without a file, vectors are learned from the tweets.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.model_selection import train_test_split

from skclf import DenseClassifier, KerasTextClassifier, make_text_classifier
from skclf.compose import CostSensitiveClassifier
from skclf.datasets import load_brand_emotions, make_reviews
from skclf.embed import EmbeddingTrainer
from skclf.text import TextCleaner

# Hashtags went into a column of their own.
CLEANING = {"hashtags": "remove", "emojis": "remove", "strip_accents": True}
CLEANING |= {"max_repeats": None, "stop_words": "nltk", "stemmer": "wordnet"}
LEARNED = EmbeddingTrainer("word2vec", random_state=0)


def on_words(cleaning, **params):
    """Net A: TF-IDF of 10,000 words, three hidden layers."""
    words = TfidfVectorizer(max_features=10_000, norm="l1", strip_accents="ascii")
    net = DenseClassifier(hidden_units=(64, 16, 8), epochs=128, **params)
    net.set_params(dropout=(0.5, 0, 0))
    steps = {"clean": TextCleaner(**CLEANING | cleaning), "vectorize": words}
    return make_text_classifier("mlp", random_state=0, **steps, classify=net)


def read_twice(meta):
    import keras  # here, where TensorFlow has started, quietly
    from keras import layers

    vectors = keras.Input((None, meta["embedding_dim_"]))
    both = layers.Bidirectional(layers.LSTM(25, return_sequences=True))(vectors)
    hidden = layers.Dense(16, activation="swish")(layers.LSTM(16)(both))
    n = meta["n_outputs_"]
    output = layers.Dense(n, "sigmoid" if n == 1 else "softmax")
    return keras.Model(vectors, output(layers.Dropout(0.3)(hidden)))


def on_vectors(cleaning, vectors):
    """Net B: a BiLSTM and an LSTM on frozen vectors, stopped on validation AUC."""
    slower = {"callbacks__0__monitor": "val_auc", "callbacks__0__patience": 2}
    stop = {"monitor": "auc", "patience": 6, "callbacks": ["ReduceLROnPlateau"]}
    net = KerasTextClassifier(read_twice, class_weight="balanced", **stop, **slower)
    steps = {"clean": TextCleaner(**CLEANING | cleaning), "encode__max_len": 100}
    steps |= {"classify": net, "random_state": 0}
    return make_text_classifier("bilstm", vectors=vectors, **steps)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder of brands/; needs NLTK_DATA")
    parser.add_argument("--vectors", default=LEARNED)
    options = parser.parse_args()
    if options.data:
        bunch, cleaning = load_brand_emotions(data_home=options.data), {}
        part = {"test_size": 0.15, "random_state": 67}
    else:
        bunch = make_reviews(1600, target="topic", random_state=0)
        cleaning = {"stop_words": "english", "stemmer": None}
        part = {"test_size": 0.5, "random_state": 67}  # 16 of the rarest class
    X, y = bunch.data["text"], bunch.target
    X, X_test, y, y_test = train_test_split(X, y, **part)

    models = {
        "A": on_words(cleaning, output_bias=False),
        "A weighted": on_words(cleaning, class_weight="balanced"),
        "B": on_vectors(cleaning, options.vectors),
        "linear": make_text_classifier("tfidf-logreg"),
        "stack": make_text_classifier("stack", vectors=options.vectors, random_state=0),
    }
    for model in models.values():
        model.fit(X, y)
    models["by cost"] = where_rare_errors_are_dear(models["linear"], X, y)
    table = pd.DataFrame(
        {name: scores(model, X_test, y_test) for name, model in models.items()}
    )
    names = zip(np.unique(y), bunch.target_names, strict=True)
    names = {label: str(name)[:24] for label, name in names}
    share = pd.Series(y_test).value_counts(normalize=True).map("{:.1%}".format)
    table.insert(0, "share", share.reindex(table.index).fillna(""))
    print("Scores; below them the F1 of each class, and its share of the test part.")
    print("A: TF-IDF. B: word vectors. linear: logistic regression; by cost: the same")
    print("probabilities, but an error costs the more the rarer the class is.\n")
    print(table.rename(index=names).to_string(float_format="{:.3f}".format))


def where_rare_errors_are_dear(fitted, X, y):
    """The same probabilities, each class with a lower threshold the rarer it is."""
    _, counts = np.unique(y, return_counts=True)
    cost = (1 - np.eye(len(counts))) / np.sqrt(counts[:, None])
    return CostSensitiveClassifier(FrozenEstimator(fitted), cost=cost).fit(X, y)


def scores(model, X, y):
    """Scores over all classes, and F1 of each."""
    proba, predicted = model.predict_proba(X), model.predict(X)
    found = {
        "accuracy": accuracy_score(y, predicted),
        "macro F1": f1_score(y, predicted, average="macro"),
        "micro AUC": roc_auc_score(pd.get_dummies(y), proba, average="micro"),
    }
    f1 = f1_score(y, predicted, labels=model.classes_, average=None, zero_division=0)
    return found | dict(zip(model.classes_, f1, strict=True))


if __name__ == "__main__":
    main()
