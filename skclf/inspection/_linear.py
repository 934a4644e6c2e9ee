"""Contributions of words to what a linear model decides by: exact ones."""

import re
from itertools import islice

import numpy as np
from scipy.sparse import issparse
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.svm import SVC, NuSVC

from skclf.compose._unwrapped import unwrapped
from skclf.inspection._words import origins, spans_of_words


class LinearModel:
    """A pipeline of texts whose last step is linear in counts or TF-IDF.

    Parameters
    ----------
    clean : list of transformer
        Steps from texts to texts.
    blocks : list of (CountVectorizer, float)
        What the features are made of, side by side, each with its weight.
    coef : ndarray of shape (n_classes, n_features)
        Weights of the features.
    base : ndarray of shape (n_classes,)
        What is decided without any word.
    classes : ndarray of shape (n_classes,)
        The labels.
    relative : bool, default=False
        Whether weights mean something beside those of the other classes only, as the
        log-likelihoods of naive Bayes, none of which is above 0.
    """

    method = "linear"
    table_columns = ()

    def __init__(self, clean, blocks, coef, base, classes, relative=False):
        self._clean = clean
        self.blocks = blocks
        self.coef = coef
        self.base = base
        self.classes = classes
        self.relative = relative

    @classmethod
    def of(cls, pipeline):
        """The linear model that a fitted pipeline is; None if it is another one."""
        steps = _steps(pipeline)
        if len(steps) < 2:
            return None
        *clean, features, classifier = steps
        blocks, weights = _blocks(features), _weights(classifier)
        if blocks is None or weights is None:
            return None
        coef, base = weights
        if coef.shape != (len(classifier.classes_), _width(blocks)):
            return None
        relative = isinstance(classifier, MultinomialNB | ComplementNB)
        return cls(clean, blocks, coef, base, classifier.classes_, relative)

    def contributions(self, text):
        """What each word of a text adds to the decision for each class.

        Returns
        -------
        spans : list of (int, int)
            The words.
        values : ndarray of shape (n_words, n_classes)
            Their contributions.
        base : ndarray of shape (n_classes,)
            What is decided without them; together they add up to the decision.
        members : dict
            Empty: it has none.
        """
        spans = spans_of_words(text)
        (cleaned,) = self._cleaned([text])
        word_of = origins(text, spans, cleaned, self._cleaned)
        values = np.zeros((len(spans), len(self.classes)))
        if not word_of:
            return spans, values, self.base, {}
        first = 0
        for vectorizer, weight in self.blocks:
            names = vectorizer.vocabulary_
            row = vectorizer.transform([cleaned])
            amounts = dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))
            places = {}
            for name, words in _occurrences(vectorizer, cleaned):
                if name in names:
                    places.setdefault(names[name], []).append(words)
            for feature, amount in amounts.items():
                parts = weight * amount * self.coef[:, first + feature]
                for words in places[feature]:
                    share = parts / len(places[feature]) / len(words)
                    for word in words:
                        values[word_of[word]] += share
            first += len(names)
        return spans, values, self.base, {}

    def _cleaned(self, texts):
        for step in self._clean:
            texts = step.transform(texts)
        return list(texts)


def _steps(pipeline):
    """All steps, those of pipelines inside it, too."""
    pipeline = unwrapped(pipeline)
    if not isinstance(pipeline, Pipeline):
        return [pipeline]
    steps = [step for _, step in pipeline.steps if step not in (None, "passthrough")]
    return [part for step in steps for part in _steps(step)]


def _blocks(features):
    if isinstance(features, CountVectorizer):
        return None if callable(features.analyzer) else [(features, 1.0)]
    if not isinstance(features, FeatureUnion):
        return None
    weights, found = features.transformer_weights or {}, []
    for name, part in features.transformer_list:
        blocks = _blocks(part)
        if blocks is None:
            return None
        found += [(block, weight * weights.get(name, 1.0)) for block, weight in blocks]
    return found


def _width(blocks):
    return sum(len(vectorizer.vocabulary_) for vectorizer, _ in blocks)


def _weights(classifier):
    """Weights of the features and a constant for each class, or None."""
    if getattr(classifier, "multilabel_", False):
        return _of_labels(classifier.estimators_)
    if isinstance(classifier, CalibratedClassifierCV):
        members = [known.estimator for known in classifier.calibrated_classifiers_]
        return _weights(members[0]) if len(members) == 1 else None
    if isinstance(classifier, MultinomialNB | ComplementNB):
        nothing = np.zeros((1, classifier.n_features_in_))
        (base,) = classifier.predict_joint_log_proba(nothing)
        return classifier.feature_log_prob_, base
    # SVC has weights of one class against another, as many as classes where these are
    # three.
    is_linear = hasattr(classifier, "coef_") and hasattr(classifier, "classes_")
    if not is_linear or isinstance(classifier, SVC | NuSVC):
        return None
    coef, base = classifier.coef_, np.asarray(classifier.intercept_)
    coef = coef.toarray() if issparse(coef) else np.asarray(coef)
    if len(coef) == 1 and len(classifier.classes_) == 2:
        return np.concatenate([-coef, coef]), np.concatenate([-base, base])
    return coef, np.broadcast_to(base, (len(coef),))


def _of_labels(estimators):
    found = [_weights(one) for one in estimators if one is not None]
    if len(found) < len(estimators) or None in found:
        return None
    coef, base = zip(*found, strict=True)
    return np.stack([one[-1] for one in coef]), np.array([one[-1] for one in base])


def _occurrences(vectorizer, text):
    """Each n-gram of a text, with the positions of the words that it is of."""
    prepare = vectorizer.build_preprocessor()
    if vectorizer.analyzer == "word":
        return _n_grams_of_words(vectorizer, prepare(text), text)
    if vectorizer.analyzer == "char_wb":
        return _n_grams_in_words(vectorizer, prepare, text)
    return _n_grams_of_characters(vectorizer, prepare(text))


def _n_grams_of_words(vectorizer, prepared, text):
    tokens = _tokens(vectorizer, prepared)
    stop_words = vectorizer.get_stop_words() or ()
    starts = [match.start() for match in re.finditer(r"\S+", prepared)]
    positions = np.searchsorted(starts, [start for _, start in tokens], "right") - 1
    known = [
        (token, int(min(position, len(text.split()) - 1)))
        for (token, _), position in zip(tokens, positions, strict=True)
        if token not in stop_words
    ]
    shortest, longest = vectorizer.ngram_range
    for n in range(shortest, longest + 1):
        for first in range(len(known) - n + 1):
            part = known[first : first + n]
            yield " ".join(token for token, _ in part), [word for _, word in part]


def _tokens(vectorizer, text):
    """Tokens of a text with where they begin."""
    found, end = [], 0
    for token in vectorizer.build_tokenizer()(text):
        at = text.find(token, end)
        start = end if at < 0 else at
        found.append((token, start))
        end = start + (0 if at < 0 else len(token))
    return found


def _n_grams_in_words(vectorizer, prepare, text):
    """Those of characters that end at the ends of words: each is of one word."""
    analyze = vectorizer.build_analyzer()
    for position, word in enumerate(text.split()):
        for name in analyze(word):
            yield name, [position]


def _n_grams_of_characters(vectorizer, text):
    """Those of characters of a whole text, blanks included."""
    text = re.sub(r"\s\s+", " ", text)
    word_at, position = [], 0
    for i, letter in enumerate(text):
        position += letter.isspace() and 0 < i < len(text) - 1
        word_at.append(position)
    shortest, longest = vectorizer.ngram_range
    for n in range(shortest, min(longest, len(text)) + 1):
        for first in range(len(text) - n + 1):
            yield text[first : first + n], list(islice(word_at, first, first + n))
