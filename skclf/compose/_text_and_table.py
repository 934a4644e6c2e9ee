"""Text and the other columns of a table, as one input."""

from collections.abc import Iterable
from numbers import Real

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted, validate_data

from skclf._base import SequenceTransformer
from skclf._containers import EmbeddedSequences, TokenSequences
from skclf._validation import did_you_mean, type_and_shape
from skclf._with_table import SequencesAndTable
from skclf.compose._columns import Columns

_DROP, _PASS = "drop", "passthrough"


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
        a 1-D array). "drop" leaves the text out.
    table : transformer, "passthrough" or "drop"
        Turns the other columns into numbers or categories. It is given a table.
        "passthrough" takes them as they are, "drop" leaves them out.
    text_column : str or int
        Name of the column of texts, or its position.
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
        The fitted transformers; as given where they are "drop" or "passthrough".
    categories_ : list of (list of str or None)
        Of each column of the transformed table the categories, sorted, or None where
        it holds numbers.
    n_features_in_ : int
        Number of columns of the training data.
    feature_names_in_ : ndarray of str objects
        Names of these columns, where they have any.

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
        SequencesAndTable, ndarray or sparse matrix
            As for `transform`.
        """
        self._check_params()
        X = _as_table(X)
        texts, rest = self._select(X)
        validate_data(self, X, skip_check_array=True)
        self.text_, texts = _fit_transform(self.text, texts, y)
        self.table_, rest = _fit_transform(self.table, rest, y)
        self._text_width = int(np.prod(texts.shape[1:])) if texts is not None else 0
        self._columns = Columns()
        if rest is not None:
            self._columns.fit(rest, self._table_names(rest))
        else:
            self._columns.categories = self._columns.names = []
        return self._join(texts, rest)

    def transform(self, X):
        """Transform documents.

        Parameters
        ----------
        X : DataFrame or array of shape (n_documents, n_columns)
            Documents, with the columns that `fit` was told of in any order.

        Returns
        -------
        SequencesAndTable, ndarray or sparse matrix
            One row for each document: a container if the text becomes sequences (the
            sequences themselves without a table), otherwise the features of the text
            and to their right those of the table, sparse if either is.
        """
        check_is_fitted(self)
        X = _as_table(X)
        names = getattr(self, "feature_names_in_", None)
        if not hasattr(X, "columns"):
            validate_data(self, X, reset=False, skip_check_array=True)
            names = None
        texts, rest = self._select(X, names)
        return self._join(_transform(self.text_, texts), _transform(self.table_, rest))

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
                    f"Expected a transformer or {options} as {name}, got {value!r}."
                )
        if _is_dropped(self.text) and _is_dropped(self.table):
            raise ValueError("Expected text or table, got both dropped.")
        _check_weights(self.transformer_weights)

    def _select(self, X, names=None):
        """The column of texts and the table; None for what is dropped.

        Positions in a DataFrame are those in `fit`, whose names are given.
        """
        texts = rest = None
        if not _is_dropped(self.text):
            texts = _column(X, _known(X, [self.text_column], names)[0])
        if not _is_dropped(self.table):
            columns = _as_list(self.table_columns)
            if not columns:
                raise ValueError(
                    "Expected at least one column in table_columns, got "
                    f"{self.table_columns!r}. Set table='drop' to have none."
                )
            rest = _table(X, _known(X, columns, names))
        return texts, rest

    def _join(self, texts, rest):
        if isinstance(texts, _SEQUENCES):
            return self._beside(texts, rest)
        blocks, weights = [], self.transformer_weights or {}
        if texts is not None:
            blocks.append(_plain(texts) * weights.get("text", 1))
        if rest is not None:
            blocks.append(self._columns.matrix(rest) * weights.get("table", 1))
        if any(map(sparse.issparse, blocks)):
            return sparse.hstack(blocks, format="csr")
        return np.hstack(blocks)

    def _beside(self, sequences, rest):
        if self.transformer_weights:
            raise ValueError(
                "Expected transformer_weights=None for sequences, which nets weigh "
                f"themselves, got {self.transformer_weights!r}."
            )
        if rest is None:
            return sequences
        codes, sizes = self._columns.codes(rest), self._columns.sizes
        digest = self._columns.fingerprint
        return SequencesAndTable(sequences, codes, sizes, fingerprint=digest)

    def _text_names(self):
        if hasattr(self.text_, "get_feature_names_out"):
            names = self.text_.get_feature_names_out()
            if len(names) == self._text_width:
                return names
        return range(self._text_width)

    def _table_names(self, block):
        if hasattr(block, "columns"):
            return list(block.columns)
        if hasattr(self.table_, "get_feature_names_out"):
            return list(self.table_.get_feature_names_out())
        if self.table == _PASS:
            return _as_list(self.table_columns)
        return [f"x{i}" for i in range(block.shape[1])]


_SEQUENCES = (TokenSequences, EmbeddedSequences)


def _is_dropped(branch):
    return isinstance(branch, str) and branch == _DROP


def _fit_transform(transformer, X, y):
    """The fitted transformer and its output; None where the branch is dropped."""
    if X is None or isinstance(transformer, str):
        return transformer, X
    fitted = clone(transformer)
    if hasattr(fitted, "fit_transform"):
        return fitted, fitted.fit_transform(X, y)
    return fitted, fitted.fit(X, y).transform(X)


def _transform(transformer, X):
    return X if X is None or isinstance(transformer, str) else transformer.transform(X)


def _plain(block):
    """The features of the texts as a matrix."""
    if sparse.issparse(block):
        return block
    block = block.to_numpy() if hasattr(block, "to_numpy") else np.asarray(block)
    if block.ndim != 2 or block.dtype.kind not in "fiub":
        raise TypeError(
            "Expected sequences or numbers from the transformer of the text, got "
            f"{type_and_shape(block)} of {block.dtype}. Put a vectorizer or "
            "SequenceEncoder() last."
        )
    return block


def _check_weights(weights):
    if weights is None:
        return
    right = isinstance(weights, dict) and set(weights) <= {"text", "table"}
    if not right or not all(isinstance(w, Real) for w in weights.values()):
        raise ValueError(
            "Expected transformer_weights as a dict of 'text' and 'table' to numbers, "
            f"got {weights!r}."
        )


def _as_list(columns):
    is_one = isinstance(columns, str) or not isinstance(columns, Iterable)
    return [columns] if is_one else list(columns)


def _as_table(X):
    """A DataFrame as it is, anything else as a 2-D array."""
    if sparse.issparse(X):
        raise TypeError(
            "TextAndTable expects a DataFrame or a dense array. Sparse input is not "
            "supported: put what is sparse behind it, with FeatureUnion."
        )
    if not hasattr(X, "columns"):
        X = X if isinstance(X, np.ndarray) else np.asarray(X, dtype=object)
    if X.ndim != 2 if isinstance(X, np.ndarray) else len(X.shape) != 2:
        raise ValueError(
            "Expected a DataFrame or an array of shape (n_documents, n_columns), got "
            f"{type_and_shape(X)}. Pass for example df[['text', 'keyword']]. Reshape "
            "your data if it is one column."
        )
    for n, what in zip(X.shape, ("sample(s)", "feature(s)"), strict=True):
        if not n:
            raise ValueError(
                f"Found array with 0 {what} (shape={tuple(X.shape)}) while a minimum "
                "of 1 is required by TextAndTable."
            )
    if isinstance(X, np.ndarray):
        if X.dtype.kind == "c":
            raise ValueError("Complex data not supported: expected text or numbers.")
        return X
    names = list(X.columns)
    twice = sorted({str(name) for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"Expected distinct column names, got {twice} more than once.")
    return X


def _known(X, columns, fitted_names=None):
    """Columns as positions, each of which is there once."""
    if fitted_names is not None:
        columns = [c if isinstance(c, str) else fitted_names[c] for c in columns]
    names = list(X.columns) if hasattr(X, "columns") else None
    missing = [column for column in columns if not _is_there(X, names, column)]
    if missing:
        got = f"a DataFrame with {names}" if names is not None else type_and_shape(X)
        close = did_you_mean(str(missing[0]), map(str, names or ()))
        raise ValueError(f"Expected the columns {missing} in X, got {got}.{close}")
    found = [names.index(c) if isinstance(c, str) else int(c) for c in columns]
    if len(set(found)) < len(found):
        raise ValueError(f"Expected distinct columns, got {list(columns)}.")
    return found


def _is_there(X, names, column):
    if isinstance(column, str):
        return names is not None and column in names
    is_position = isinstance(column, int | np.integer) and not isinstance(column, bool)
    return is_position and 0 <= column < X.shape[1]


def _column(X, position):
    return X[X.columns[position]] if hasattr(X, "columns") else X[:, position]


def _table(X, positions):
    if hasattr(X, "columns"):
        return X[[X.columns[i] for i in positions]]
    return X[:, positions]
