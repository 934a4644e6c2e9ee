"""What a monitor has found, and how it is shown."""

import textwrap
from html import escape

import pandas as pd

from skclf._names import public

_KINDS = ("empty", "too_short", "too_long", "unknown", "low_confidence")
_MOST_SHOWN = 20


@public("skclf.deploy")
class MonitorReport:
    """Documents that are not normal, and what has drifted; :class:`Monitor` makes it.

    Attributes
    ----------
    flags : DataFrame
        One row for each document, with the index of the documents where they have one,
        and the columns

        words : int
            Number of its words, as :class:`~skclf.features.TextStatistics` counts them.
        unknown_words : float
            Share of its words that the pipeline does not know; NaN where it has none.
        confidence : float
            The highest of its probabilities; NaN where the pipeline has none.
        empty, too_short, too_long, unknown, low_confidence : bool
            Whether no words are left of it, there are fewer or more words or more
            characters, more of its words are unknown, or the confidence is lower than
            almost ever in normal documents. A document of unknown words only is always
            `unknown`.
        flagged : bool
            Whether it is any of these.
        reason : str
            All of them in words.
    drift : DataFrame
        One row for each statistic, the surest drift first, with the columns

        statistic : str
            Its name: those of TextStatistics, ``unknown_words``, ``confidence``, and
            ``label`` with the class whose share has changed most.
        test : {"KS", "chi2"}
            Of Kolmogorov and Smirnov, one-sided for `unknown_words`; for labels of
            equal shares.
        normal, observed : float
            The means; of labels, the shares of that class.
        distance : float
            From 0 to 1, the largest difference of the distribution functions; of
            labels, half the sum of the differences of shares. Among many documents a
            drift may be sure and small.
        p_value, p_corrected : float
            Before and after Holm's correction for the number of statistics; NaN of
            what is not compared.
        drifted : bool
            Whether `p_corrected` is below the `alpha` of the monitor.

    Examples
    --------
    >>> from skclf import Monitor, make_text_classifier
    >>> texts = ["the house is on fire", "a day on the beach"] * 50
    >>> model = make_text_classifier("tfidf-logreg").fit(texts, ["bad", "good"] * 50)
    >>> found = Monitor(model, texts).check(["xyzzy", "a house on fire"] * 20)
    >>> found
    <MonitorReport of 40 documents, 40 flagged, 4 statistics drifted>
    >>> found.drift.loc[found.drift["drifted"], "statistic"].tolist()[-1]
    'unknown_words'
    """

    def __init__(self, flags: pd.DataFrame, drift: pd.DataFrame):
        self.flags = flags
        self.drift = drift

    def __repr__(self):
        return (
            f"<MonitorReport of {len(self.flags):,} documents, "
            f"{self.flags['flagged'].sum():,} flagged, "
            f"{self.drift['drifted'].sum()} statistics drifted>"
        )

    def __str__(self):
        lines = [*self._summary(), ""]
        lines.append(
            f"{'statistic':<24}{'normal':>9}{'observed':>10}{'distance':>10}"
            f"{'p, corrected':>14}"
        )
        for row in self._compared().itertuples():
            name = textwrap.shorten(row.statistic, 24, placeholder="…")
            line = (
                f"{name[:24]:<24}{row.normal:>9.3g}{row.observed:>10.3g}"
                f"{row.distance:>10.2f}{row.p_corrected:>14.2g}"
            )
            lines.append(line + ("  drifted" if row.drifted else ""))
        return "\n".join(lines)

    def _repr_html_(self):
        flagged = self.flags[self.flags["flagged"]].head(_MOST_SHOWN)
        pages = [
            table.to_html(escape=True, float_format="{:.3g}".format)
            for table in (self.drift, flagged)
        ]
        summary = escape("\n".join(self._summary()))
        return (
            f'<div><pre style="white-space:pre-wrap">{summary}</pre>'
            f"<details open><summary>Drift</summary>{pages[0]}</details>"
            f"<details><summary>The first flagged documents</summary>{pages[1]}"
            "</details></div>"
        )

    def _compared(self):
        return self.drift[self.drift["p_value"].notna()]

    def _summary(self):
        n, flagged = len(self.flags), int(self.flags["flagged"].sum())
        compared = self._compared()
        share = f"{flagged / n:.1%}".replace("%", " %")
        lines = [
            f"{n:,} documents: {flagged:,} flagged ({share}); "
            f"{compared['drifted'].sum()} of {len(compared)} statistics drifted"
        ]
        counts = {kind: int(self.flags[kind].sum()) for kind in _KINDS}
        kinds = [f"{n:,} {kind.replace('_', ' ')}" for kind, n in counts.items() if n]
        if kinds:
            lines.append(f"flagged: {', '.join(kinds)}")
        left_out = self.drift.loc[self.drift["p_value"].isna(), "statistic"]
        if len(left_out):
            lines.append(
                f"not compared: {', '.join(left_out)} (see X_held_out of Monitor)"
            )
        return lines
