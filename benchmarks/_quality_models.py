"""The data of five published notebooks, and the models that are compared on them."""

import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import word_vector_scores
from _encodings import kept_in
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC
from word_vector_scores import VECTORS, prefixed, with_vectors

from skclf import (
    DocumentEmbedding,
    EmbeddingLookup,
    EmbeddingUnion,
    SequenceEncoder,
    TextCleaner,
    TextStatistics,
    make_text_classifier,
)
from skclf.datasets import load_clothing_reviews, load_disaster_tweets

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))
import s0_lstm_and_table
import s1_recurrent_nets
import s2_imbalanced_classes
import s3_news_topics
import s4_random_search

TWITTER = VECTORS.with_name("glove.twitter.27B.25d.12k.txt.gz")


def lookup(file):
    return EmbeddingLookup(file, extra_words=20_000)


GLOVE = lookup(VECTORS)
OF_TWEETS = EmbeddingUnion([("news", GLOVE), ("tweets", lookup(TWITTER))])


@dataclass
class System:
    """The data of one notebook, and what is compared on them.

    Parameters
    ----------
    about : str
        Data and split.
    published : dict of str to float
        The notebook's best figures on the test part.
    floors : dict of str to float
        Scores that the chosen model has to reach; it is chosen by their mean.
    linear, nets, more : tuple of str
        Names in `MODELS`: baselines, nets of ours that can be chosen, and what else
        votes and stacks are made of.
    reproduced : dict of str to callable
        The notebook's nets as pipelines.
    vectors : transformer
        What all models but the notebooks' look word vectors up with.
    with_title : bool
        Whether the titles of reviews are read, too.
    with_encoder : tuple of str
        Names in `MODELS` that read a sentence encoder: further members, and a net.
    encoder_floors : dict of str to float
        The floors where there is an encoder; none are those without.
    encodings : str
        Whose texts these are: the file of their vectors begins with it.
    """

    about: str
    published: dict
    floors: dict
    linear: tuple
    nets: tuple
    reproduced: dict
    more: tuple = ()
    vectors: EmbeddingLookup | EmbeddingUnion = GLOVE
    with_title: bool = False
    with_encoder: tuple = ("encoder",)
    encoder_floors: dict = field(default_factory=dict)
    encodings: str = ""

    def beside_encoder(self):
        """The same system, with what reads a sentence encoder."""
        more = (*self.more, *self.with_encoder)
        return replace(self, more=more, floors=self.encoder_floors or self.floors)

    def only(self, names):
        """The same system, with some of its members."""
        parts = ("linear", "nets", "more")
        kept = {p: tuple(n for n in getattr(self, p) if n in names) for p in parts}
        return replace(self, **kept, reproduced={})

    @property
    def members(self):
        """What votes and stacks are made of."""
        return *self.linear, *self.nets, *self.more


def long_mlp():
    """The ready-made perceptron on vectors, trained on all rows."""
    params = {"early_stopping": False, "epochs": 16, "learning_rate": 3e-4}
    return with_vectors("mlp", **prefixed("classify__", params))


def svm_on_raw_text():
    """The ready-made SVM with the characters of the raw text beside its features."""
    svm = make_text_classifier("tfidf-svm")
    raw = TfidfVectorizer(
        lowercase=False,
        sublinear_tf=True,
        analyzer="char",
        ngram_range=(1, 4),
        min_df=2,
    )
    union = FeatureUnion([("cleaned", svm[:-1]), ("raw", raw)])
    return Pipeline([("vectorize", union), ("classify", svm["classify"])])


def nearest_texts():
    """The 15 nearest training texts by the features of the ready-made SVM."""
    knn = KNeighborsClassifier(15, metric="cosine", weights="distance")
    return make_text_classifier("tfidf-svm").set_params(classify=knn)


def logreg_on_characters():
    """Logistic regression on n-grams of words and of characters."""
    logreg = LogisticRegression(C=3.0, max_iter=2000)
    return make_text_classifier("tfidf-svm").set_params(classify=logreg)


def on_dense(classifier):
    """A classifier on few, dense columns: pooled vectors, counts and topics."""
    words = Pipeline(
        [
            ("clean", TextCleaner.preset("tweets")),
            ("encode", SequenceEncoder(min_count=2)),
            ("embed", lookup(VECTORS)),
        ]
    )
    poolings = [(name, DocumentEmbedding(name)) for name in ("mean", "max", "tfidf")]
    ngrams = make_text_classifier("tfidf-svm")[:-1]
    union = FeatureUnion(
        [
            ("vectors", make_pipeline(words, FeatureUnion(poolings))),
            (
                "statistics",
                make_pipeline(TextStatistics(), FunctionTransformer(np.log1p)),
            ),
            ("topics", make_pipeline(ngrams, TruncatedSVD(100))),
        ]
    )
    return make_pipeline(union, StandardScaler(), classifier)


def rbf_svm():
    svm = SVC(C=2.0, gamma=0.002)
    return on_dense(CalibratedClassifierCV(svm, ensemble=False, cv=3))


class FastText(ClassifierMixin, BaseEstimator):
    """Supervised fastText with word bigrams, the peer of its own package."""

    def fit(self, X, y):
        import fasttext

        self.classes_, codes = np.unique(y, return_inverse=True)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "train.txt")
            lines = zip(codes, self._clean(X), strict=True)
            file.write_text("".join(f"__label__{k} {text}\n" for k, text in lines))
            self._model = fasttext.train_supervised(
                str(file), wordNgrams=2, epoch=25, lr=0.5, thread=1, verbose=0
            )
        return self

    def predict_proba(self, X):
        labels, values = self._model.predict(list(self._clean(X)), k=-1)
        proba = np.zeros((len(labels), len(self.classes_)))
        for row, names, shares in zip(proba, labels, values, strict=True):
            row[[int(name.removeprefix("__label__")) for name in names]] = shares
        return proba / proba.sum(axis=1, keepdims=True)

    def _clean(self, X):
        return TextCleaner.preset("tweets").transform(X)


def on_columns(name, **params):
    """A ready-made pipeline that reads titles and reviews apart."""
    return make_text_classifier(name, text=["title", "review"], **params)


def mlp_on_columns(**params):
    long = {"early_stopping": False, "epochs": 16, "learning_rate": 3e-4}
    return on_columns("mlp", vectors=VECTORS, **prefixed("classify__", long), **params)


MODELS = {
    "logreg": lambda: make_text_classifier("tfidf-logreg"),
    "logreg, balanced": lambda: make_text_classifier(
        "tfidf-logreg", classify__class_weight="balanced"
    ),
    "logreg, characters": logreg_on_characters,
    "svm": lambda: make_text_classifier("tfidf-svm"),
    "svm, raw text": svm_on_raw_text,
    "nearest texts": nearest_texts,
    "nb": lambda: make_text_classifier("nb"),
    "logreg, dense": lambda: on_dense(LogisticRegression(C=0.01, max_iter=2000)),
    "rbf svm, dense": rbf_svm,
    "fastText": FastText,
    "cnn": lambda: with_vectors("cnn"),
    "bigru": lambda: with_vectors("bigru"),
    "mlp": lambda: with_vectors("mlp"),
    "mlp, 16 epochs": long_mlp,
    "logreg, two columns": lambda: on_columns("tfidf-logreg"),
    "mlp, two columns": mlp_on_columns,
}

# With a sentence encoder, which is given to them.
ON_ENCODER = {
    "encoder": lambda encoder: make_text_classifier("encoder-logreg", encoder=encoder),
    "encoder, two columns": lambda encoder: on_columns(
        "encoder-logreg", encoder=encoder
    ),
    "mlp, encoder": lambda encoder: with_vectors("mlp", encoder=encoder),
    "mlp, encoder, two columns": lambda encoder: mlp_on_columns(encoder=encoder),
}

# Ready-made and untuned, in the tables of all systems.
UNTUNED = ("cnn", "bigru", "mlp")
UNTUNED_VOTE = ("svm", "cnn", "bigru")

# Fitted with every seed: what seeds change, but for the notebooks' nets.
SEEDED = {"fastText", *UNTUNED, "mlp, 16 epochs", "mlp, encoder"}
SEEDED |= {"mlp, two columns", "mlp, encoder, two columns"}

# What reads more than texts.
ON_TABLE = "LSTM of the notebook, with its table"
ON_FRAMES = {ON_TABLE, *(name for name in (*MODELS, *ON_ENCODER) if "columns" in name)}

_LINEAR = ("logreg", "svm", "logreg, characters", "svm, raw text", "nb")
_LINEAR += ("nearest texts", "logreg, dense")
_MORE = ("rbf svm, dense",)
_OF_MANY_TEXTS = ("svm", "logreg, characters", "logreg, balanced")

SYSTEMS = {
    "s0": System(
        "S0, disaster tweets, last 20 % of the rows: new keywords",
        {"F1": 0.7647, "accuracy": 0.7898},
        {"F1": 0.80, "accuracy": 0.83},
        _LINEAR,
        UNTUNED,
        {ON_TABLE: s0_lstm_and_table.notebook},
        _MORE,
        OF_TWEETS,
        with_encoder=("encoder", "mlp, encoder"),
        encoder_floors={"F1": 0.807, "accuracy": 0.826},
        encodings="s1",
    ),
    "s1": System(
        "S1, disaster tweets, stratified 80/20",
        {"accuracy": 0.82},
        {"accuracy": 0.84},
        _LINEAR,
        UNTUNED,
        {"bigru of the notebook": lambda: s1_recurrent_nets.notebook("bigru", VECTORS)},
        _MORE,
        OF_TWEETS,
        with_encoder=("encoder", "mlp, encoder"),
        encoder_floors={"accuracy": 0.841},
        encodings="s1",
    ),
    "s2": System(
        "S2, brand emotions, random 15 %",
        {"micro AUC": 0.872},
        {"micro AUC": 0.912, "macro F1": 0.50},
        _LINEAR,
        (*UNTUNED, "mlp, 16 epochs"),
        {
            "A of the notebook": lambda: s2_imbalanced_classes.on_words(
                {}, output_bias=False
            ),
            "A of the notebook, weighted": lambda: s2_imbalanced_classes.on_words(
                {}, class_weight="balanced"
            ),
        },
        _MORE,
        OF_TWEETS,
        encoder_floors={"micro AUC": 0.913},
        encodings="s2",
    ),
    "s3": System(
        "S3, financial news, official validation file",
        {"accuracy": 0.829, "macro F1": 0.82},
        {"accuracy": 0.875, "macro F1": 0.86},
        _OF_MANY_TEXTS,
        UNTUNED,
        {
            "MLP of the notebook": lambda: s3_news_topics.notebook("MLP"),
            "CNN of the notebook": lambda: s3_news_topics.notebook("CNN"),
        },
        encoder_floors={"accuracy": 0.882, "macro F1": 0.872},
        encodings="s3",
    ),
    "s4": System(
        "S4, clothing reviews, stratified 80/20",
        {"weighted F1": 0.596},
        {"weighted F1": 0.65},
        _OF_MANY_TEXTS,
        (*UNTUNED, "mlp, 16 epochs"),
        {"LSTM of the notebook": s4_random_search.notebook},
        encodings="s4",
    ),
    "s4t": System(
        "S4 with titles",
        {"weighted F1": 0.596},
        {"weighted F1": 0.665},
        _OF_MANY_TEXTS,
        ("cnn", "mlp, 16 epochs"),
        {},
        ("logreg, two columns", "mlp, two columns"),
        with_title=True,
        with_encoder=("encoder, two columns", "mlp, encoder, two columns"),
        encoder_floors={"weighted F1": 0.674},
        encodings="s4",
    ),
}


def load(name):
    """Training and test frames with texts, their classes, and folds for training."""
    if name.startswith("s4"):
        bunch = load_clothing_reviews()
        has_text = bunch.data["text"].notna().to_numpy()
        frame, y = bunch.data[has_text], bunch.target[has_text]
        X = frame["text"]
        if SYSTEMS[name].with_title:
            X = frame["title"].fillna("") + " . " + X
        split = {"test_size": 0.2, "stratify": y, "random_state": 42}
        X, X_test, y, y_test, folds = *train_test_split(X, y, **split), None
    else:
        X, X_test, y, y_test, folds = word_vector_scores.SYSTEMS[name][0]()
    X, X_test = X.to_frame("text"), X_test.to_frame("text")
    if name == "s4t":
        columns = frame[["title"]].assign(review=frame["text"])
        X, X_test = X.join(columns), X_test.join(columns)
    if name == "s0":
        table = load_disaster_tweets().data[["keyword", "location"]]
        X, X_test = X.join(table), X_test.join(table)
    X, X_test = X.reset_index(drop=True), X_test.reset_index(drop=True)
    y, y_test = np.asarray(y), np.asarray(y_test)
    if folds is None:
        shuffled = StratifiedKFold(3, shuffle=True, random_state=0)
        folds = list(shuffled.split(X, y))
    return X, X_test, y, y_test, folds


def texts_of(name):
    """All texts that the encoder reads in a system."""
    X, X_test, *_ = load(name)
    columns = ["title", "review"] if SYSTEMS[name].with_title else ["text"]
    return [text for part in (X, X_test) for column in columns for text in part[column]]


def seeded(name, system, seed, folder=Path()):
    """A model of `MODELS` or of a notebook, with every open random_state set."""
    system = SYSTEMS[system]
    if name in system.reproduced:
        model = system.reproduced[name]()
    elif name in ON_ENCODER:
        model = ON_ENCODER[name](kept_in(folder, system.encodings))
    else:
        model = MODELS[name]()
    if name not in system.reproduced:
        steps = [key for key in model.get_params() if key.split("__")[-1] == "embed"]
        model.set_params(**{step: clone(system.vectors) for step in steps})
    params = model.get_params()
    seeds = {key: seed for key in params if key.endswith("random_state")}
    return model.set_params(**{k: s for k, s in seeds.items() if params[k] is None})
