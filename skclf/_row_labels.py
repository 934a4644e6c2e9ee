"""Rows that stay together where scikit-learn is asked for DataFrames of pandas."""

from sklearn.utils._set_output import ADAPTERS_MANAGER, PandasAdapter


class RowLabelsAdapter(PandasAdapter):
    """Puts frames side by side by position where some lost the labels of their rows.

    Texts, sequences and sparse matrices have no labels, so that a step behind them
    numbers the rows anew. Beside the labels of another branch, pandas takes these
    numbers for labels, too, and FeatureUnion and ColumnTransformer pair wrong rows
    (scikit-learn's issue 31051). Frames with labels are put together as before.
    """

    def hstack(self, Xs):
        """Put frames side by side.

        Parameters
        ----------
        Xs : list of DataFrame
            Those of the branches.

        Returns
        -------
        DataFrame
            All their columns, with the labels of the first frame that has some.
        """
        labelled = [X.index for X in Xs if not _is_numbered(X)]
        if labelled:
            Xs = [_with_labels(X, labelled[0]) for X in Xs]
        return super().hstack(Xs)


def _is_numbered(X):
    """Whether the labels of the rows are what pandas gives to rows without."""
    import pandas as pd  # whoever has a frame has loaded it

    return X.index.identical(pd.RangeIndex(len(X)))


def _with_labels(X, labels):
    if _is_numbered(X):
        X = X.copy(deep=False)
        X.index = labels
    return X


# The place where scikit-learn looks for it, for the global setting as for set_output.
ADAPTERS_MANAGER.register(RowLabelsAdapter())
