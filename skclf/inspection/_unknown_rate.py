"""How much of a text a model knows nothing about."""

from typing import Any

import numpy as np

from skclf._names import public
from skclf._typing import Estimator
from skclf._validation import excerpt
from skclf.compose._known_words import unknown_shares


@public("skclf.inspection")
def unknown_rate(pipeline: Estimator, X: Any) -> np.ndarray:
    """Share of the words of each text that a model knows nothing about.

    Parameters
    ----------
    pipeline : estimator
        A fitted pipeline that takes texts, or a DataFrame with a column of texts (see
        :class:`~skclf.compose.TextAndTable`); also one of
        :func:`~skclf.to_onnx_pipeline`, a search, an ensemble.
    X : iterable of str, or DataFrame
        What it takes. A single text is put into a list.

    Returns
    -------
    ndarray of float of shape (n_documents,)
        From 0 to 1. NaN for a document without words: one that is empty, or of which
        cleaning leaves nothing.

    Raises
    ------
    TypeError
        If `X` is not what the pipeline takes.
    ValueError
        If nothing in the pipeline tells which words it knows, as a
        :class:`~sklearn.feature_extraction.text.HashingVectorizer` or a transformer of
        your own.
    NotFittedError
        If the pipeline is not fitted.

    See Also
    --------
    skclf.deploy.Monitor : Whether more words are unknown than in training.
    skclf.compose.AbstainingClassifier : Does not answer where no word is known.

    Notes
    -----
    Words are what the pipeline's own steps make of a text. Where several parts read
    them, in a union, a vote or a stack, they are those of the first part that reads
    whole words, and a word is unknown if no part knows it. A part knows

    - in a vectorizer of words, those of its vocabulary (where it has n-grams only,
      words of these);
    - in a vectorizer of characters, words of which it has an n-gram: that is nearly
      every word, so the share says little of ``"tfidf-svm"`` and ``"mlp"``, and of
      votes and stacks with them. In scripts without blanks each character is a word;
    - in a net, words of the encoder's vocabulary. With a step of word vectors, those
      that have a vector, and words of the vocabulary without one if the net goes on to
      train them. fastText learned by :class:`~skclf.embed.EmbeddingTrainer` makes a
      vector of any word, of its parts.

    If nothing else is read than characters or n-grams, these are the words. What is cut
    off by the encoder's `max_len` counts as the rest does. Columns of a table do not
    count, nor does a :class:`~skclf.embed.SentenceEncoder`, to which no word is
    unknown: where nothing else reads the texts, that is an error.

    Examples
    --------
    >>> from skclf import make_text_classifier, unknown_rate
    >>> texts = ["the house is on fire", "a day on the beach"] * 10
    >>> model = make_text_classifier("tfidf-logreg").fit(texts, ["bad", "good"] * 10)
    >>> unknown_rate(model, ["a house on Mars", "xyzzy", "http://t.co/x"])
    array([0.25, 1.  ,  nan])
    """
    if isinstance(X, str):
        raise TypeError(
            f"Expected a list of texts, got the text {excerpt(X)}. Pass [text]."
        )
    return unknown_shares(pipeline, X)
