"""What an explanation holds, and how it is shown."""

import os
import sys
import textwrap
from html import escape

import numpy as np

from skclf._names import public

# Blue for, orange against: also told apart by people who do not see red or green.
_FOR, _AGAINST = (33, 102, 172), (217, 112, 22)
_ANSI = {True: "\033[1;34m", False: "\033[33m"}
_RESET = "\033[0m"

_MOST_WORDS, _MOST_MEMBERS = 10, 6  # that are printed


@public("skclf.inspection")
class Explanation:
    """What each word of a text says for each class.

    :func:`explain` makes it. ``print`` shows the words that matter most, in colours
    where a terminal has them (not with the environment variable ``NO_COLOR``); in a
    notebook, the text is shown with its words highlighted, blue for the predicted class
    and orange against it.

    Attributes
    ----------
    text : str
        The text.
    classes : ndarray of shape (n_classes,)
        The labels.
    predicted : label
        What the pipeline predicts; of several labels, the most probable one.
    base : ndarray of shape (n_classes,)
        The scores without any word.
    frame : DataFrame
        One row for each word, in the order of the text: ``start`` and ``end``, its
        place in the text; ``word``; and a column for each class, named by its label,
        with what the word adds to the score. Columns of a table are rows with their
        name as ``word``, and -1 for the place.
    method : {"linear", "occlusion"}
        How it was found out.
    members : dict of str to Explanation
        Of a soft vote, the explanation of each member by itself: what its own log-odds
        lose without each word. Those of the vote, whose probabilities are the mean of
        theirs, are no sum or mean of them. Empty for everything else. ``print`` shows
        them as columns beside those of the vote (up to six), for the class that the
        vote predicts; a notebook shows their texts, each highlighted for the class
        that the member itself predicts.
    relative : bool
        Whether contributions mean something beside those of the other classes only, as
        those of naive Bayes, of which none is above 0. What is shown of these is less
        their mean over the classes.

    Examples
    --------
    >>> from skclf import explain, make_text_classifier
    >>> texts = ["the house is on fire", "a day on the beach"] * 10
    >>> model = make_text_classifier("tfidf-logreg").fit(texts, ["bad", "good"] * 10)
    >>> (found,) = explain(model, ["fire on the beach, what a day"])
    >>> found.predicted
    'good'
    >>> found.frame.sort_values("good")["word"].tolist()[-2:]
    ['a', 'day']
    >>> found.to_array().shape
    (7, 2)

    A vote, and what its members say:

    >>> from sklearn.ensemble import VotingClassifier
    >>> names = ["nb", "tfidf-svm"]
    >>> members = [(name, make_text_classifier(name)) for name in names]
    >>> vote = VotingClassifier(members, voting="soft")
    >>> (found,) = explain(vote.fit(texts, ["bad", "good"] * 10), ["The house!"])
    >>> print(found)
    bad (occlusion)
    nb: bad; tfidf-svm: bad
        vote       nb tfidf-svm
      +1.873   +2.398    +1.494  house!
      +0.042   +0.000    +0.065  The
    >>> found.members["nb"].predicted
    'bad'
    """

    def __init__(
        self,
        text,
        classes,
        predicted,
        base,
        frame,
        method,
        members=None,
        relative=False,
    ):
        self.text = text
        self.classes = classes
        self.predicted = predicted
        self.base = base
        self.frame = frame
        self.method = method
        self.members = members or {}
        self.relative = relative

    def to_array(self):
        """Contributions as an array.

        Returns
        -------
        ndarray of shape (n_words, n_classes)
            The columns of `frame` that are classes.
        """
        return self.frame.iloc[:, 3:].to_numpy(float)

    def compared(self):
        """Contributions as they are shown: if `relative`, less their mean over classes.

        Returns
        -------
        ndarray of shape (n_words, n_classes)
            Above 0, if the word speaks for the class.
        """
        values = self.to_array()
        return values - values.mean(axis=1, keepdims=True) if self.relative else values

    def __repr__(self):
        return (
            f"<Explanation of {len(self.frame)} words for {len(self.classes)} classes, "
            f"method={self.method!r}>"
        )

    def __str__(self):
        lines = [f"{self.predicted} ({self.method})", *self._predicted_by_members()]
        names = list(self.members)[:_MOST_MEMBERS]
        widths = [8, *(max(8, min(len(name), _most_of_name(names))) for name in names)]
        columns = [self, *(self.members[name] for name in names)]
        columns = [one._weights(self.predicted) for one in columns]
        if names:
            lines.append(_in_columns(["vote", *names], widths))
        order = np.argsort(-abs(columns[0]), kind="stable")[:_MOST_WORDS]
        words, coloured = self._words(), _has_colours()
        most = min(40, 79 - sum(widths) - len(widths))
        for i in order:
            numbers = [f"{column[i]:+.3f}" for column in columns]
            line = f"{_in_columns(numbers, widths)}  {_cut(str(words[i][2]), most)}"
            if coloured and columns[0][i]:
                line = f"{_ANSI[bool(columns[0][i] > 0)]}{line}{_RESET}"
            lines.append(line)
        left_out = len(words) - len(order)
        if left_out > 0:
            lines.append(f"          and {left_out} more")
        return "\n".join(lines)

    def _predicted_by_members(self):
        """Lines with the label that each member of a vote predicts."""
        labels = [f"{name}: {one.predicted}" for name, one in self.members.items()]
        return textwrap.wrap("; ".join(labels), 80)

    def _repr_html_(self):
        members = "".join(
            f"<details><summary>{escape(name)}: {escape(str(one.predicted))}</summary>"
            f"{one._text_html()}</details>"
            for name, one in self.members.items()
        )
        return (
            '<div style="line-height:1.8;max-width:60em;overflow-wrap:anywhere">'
            f"<p><b>{escape(str(self.predicted))}</b> "
            f"<small>({escape(self.method)})</small></p>"
            f"{self._text_html()}{members}</div>"
        )

    def _text_html(self):
        """The text, and the columns of a table, with coloured grounds."""
        values = self._weights()
        largest = abs(values).max(initial=0) or 1
        pieces, done, beside = [], 0, []
        for (start, end, word), value in zip(self._words(), values, strict=True):
            if start < 0:
                beside.append(_marked(str(word), value, largest))
                continue
            pieces.append(escape(self.text[done:start]))
            pieces.append(_marked(self.text[start:end], value, largest))
            done = end
        pieces.append(escape(self.text[done:]))
        table = f"<p>{' '.join(beside)}</p>" if beside else ""
        return f'<p style="white-space:pre-wrap">{"".join(pieces)}</p>{table}'

    def _words(self):
        """Start, end and word of each row; a class may be called like these columns."""
        return list(self.frame.iloc[:, :3].itertuples(index=False, name=None))

    def _weights(self, label=None):
        """What each word says for a class; None is the one that is predicted."""
        label = self.predicted if label is None else label
        return self.compared()[:, self.classes.tolist().index(label)]


def _marked(text, value, largest):
    """Text on a coloured ground; its number is told by a tooltip."""
    red, green, blue = _FOR if value > 0 else _AGAINST
    share = round(0.65 * abs(value) / largest, 3)
    style = f"background:rgba({red},{green},{blue},{share});border-radius:3px"
    return f'<span style="{style}" title="{value:+.3f}">{escape(text)}</span>'


def _cut(text, most):
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _in_columns(cells, widths):
    cells = zip(cells, widths, strict=True)
    return " ".join(f"{_cut(cell, width):>{width}}" for cell, width in cells)


def _most_of_name(names):
    """How wide a column may be, so that there is room for words, too."""
    return 12 if len(names) <= 3 else 8


def _has_colours():
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
