"""The words of topics, and how many documents each of them leads."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from skclf._names import public
from skclf._typing import Documents, Estimator
from skclf._validation import check_documents, check_not_empty, excerpt
from skclf.compose._unwrapped import unwrapped
from skclf.evaluate.displays._style import Display, draw_words
from skclf.features import TopicFeatures
from skclf.features._topic_mapping import strongest_topics
from skclf.features._topic_words import top_words, weights_table


@public("skclf.evaluate")
class TopicsDisplay(Display):
    """The words of each topic with their weights, side by side.

    The weights of all words of a topic sum to 1.
    Above the words stands the share of the documents whose strongest topic it is; the
    largest are first. Use :meth:`from_estimator`.

    Parameters
    ----------
    words : DataFrame
        One row for each topic and word, with the columns ``topic``, ``word`` and
        ``weight``, as in ``TopicFeatures.top_words_``.
    shares : Series of float
        The share of the documents that each topic leads, by its name.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
        The figure of the last plot.
    ax_ : ndarray of matplotlib.axes.Axes
        Its axes, one for each topic.

    See Also
    --------
    skclf.features.TopicFeatures : Finds topics.

    Examples
    --------
    >>> from skclf import TopicFeatures
    >>> from skclf.evaluate import TopicsDisplay
    >>> docs = ["forest fire", "fire and smoke", "forest fire smoke",
    ...         "sunny beach", "a day at the beach"]
    >>> topics = TopicFeatures(2, min_df=1, random_state=0).fit(docs)
    >>> display = TopicsDisplay.from_estimator(topics, n_words=3)
    >>> [ax.get_title() for ax in display.ax_]
    ['topic_0: 60.0 %', 'topic_1: 40.0 %']
    """

    def __init__(self, words, shares):
        self.words = words
        self.shares = shares

    @classmethod
    def from_estimator(
        cls,
        estimator: Estimator,
        X: Documents | None = None,
        *,
        n_words: int = 8,
        ax: Any = None,
    ) -> "TopicsDisplay":
        """Draw the topics of a fitted transformer.

        Parameters
        ----------
        estimator : TopicFeatures or estimator
            A fitted one, or a fitted pipeline or search with one.
        X : iterable of str, default=None
            Documents to count, as `estimator` takes them. None are those that it was
            fitted on.
        n_words : int, default=8
            How many words to draw for each topic, the heaviest ones.
        ax : array of matplotlib.axes.Axes, default=None
            One for each topic; None makes a figure.

        Returns
        -------
        TopicsDisplay
            With the plot.

        Raises
        ------
        TypeError
            If there is no TopicFeatures.
        """
        before, topics = _find(estimator)
        check_is_fitted(topics)
        names = topics.get_feature_names_out()
        words = weights_table(
            topics.components_,
            top_words(topics.components_, n_words),
            topics.vectorizer_.get_feature_names_out(),
            names,
        )
        strongest = topics.strongest_topics_
        if X is not None:
            for step in before:
                X = step.transform(X)
            docs = check_documents(X)
            check_not_empty(docs, cls.__name__)
            strongest = strongest_topics(topics.transform(docs))
        shares = [np.mean(strongest == i) for i in range(len(names))]
        return cls(words, pd.Series(shares, names, name="share")).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> "TopicsDisplay":
        """Draw it, the topics of most documents first.

        Parameters
        ----------
        ax : array of matplotlib.axes.Axes, default=None
            One for each topic; None makes a figure.

        Returns
        -------
        TopicsDisplay
            Itself.
        """
        groups = dict(list(self.words.groupby("topic")))
        shares = self.shares.sort_values(ascending=False, kind="stable")
        most = max(map(len, groups.values()), default=1)
        axes = self._grid(ax, len(shares), most)
        for (topic, share), one in zip(shares.items(), axes, strict=True):
            part = groups.get(topic, self.words[:0])
            title = f"{topic}: {share:.1%}".replace("%", " %")
            draw_words(one, part["word"], part["weight"], title)
        return self._drawn(axes)


def _find(estimator):
    """The steps before a TopicFeatures, and itself."""
    found = _search(estimator)
    if found is None:
        raise TypeError(
            "Expected a fitted TopicFeatures, or a pipeline with one, got "
            f"{excerpt(estimator)}. Pass the TopicFeatures itself, wherever it is."
        )
    return found


def _search(estimator):
    estimator = unwrapped(estimator)
    if isinstance(estimator, TopicFeatures):
        return [], estimator
    before = []
    for _, step in getattr(estimator, "steps", []):
        if found := _search(step):
            return before + found[0], found[1]
        if step not in (None, "passthrough"):
            before.append(step)
    parts = getattr(estimator, "transformer_list", [])
    return next(filter(None, (_search(part) for _, part in parts)), None)
