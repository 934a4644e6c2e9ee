"""Text and the other columns of a table, as one input."""

from math import isfinite
from numbers import Real

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.utils.validation import check_is_fitted, validate_data

from skclf._base import SequenceTransformer
from skclf._names import public
from skclf._sequences_and_table import SequencesAndTable
from skclf._validation import excerpt
from skclf.compose._branches import (
    SEQUENCES,
    as_rest,
    as_texts,
    fit_transform,
    output_names,
    transform,
)
from skclf.compose._column_selection import ColumnSelection, as_list, as_table
from skclf.compose._side_by_side import SideBySide
from skclf.compose._table_encoder import TableEncoder

_DROP, _PASS = "drop", "passthrough"


@public("skclf.compose")
class TextAndTable(SequenceTransformer):
    """Transform a column of texts and other columns, each in its own way.

    What comes out is one input for a classifier. If the text becomes sequences, it is a
    container that :class:`~skclf.models.RNNClassifier` and
    :class:`~skclf.models.CNNClassifier` read with a branch for the text and one for
    the table; otherwise it is a plain matrix for any estimator. Text that is left in
    the table is taken as categories, which are learned in `fit` and become one-hot, or
    embeddings in the nets.

    Parameters
    ----------
    text : transformer or "drop"
        Turns texts into sequences or features. It is given the column as a Series (or
        a 1-D array); of several columns each is read by a copy of it. "drop" leaves the
        text out.
    table : transformer, "passthrough" or "drop"
        Turns the other columns into numbers or categories. It is given a table.
        "passthrough" takes them as they are, "drop" leaves them out.
    text_column : str, int or sequence of them
        Name of the column of texts, or its position. Of several, such as a title and a
        text, features stand side by side, and sequences one behind another: a word of
        one column is another word than the same of another, and has a vector of its
        own, which nets train apart.
    table_columns : str, int or sequence of them
        Names of the columns of the table, or their positions. Others are not used.
    transformer_weights : dict of str to float, default=None
        Factors of the features of ``"text"`` and ``"table"``, as in
        :class:`~sklearn.pipeline.FeatureUnion`: next to TF-IDF, whose rows are of
        length 1, a table counts for less at ``{"table": 0.2}``. Only for a plain
        matrix, since nets weigh their inputs themselves.

    Attributes
    ----------
    text_, table_ : transformer
        The fitted transformers; as given where they are "drop" or "passthrough". For
        several columns of texts `text_` is a list of them.
    categories_ : list of (list of str or None)
        Of each column of the transformed table the categories, sorted, or None where
        it holds numbers.
    n_features_in_ : int
        Number of columns of the training data.
    feature_names_in_ : ndarray of str objects
        Names of these columns, where they have any.
    n_samples_fit_ : int
        Number of rows of the training data.

    Raises
    ------
    TypeError
        If a column has mixed types, or `X` is sparse.
    ValueError
        If a column is missing in `X` or is there twice, both branches are dropped, or
        there are weights where the text becomes sequences.

    See Also
    --------
    skclf.make_text_classifier : Whole pipelines on text and table.
    skclf.category.CategoryCanonicalizer : Merges spellings of categories.
    sklearn.compose.ColumnTransformer : For the table branch, where its columns are to
        be treated differently. It cannot hold sequences.

    Notes
    -----
    Columns are selected by name: in `transform`, they may be in another order, and
    others may be among them. A missing value of a category is the category "missing"; a
    category that `fit` has not seen is zeros. Numbers are not scaled: put for example
    ``StandardScaler`` into the table branch.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from skclf.category import CategoryCanonicalizer
    >>> from skclf.compose import TextAndTable
    >>> tweets = pd.DataFrame({
    ...     "text": ["house on fire", "what a day", "fire near here", "fire sale"],
    ...     "keyword": ["wildfire", "sun", "wildfires", "wildfire"],
    ... })
    >>> inputs = TextAndTable(
    ...     TfidfVectorizer(),
    ...     CategoryCanonicalizer(),
    ...     text_column="text",
    ...     table_columns=["keyword"],
    ... )
    >>> model = make_pipeline(inputs, LogisticRegression())
    >>> model.fit(tweets, ["bad", "good", "bad", "good"]).predict(tweets[:2])
    array(['bad', 'good'], dtype='<U4')
    >>> model[0].get_feature_names_out()[-2:]
    array(['table__keyword_sun', 'table__keyword_wildfire'], dtype=object)
    """

    def __init__(
        self, text, table, *, text_column, table_columns, transformer_weights=None
    ):
        self.text = text
        self.table = table
        self.text_column = text_column
        self.table_columns = table_columns
        self.transformer_weights = transformer_weights

    def fit(self, X, y=None):
        """Fit both transformers and learn the categories.

        Parameters
        ----------
        X : DataFrame or array of shape (n_documents, n_columns)
            Training documents and what else is known of them.
        y : array-like of shape (n_documents,), default=None
            Labels, for transformers that want them.

        Returns
        -------
        self : TextAndTable
            The fitted transformer.
        """
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X, y=None):
        """Fit both transformers, and transform the same documents.

        Parameters
        ----------
        X : DataFrame or array of shape (n_documents, n_columns)
            Training documents and what else is known of them.
        y : array-like of shape (n_documents,), default=None
            Labels, for transformers that want them.

        Returns
        -------
        SequencesAndTable, TokenSequences, EmbeddedSequences, ndarray or sparse matrix
            As for `transform`.
        """
        vars(self).pop("_columns", None)  # a fit that fails leaves nothing behind
        self._check_params()
        X = as_table(X, self._needed())
        self._selected = self._select(X)
        validate_data(self, X, skip_check_array=True)
        self.n_samples_fit_ = len(X)
        texts, rest = self._take(X)
        self.text_, texts = self._fit_transform_texts(texts, y)
        self.table_, rest = fit_transform(self.table, rest, y)
        rest = as_rest(rest)
        self._text_width = 0 if texts is None else int(np.prod(texts.shape[1:]))
        names = () if rest is None else self._table_names(rest)
        columns = TableEncoder(rest, names)
        output = self._join(texts, rest, columns)
        self._columns = columns
        return output

    def transform(self, X):
        """Transform documents.

        Parameters
        ----------
        X : DataFrame or array of shape (n_documents, n_columns)
            Documents, with the columns that `fit` was told of in any order; or a list
            of records, that is dicts, rows of a DataFrame or named tuples.

        Returns
        -------
        SequencesAndTable, TokenSequences, EmbeddedSequences, ndarray or sparse matrix
            One row for each document: a container if the text becomes sequences (the
            sequences themselves without a table), otherwise the features of the text
            and to their right those of the table, sparse if either is.
        """
        check_is_fitted(self)
        X = self._no_rows() if isinstance(X, list) and not X else X
        X = as_table(X, self._needed(), min_rows=0)
        if not (hasattr(X, "columns") and hasattr(self, "feature_names_in_")):
            validate_data(self, X, reset=False, skip_check_array=True)
        texts, rest = self._take(X)
        texts = self._transform_texts(texts)
        # scikit-learn's transformers refuse a table without rows.
        rest = transform(self.table_, rest) if len(X) else self._columns.no_rows()
        rest = as_rest(rest)
        return self._join(texts, rest, self._columns)

    def get_feature_names_out(self, input_features=None):
        """Names of the columns of the output, as NumPy sees it.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Ignored.

        Returns
        -------
        ndarray of str objects
            ``text__`` and the names that the text's transformer gives, or numbers if it
            gives none; then ``table__`` and those of the table, categories as
            ``column_category``.
        """
        check_is_fitted(self)
        return np.array(
            [f"text__{name}" for name in self._text_names()]
            + [f"table__{name}" for name in self._columns.feature_names()],
            dtype=object,
        )

    @property
    def categories_(self):
        check_is_fitted(self)
        return self._columns.categories

    def __sklearn_is_fitted__(self):
        return hasattr(self, "_columns")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.allow_nan = True
        return tags

    def _check_params(self):
        for name, words in (("text", (_DROP,)), ("table", (_DROP, _PASS))):
            value = getattr(self, name)
            is_word = isinstance(value, str) and value in words
            if not is_word and not hasattr(value, "transform"):
                options = " or ".join(map(repr, words))
                raise TypeError(
                    f"Expected a transformer or {options} as {name}, got "
                    f"{excerpt(value)}."
                )
        if not _is_dropped(self.text) and not self._text_columns():
            raise ValueError(
                "Expected at least one column in text_column, got "
                f"{excerpt(self.text_column)}."
            )
        if _is_dropped(self.text) and _is_dropped(self.table):
            raise ValueError("Expected text or table, got both dropped.")
        _check_weights(self.transformer_weights)

    def _needed(self):
        """The columns that are read, as they are called in the parameters."""
        text = [] if _is_dropped(self.text) else as_list(self.text_column)
        return text + ([] if _is_dropped(self.table) else as_list(self.table_columns))

    def _no_rows(self):
        """What an empty list stands for: the columns of `fit` without rows."""
        nothing = np.empty((0, self.n_features_in_), dtype=object)
        names = getattr(self, "feature_names_in_", None)
        return nothing if names is None else pd.DataFrame(nothing, columns=names)

    def _select(self, X):
        """Where the text and the table are; None for what is dropped."""
        text = table = None
        if not _is_dropped(self.text):
            text = ColumnSelection(X, as_list(self.text_column))
        if not _is_dropped(self.table):
            columns = as_list(self.table_columns)
            if not columns:
                raise ValueError(
                    "Expected at least one column in table_columns, got "
                    f"{self.table_columns!r}. Set table='drop' to have none."
                )
            table = ColumnSelection(X, columns)
        return text, table

    def _take(self, X):
        text, table = self._selected
        texts = text and text.columns(X)
        if text and not self._reads_several():
            (texts,) = texts
        return texts, table and table.table(X)

    def _reads_several(self):
        return len(self._text_columns()) > 1

    def _fit_transform_texts(self, texts, y):
        if texts is None or not self._reads_several():
            fitted, texts = fit_transform(self.text, texts, y)
            return fitted, as_texts(texts)
        found = [fit_transform(self.text, column, y) for column in texts]
        blocks = [as_texts(block) for _, block in found]
        self._beside_texts = SideBySide(blocks, list(map(str, self._text_columns())))
        return [fitted for fitted, _ in found], self._beside_texts.join(blocks)

    def _transform_texts(self, texts):
        if texts is None or not self._reads_several():
            return as_texts(transform(self.text_, texts))
        pairs = zip(self.text_, texts, strict=True)
        blocks = [as_texts(transform(*pair)) for pair in pairs]
        return self._beside_texts.join(blocks)

    def _text_columns(self):
        """The columns of texts as they are called in the parameters."""
        return as_list(self.text_column)

    def _join(self, texts, rest, columns):
        if isinstance(texts, SEQUENCES):
            return self._beside(texts, rest, columns)
        weights = self.transformer_weights or {}
        blocks = {}
        if texts is not None:
            blocks["text"] = texts
        if rest is not None:
            blocks["table"] = columns.matrix(rest)
        blocks = [
            block * weights[name] if name in weights else block
            for name, block in blocks.items()
        ]
        if any(map(sparse.issparse, blocks)):
            return sparse.hstack(blocks, format="csr")
        return np.hstack(blocks)

    def _beside(self, sequences, rest, columns):
        if self.transformer_weights:
            raise ValueError(
                "Expected transformer_weights=None for sequences, which nets weigh "
                f"themselves, got {excerpt(self.transformer_weights)}."
            )
        if not columns.sizes:
            return sequences
        return SequencesAndTable(
            sequences,
            columns.codes(rest),
            columns.sizes,
            fingerprint=columns.fingerprint,
        )

    def _text_names(self):
        if self._reads_several() and not _is_dropped(self.text):
            names = [
                f"{column}__{name}"
                for column, part in zip(self._text_columns(), self.text_, strict=True)
                for name in output_names(part)
            ]
        else:
            names = output_names(self.text_)
        return names if len(names) == self._text_width else range(self._text_width)

    def _table_names(self, block):
        if hasattr(block, "columns"):
            return list(block.columns)
        if isinstance(self.table_, str):
            return as_list(self.table_columns)
        return output_names(self.table_) or [f"x{i}" for i in range(block.shape[1])]


def _is_dropped(branch):
    return isinstance(branch, str) and branch == _DROP


def _check_weights(weights):
    if weights is None:
        return
    right = isinstance(weights, dict) and set(weights) <= {"text", "table"}
    numbers = weights.values() if right else ()
    if not right or not all(isinstance(w, Real) and isfinite(w) for w in numbers):
        raise ValueError(
            "Expected transformer_weights as a dict of 'text' and 'table' to numbers, "
            f"got {excerpt(weights)}."
        )
