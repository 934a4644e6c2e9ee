"""What a model has learned of words."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils._param_validation import validate_params
from sklearn.utils.validation import check_is_fitted

from skclf._names import public
from skclf._typing import Estimator
from skclf._validation import POSITIVE_INT, excerpt
from skclf.inspection._explain import explain
from skclf.inspection._linear import LinearModel

# At the ends of words, where they are no part of them.
_MARKS = ".,:;!?\"'()"


@public("skclf.inspection")
@validate_params(
    {"n_words": [POSITIVE_INT], "min_texts": [POSITIVE_INT]},
    prefer_skip_nested_validation=True,
)
def explain_model(
    pipeline: Estimator, texts: Any = None, *, n_words: int = 10, min_texts: int = 2
) -> pd.DataFrame:
    """List the words that speak for each class.

    Parameters
    ----------
    pipeline : estimator
        A fitted pipeline of texts.
    texts : iterable of str, default=None
        Texts whose explanations are averaged, as :func:`explain` makes them. None takes
        the weights of a linear model; other models want texts.
    n_words : int, default=10
        How many words to list for each class.
    min_texts : int, default=2
        In how many of the `texts` a word has to be.

    Returns
    -------
    DataFrame
        One row for each class and word, those that say most first, with the columns
        ``class``, ``word``, ``weight`` (of a linear model, that of the feature; with
        `texts`, the mean contribution of the word; of naive Bayes both less their mean
        over the classes) and, with `texts`, ``n_texts``.

    Raises
    ------
    ValueError
        If the pipeline is not linear and there are no `texts`.

    See Also
    --------
    explain : The same of single texts.

    Examples
    --------
    >>> from skclf import make_text_classifier
    >>> from skclf.inspection import explain_model
    >>> texts = ["the house is on fire", "a day on the beach"] * 10
    >>> model = make_text_classifier("tfidf-logreg").fit(texts, ["bad", "good"] * 10)
    >>> explain_model(model, n_words=2).round(2)
      class   word  weight
    0   bad   fire    0.93
    1   bad  house    0.93
    2  good      a    0.93
    3  good  a day    0.93
    """
    check_is_fitted(pipeline)
    if texts is None:
        return _of_weights(pipeline, n_words)
    return _of_texts(explain(pipeline, texts), n_words, min_texts)


def _of_weights(pipeline, n_words):
    linear = LinearModel.of(pipeline)
    if linear is None:
        raise ValueError(
            "Expected texts to explain a model by that has no weights of words, got "
            f"texts=None for {excerpt(pipeline)}. Pass some of the training texts."
        )
    names, weights = [], []
    for vectorizer, weight in linear.blocks:
        found = vectorizer.get_feature_names_out()
        names += found.tolist()
        weights.append(np.full(len(found), weight))
    coef = linear.coef * np.concatenate(weights)
    if linear.relative:
        coef = coef - coef.mean(axis=0)
    rows = []
    for label, of_class in zip(linear.classes, coef, strict=True):
        # Names decide between equal weights: the order of features means nothing.
        order = sorted(range(len(names)), key=lambda i: (-of_class[i], names[i]))
        rows += [(label, names[i], of_class[i]) for i in order[:n_words]]
    return pd.DataFrame(rows, columns=["class", "word", "weight"])


def _of_texts(explanations, n_words, min_texts):
    if not explanations:
        raise ValueError(
            "Expected at least one text to explain the model by, got none."
        )
    words, texts, values = [], [], []
    for i, one in enumerate(explanations):
        is_word = one.frame.iloc[:, 0].to_numpy() >= 0  # and no column of a table
        shown = one.frame.iloc[is_word, 2]
        words += [word.lower().strip(_MARKS) for word in shown]
        texts += [i] * len(shown)
        values.append(one.compared()[is_word])
    values = pd.DataFrame(np.concatenate(values))
    values, texts = values.groupby(words), pd.Series(texts).groupby(words)
    means, n_texts = values.mean(), texts.nunique()
    means = means[(n_texts >= min_texts) & (means.index != "")]
    rows = [
        (label, word, weight, n_texts[word])
        for k, label in enumerate(explanations[0].classes)
        for word, weight in means[k].nlargest(n_words).items()
    ]
    return pd.DataFrame(rows, columns=["class", "word", "weight", "n_texts"])
