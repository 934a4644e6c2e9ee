"""Topics and the labels of their documents."""

from html import escape

import numpy as np
import pandas as pd

from skclf._validation import type_and_shape


class TopicMapping:
    """A label for each topic: the most frequent one of the documents that it leads.

    What :meth:`~skclf.features.TopicFeatures.map_topics` returns. Several topics may
    have one label, and a label none: nothing says that there are as many topics as
    labels. Of equally frequent labels, the first in sorted order is taken. A topic that
    leads no document, and a document without a topic, get the most frequent label.

    Parameters
    ----------
    strongest : ndarray of int of shape (n_documents,)
        The strongest topic of each document; -1 where there is none.
    y : ndarray of shape (n_documents,)
        Labels.
    names : sequence of str
        Names of the topics.

    Attributes
    ----------
    labels : ndarray of shape (n_topics,)
        The label of each topic.
    default : object
        The most frequent label.
    accuracy : float
        Share of the documents whose strongest topic has their label.
    baseline : float
        Share of the documents with the most frequent label: the accuracy without
        topics.
    table : DataFrame
        One row for each topic, with its `label`, the number of `documents` that it
        leads, and its `purity`, the share of them that have the label; NaN if there are
        no documents.
    """

    def __init__(self, strongest, y, names):
        classes, codes = np.unique(y, return_inverse=True)
        counts = np.zeros((len(names) + 1, len(classes)), dtype=int)
        np.add.at(counts, (strongest, codes), 1)  # the last row is for no topic
        n, total = counts.sum(axis=1), counts.sum(axis=0)
        chosen = np.where(n > 0, counts.argmax(axis=1), total.argmax())
        chosen[-1] = total.argmax()
        right = counts[np.arange(len(counts)), chosen]
        self.labels = classes[chosen[:-1]]
        self.default = classes[total.argmax()]
        self.accuracy = float(right.sum() / len(y))
        self.baseline = float(total.max() / len(y))
        purity = np.divide(right, n, out=np.full(len(n), np.nan), where=n > 0)
        columns = {"label": self.labels, "documents": n[:-1], "purity": purity[:-1]}
        self.table = pd.DataFrame(columns, index=list(names))

    def predict(self, shares):
        """The label of the strongest topic of documents.

        Parameters
        ----------
        shares : array-like of shape (n_documents, n_topics)
            What ``TopicFeatures.transform`` returns.

        Returns
        -------
        ndarray of shape (n_documents,)
            Labels.
        """
        shares = np.asarray(shares)
        if shares.ndim != 2 or shares.shape[1] != len(self.labels):
            raise ValueError(
                f"Expected the shares of {len(self.labels)} topics in documents, got "
                f"{type_and_shape(shares)}. Pass what TopicFeatures.transform returns."
            )
        strongest = strongest_topics(shares)
        return np.where(strongest < 0, self.default, self.labels[strongest])

    def __repr__(self):
        return (
            f"TopicMapping(accuracy={self.accuracy:.3f}, baseline={self.baseline:.3f})"
        )

    def _repr_html_(self):
        table = self.table.to_html(escape=True, float_format="{:.3g}".format)
        return f"<div><p><b>{escape(repr(self))}</b></p>{table}</div>"


def strongest_topics(shares):
    """The topic with the largest share of each document; -1 where all are 0."""
    return np.where(shares.any(axis=1), shares.argmax(axis=1), -1)
