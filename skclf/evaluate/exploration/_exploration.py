"""What was found in the data, and how it is shown."""

import textwrap
from html import escape
from typing import Any

from sklearn.utils._param_validation import validate_parameter_constraints

from skclf._names import public
from skclf._optional import import_optional
from skclf._validation import POSITIVE_INT
from skclf.evaluate._shown_texts import html_table
from skclf.evaluate._wording import shortened
from skclf.evaluate.displays._classes import ClassDistributionDisplay
from skclf.evaluate.displays._documents import LengthDisplay, WordRankDisplay
from skclf.evaluate.displays._style import height_of
from skclf.evaluate.exploration._clouds import draw_clouds
from skclf.evaluate.exploration._typical_words import count_words, typical_words
from skclf.text import ENGLISH_STOP_WORDS

_MOST_CLASSES = 20
_MOST_PAIRS = 5


@public("skclf.evaluate")
class Exploration:
    """Texts, labels and columns in tables; :func:`explore` makes it.

    Attributes
    ----------
    overview : Series of int
        Numbers of documents, missing and empty ones, pairs of duplicates, words.
    classes : DataFrame or None
        ``n`` and ``share`` of each class, the largest first.
    lengths : DataFrame
        Quantiles of the numbers of words and characters of each class, and of all.
    words : DataFrame
        By rank from 1: ``word``, ``n``, ``n_documents``.
    typical_words : DataFrame or None
        For each ``class``: ``word``, ``z`` (its weighted log-odds in standard
        deviations) and ``n``, how often the class has it.
    duplicates : DataFrame
        Pairs of texts that are equal, but for blanks and the case of letters, or nearly
        so: ``row``, ``other``, ``similarity`` (1 for equal ones), ``conflict`` (whether
        their labels differ), ``text`` and ``other_text``; conflicts first.
    entities : DataFrame
        ``n`` and ``share`` of texts with links, mentions, hashtags and emojis.
    scripts : Series of float
        Shares of the texts with letters of a script.
    table : DataFrame or None
        For each column beside the texts: ``missing``, ``distinct``, ``values``.

    Examples
    --------
    >>> from skclf import explore
    >>> print(explore(["fire near here", "a day"], ["bad", "good"], n_words=2))
    2 documents: 0 missing, 0 empty; with 2 to 3 words (5 to 95 %)
    0 pairs of duplicates, 0 of near-duplicates; 0 with conflicting labels
    5 distinct words, 5 of them once
    <BLANKLINE>
    bad   1  50.0 %  fire, here
    good  1  50.0 %  a, day
    <BLANKLINE>
    with emojis 0 %, hashtags 0 %, mentions 0 %, urls 0 %; scripts: Latin 100 %
    """

    def __init__(
        self,
        *,
        overview,
        classes,
        lengths,
        words,
        typical_words,
        duplicates,
        entities,
        scripts,
        table,
        texts,
        labels,
    ):
        self.overview = overview
        self.classes = classes
        self.lengths = lengths
        self.words = words
        self.typical_words = typical_words
        self.duplicates = duplicates
        self.entities = entities
        self.scripts = scripts
        self.table = table
        self._texts = texts
        self._labels = labels

    def __repr__(self):
        n = self.overview["documents"]
        n_classes = "" if self.classes is None else f" of {len(self.classes)} classes"
        return f"<Exploration of {n:,} documents{n_classes}>"

    def __str__(self):
        parts = [self._summary(), self._class_lines(), self._content()]
        parts += [self._table_lines(), self._pair_lines()]
        return "\n\n".join(part for part in parts if part)

    def plot(self) -> Any:
        """Draw classes, lengths and the ranks of words on one page.

        Returns
        -------
        matplotlib.figure.Figure
            The page.
        """
        plt = import_optional("matplotlib.pyplot", feature="Exploration", extra="plot")
        n_classes = 1 if self.classes is None else len(self.classes)
        n_plots = 2 if self.classes is None else 3
        size = (5.6 * n_plots, max(3.6, height_of(n_classes)))
        figure, axes = plt.subplots(1, n_plots, figsize=size, layout="constrained")
        if self.classes is not None:
            ClassDistributionDisplay.from_labels(self._labels, ax=axes[0])
        LengthDisplay.from_documents(self._texts, self._labels, ax=axes[-2])
        WordRankDisplay(self.words["n"].to_numpy()).plot(ax=axes[-1])
        return figure

    def plot_words(self, *, n_words: int = 50) -> Any:
        """Draw a word cloud of each class, with the package wordcloud.

        Install it with ``pip install wordcloud``.

        Parameters
        ----------
        n_words : int, default=50
            Most words in a cloud.

        Returns
        -------
        matplotlib.figure.Figure
            Clouds of the 20 largest classes, the largest first. They show what is
            typical for a class, the larger the higher its ``z`` (see `typical_words`);
            without labels, one cloud shows the most frequent words but for
            ``skclf.text.ENGLISH_STOP_WORDS``. The font is that of matplotlib's figures.

        Raises
        ------
        ImportError
            If wordcloud or matplotlib are not installed.

        Warns
        -----
        UserWarning
            If the font lacks letters of the words.

        Examples
        --------
        >>> from skclf import explore
        >>> found = explore(["fire near here", "a day"], ["bad", "good"])
        >>> [ax.get_title() for ax in found.plot_words().axes]
        ['bad', 'good']
        """
        validate_parameter_constraints(
            {"n_words": [POSITIVE_INT]}, {"n_words": n_words}, "plot_words"
        )
        groups = self._sizes_of_words(n_words)
        figure = draw_clouds(groups)
        if self.classes is not None and len(groups) < len(self.classes):
            n = len(self.classes)
            figure.suptitle(f"the {len(groups)} largest of {n:,} classes")
        return figure

    def _sizes_of_words(self, n_words):
        """Words of the cloud of each class with their sizes."""
        if self.classes is None:
            words = self.words.set_index("word")["n"]
            words = words[~words.index.isin(ENGLISH_STOP_WORDS)]
            return {"all": words.head(n_words).to_dict()}
        counts, words = count_words(self._texts)
        table = typical_words(counts, words, self._labels, n_words)
        of_class = dict(list(table[table["z"] > 0].groupby("class")))
        return {
            label: of_class.get(label, table[:0]).set_index("word")["z"].to_dict()
            for label in self.classes.index[:_MOST_CLASSES]
        }

    def _repr_html_(self):
        tables = {
            "Classes": self.classes,
            "Lengths": self.lengths,
            "Typical words": self.typical_words,
            "Duplicates": self.duplicates.head(20),
            "What texts hold": self.entities,
            "Columns": self.table,
        }
        pieces = [f'<pre style="white-space:pre-wrap">{escape(self._summary())}</pre>']
        for title, table in tables.items():
            if table is None or not len(table):
                continue
            page = html_table(table)
            pieces.append(f"<details><summary>{title}</summary>{page}</details>")
        return f"<div>{''.join(pieces)}</div>"

    def _summary(self):
        found = {name: f"{n:,}" for name, n in self.overview.items()}
        low, high = self.lengths.loc[("all", "words"), ["5 %", "95 %"]]
        lines = [
            f"{found['documents']} documents: {found['missing']} missing, "
            f"{found['empty']} empty; with {low:.0f} to {high:.0f} words (5 to 95 %)",
            f"{found['duplicates']} pairs of duplicates, {found['near-duplicates']} of "
            f"near-duplicates; {found['pairs with conflicting labels']} with "
            "conflicting labels",
            f"{found['distinct words']} distinct words, {found['words seen once']} of "
            "them once",
        ]
        return "\n".join(lines)

    def _class_lines(self):
        if self.classes is None:
            return ""
        shown = self.classes.head(_MOST_CLASSES)
        names = {label: shortened(str(label), 24) for label in shown.index}
        width = max(map(len, names.values()))
        n_width = max(len(f"{n:,}") for n in shown["n"])
        lines = []
        for label, n, share in shown.itertuples():
            words = self.typical_words
            typical = ", ".join(words.loc[words["class"] == label, "word"])
            line = f"{names[label]:<{width}}  {n:>{n_width},}  {share:>6.1%}  {typical}"
            line = line.replace("%  ", " %  ", 1)
            lines.append(line)
        left_out = len(self.classes) - len(shown)
        if left_out:
            lines.append(f"and {left_out} more classes")
        return "\n".join(
            line if len(line) <= 80 else f"{line[:78]} …" for line in lines
        )

    def _content(self):
        shares = ", ".join(
            f"{name} {share:.0%}".replace("%", " %")
            for name, share in self.entities["share"].sort_index().items()
        )
        scripts = ", ".join(
            f"{name} {share:.0%}".replace("%", " %")
            for name, share in self.scripts.items()
        )
        return textwrap.fill(f"with {shares}; scripts: {scripts or 'none'}", 80)

    def _table_lines(self):
        if self.table is None:
            return ""
        return "\n".join(
            textwrap.shorten(
                f"{name}: {row['missing']:,} missing, {row['distinct']:,} distinct: "
                f"{row['values']}",
                80,
                placeholder=" …",
            )
            for name, row in self.table.astype(object).iterrows()
        )

    def _pair_lines(self):
        conflicts = self.duplicates[self.duplicates["conflict"]]
        if not len(conflicts):
            return ""
        lines = ["Labels differ, for example:"]
        for row in conflicts.head(_MOST_PAIRS).itertuples():
            labels = [self._labels[i] for i in (row.row, row.other)]
            text = " ".join(row.text.split())
            lines.append(
                textwrap.shorten(
                    f"  rows {row.row} ({labels[0]}) and {row.other} ({labels[1]}): "
                    f"{text}",
                    80,
                    placeholder=" …",
                )
            )
        return "\n".join(lines)
