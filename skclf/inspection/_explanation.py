"""What an explanation holds, and how it is shown."""

import os
import sys
from html import escape

import numpy as np

from skclf._names import public

# Blue for, orange against: also told apart by people who do not see red or green.
_FOR, _AGAINST = (33, 102, 172), (217, 112, 22)
_ANSI = {True: "\033[1;34m", False: "\033[33m"}
_RESET = "\033[0m"


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
    """

    def __init__(self, text, classes, predicted, base, frame, method):
        self.text = text
        self.classes = classes
        self.predicted = predicted
        self.base = base
        self.frame = frame
        self.method = method

    def to_array(self):
        """Contributions as an array.

        Returns
        -------
        ndarray of shape (n_words, n_classes)
            The columns of `frame` that are classes.
        """
        return self.frame.iloc[:, 3:].to_numpy(float)

    def __repr__(self):
        return (
            f"<Explanation of {len(self.frame)} words for {len(self.classes)} classes, "
            f"method={self.method!r}>"
        )

    def __str__(self):
        lines = [f"{self.predicted} ({self.method})"]
        values, top = self._weights(), 10
        order = np.argsort(-abs(values), kind="stable")[:top]
        words, coloured = self._words(), _has_colours()
        for i in order:
            word, value = str(words[i][2]), values[i]
            shown = word if len(word) <= 40 else word[:39] + "…"
            line = f"{value:+8.3f}  {shown}"
            if coloured and value:
                line = f"{_ANSI[bool(value > 0)]}{line}{_RESET}"
            lines.append(line)
        left_out = len(values) - len(order)
        if left_out > 0:
            lines.append(f"          and {left_out} more")
        return "\n".join(lines)

    def _repr_html_(self):
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
        return (
            '<div style="line-height:1.8;max-width:60em;overflow-wrap:anywhere">'
            f"<p><b>{escape(str(self.predicted))}</b> "
            f"<small>({escape(self.method)})</small></p>"
            f'<p style="white-space:pre-wrap">{"".join(pieces)}</p>{table}</div>'
        )

    def _words(self):
        """Start, end and word of each row; a class may be called like these columns."""
        return list(self.frame.iloc[:, :3].itertuples(index=False, name=None))

    def _weights(self):
        """What each word says for the predicted class."""
        return self.to_array()[:, self.classes.tolist().index(self.predicted)]


def _marked(text, value, largest):
    """Text on a coloured ground; its number is told by a tooltip."""
    red, green, blue = _FOR if value > 0 else _AGAINST
    share = round(0.65 * abs(value) / largest, 3)
    style = f"background:rgba({red},{green},{blue},{share});border-radius:3px"
    return f'<span style="{style}" title="{value:+.3f}">{escape(text)}</span>'


def _has_colours():
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
