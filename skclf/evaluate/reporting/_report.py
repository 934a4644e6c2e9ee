"""One page on a model: how good it is, where it fails, and what to do next."""

import textwrap
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
from sklearn.utils._param_validation import validate_params

from skclf._names import public
from skclf._typing import Documents, Estimator, FilePath, Labels
from skclf._validation import excerpt
from skclf.evaluate._details import ComparisonDetails
from skclf.evaluate.reporting._collect import collect
from skclf.evaluate.reporting._render import to_html, to_markdown
from skclf.evaluate.reporting._rules import advice
from skclf.evaluate.reporting._sections import sections_of


@public("skclf.evaluate")
@validate_params(
    {"cv": ["cv_object"], "show_texts": ["boolean"]},
    prefer_skip_nested_validation=True,
)
def report(
    model: Estimator | ComparisonDetails,
    X: Documents,
    y: Labels,
    *,
    X_test: Documents | None = None,
    y_test: Labels | None = None,
    cv: Any = None,
    show_texts: bool = True,
) -> "Report":
    """Report how good a model is, where it fails, and what to do next.

    Parameters
    ----------
    model : estimator or ComparisonDetails
        A fitted pipeline; or what ``compare(..., return_details=True)`` returned, of
        which the best model is taken, as it was fitted on the first fold.
    X : iterable of str of length n_documents, or DataFrame
        The documents that it was fitted on, or that were compared on, as the pipeline
        takes them.
    y : array-like of shape (n_documents,)
        Their labels.
    X_test : iterable of str of length n_test, or DataFrame, default=None
        Documents that it was not fitted on. The scores are of these; or else of the
        out-of-fold predictions of the comparison or of `cv`. With none of them there
        are no scores.
    y_test : array-like of shape (n_test,), default=None
        Their labels. Pass both or none.
    cv : int, splitter, iterable of (train, test) or None, default=None
        Folds on which clones of the model are fitted, for scores, if there is no test
        part, for a learning curve, and to find labels that may be wrong (if the package
        ``cleanlab`` is there). This takes about three times as long as a
        cross-validation. None fits nothing.
    show_texts : bool, default=True
        Whether the report may show texts and their words. Words tell a lot of texts:
        without them, a report can be given to those who may not see the texts. Values
        of other columns, as in a table beside the texts, are shown all the same.

    Returns
    -------
    Report
        ``print`` shows the scores and what to do; ``save("report.html")`` writes one
        page; a notebook shows it.

    Raises
    ------
    NotFittedError
        If the model is not fitted.
    TypeError
        If it is no classifier, or documents are not what it takes.
    ValueError
        If lengths differ, documents have several labels, or only one of `X_test` and
        `y_test` is given.

    See Also
    --------
    compare : Scores of several models.
    explore : The part on the training documents.

    Notes
    -----
    What to do next comes from rules on what was found: scores that are not above those
    of the majority class, test texts that are known from training, equal texts with
    different labels, labels that are probably wrong, classes with fewer than 30
    documents, a learning curve that still rises, epochs that ran out, a cheaper model
    that is as good, word vectors that cover less than 80 % of the words, a threshold
    that would gain .01 of F1, probabilities that are .05 off, parts of the data with
    more errors.

    Examples
    --------
    >>> from skclf import make_text_classifier, report
    >>> from skclf.datasets import make_tweets
    >>> tweets = make_tweets(400, random_state=0)
    >>> X, y = tweets.data["text"], tweets.target
    >>> model = make_text_classifier("tfidf-logreg").fit(X[:300], y[:300])
    >>> found = report(model, X[:300], y[:300], X_test=X[300:], y_test=y[300:])
    >>> found
    <Report on LogisticRegression: accuracy 0.870, 3 things to do>
    >>> list(found.advice)
    ['leak', 'miscalibrated', 'worse parts']
    >>> found.scores.columns.tolist()
    ['score', 'low', 'high', 'majority class']
    """
    evidence = collect(model, X, y, X_test, y_test, cv)
    return Report(evidence, advice(evidence), show_texts)


@public("skclf.evaluate")
class Report:
    """How good a model is, where it fails, what to do next; :func:`report` makes it.

    Attributes
    ----------
    advice : dict of str to str
        What to do next, the most important first, by the names of the rules.
    scores : DataFrame or None
        Metrics with 95 % intervals.
    slices : DataFrame or None
        Scores of parts of the data, see :func:`~skclf.evaluate.slices`.
    mistakes : DataFrame or None
        The errors that the model is most sure of.
    calibration : DataFrame or None
        How often predictions of some probability are right.
    learning_curve : DataFrame or None
        Accuracy by the number of training documents.
    exploration : Exploration
        Of the training documents.
    audit : SplitAudit or None
        Of training and test documents.

    Examples
    --------
    >>> from skclf import make_text_classifier, report
    >>> from skclf.datasets import make_tweets
    >>> tweets = make_tweets(200, random_state=0)
    >>> X, y = tweets.data["text"], tweets.target
    >>> found = report(make_text_classifier("nb").fit(X, y), X, y)
    >>> found.to_markdown().splitlines()[0]
    '# MultinomialNB'
    """

    def __init__(self, evidence, advice, show_texts):
        self.advice = advice
        self._evidence = evidence
        self._show_texts = show_texts

    @property
    def scores(self) -> pd.DataFrame | None:
        return self._evidence.scores

    @property
    def slices(self) -> pd.DataFrame | None:
        return self._evidence.slices

    @property
    def mistakes(self) -> pd.DataFrame | None:
        return self._evidence.mistakes

    @property
    def calibration(self) -> pd.DataFrame | None:
        return self._evidence.calibration

    @property
    def learning_curve(self) -> pd.DataFrame | None:
        return self._evidence.learning_curve

    @property
    def exploration(self) -> Any:
        return self._evidence.exploration

    @property
    def audit(self) -> Any:
        return self._evidence.audit

    def __repr__(self):
        n = len(self.advice)
        things = "thing" if n == 1 else "things"
        score = "no scores"
        if self.scores is not None:
            score = f"accuracy {self.scores.loc['accuracy', 'score']:.3f}"
        return f"<Report on {self._evidence.name}: {score}, {n} {things} to do>"

    def __str__(self):
        parts = [self._evidence.name, self._subtitle()]
        if self.scores is not None:
            parts.append(self.scores.round(3).to_string())
        lines = [
            textwrap.fill(text, 80, initial_indent="- ", subsequent_indent="  ")
            for text in self.advice.values()
        ]
        parts.append("\n".join(lines) or "Nothing stands out.")
        return "\n\n".join(
            "\n".join(textwrap.wrap(part, 80)) if "\n" not in part else part
            for part in parts
        )

    def _repr_html_(self):
        # In a frame, so that its style is its own.
        page = escape(self.to_html(), quote=True)
        style = "width:100%;height:48em;border:1px solid #d8dee4"
        return f'<iframe srcdoc="{page}" style="{style}" title="Report"></iframe>'

    def to_html(self) -> str:
        """The report as one HTML page, with nothing from outside of it.

        Returns
        -------
        str
            The page.

        Raises
        ------
        ImportError
            If Matplotlib or jinja2 is not installed.
        """
        return to_html(
            self._evidence.name, self._subtitle(), self._sections(), self._evidence
        )

    def to_markdown(self) -> str:
        """The report as Markdown, without pictures.

        Returns
        -------
        str
            Markdown.
        """
        return to_markdown(self._evidence.name, self._subtitle(), self._sections())

    def save(self, path: FilePath) -> None:
        """Write the report to a file.

        Parameters
        ----------
        path : path-like
            A name that ends with ``.html`` or ``.md``. A file that is there is
            replaced.

        Raises
        ------
        ValueError
            If it ends otherwise.
        """
        path = Path(path)
        writers = {".html": self.to_html, ".md": self.to_markdown}
        if path.suffix.lower() not in writers:
            raise ValueError(
                "Expected a path that ends with .html or .md, got "
                f"{excerpt(str(path))}."
            )
        path.write_text(writers[path.suffix.lower()](), encoding="utf-8")

    def _sections(self):
        return sections_of(self._evidence, self.advice, self._show_texts)

    def _subtitle(self):
        n = len(self._evidence.texts)
        names = ", ".join(str(label) for label in self._evidence.classes[:8])
        more = len(self._evidence.classes) - 8
        tail = f" and {more} more" if more > 0 else ""
        return f"{n:,} training documents of the classes {names}{tail}"
