"""Data of other libraries than NumPy and pandas: Arrow, polars, datasets."""

_READ_AS_THEY_ARE = {"builtins", "numpy", "pandas", "scipy", "skclf"}


def as_plain(X):
    """Arrow's data and frames that are not computed yet, as what all stations read.

    Parameters
    ----------
    X : object
        A container of documents, labels, or columns; a chunk of them.

    Returns
    -------
    list, DataFrame or object
        A list for an Arrow array, a DataFrame for an Arrow table, a record batch or
        reader, and for frames of other libraries; one of polars remains its own.
        Anything else as it is.

    Examples
    --------
    >>> import polars
    >>> from skclf._foreign import as_plain
    >>> as_plain(polars.LazyFrame({"text": ["fire!", None]})).shape
    (2, 1)
    """
    if _library(X) in _READ_AS_THEY_ARE:
        return X
    import narwhals  # only here: nothing else needs it

    frame = narwhals.from_native(X, pass_through=True)
    if isinstance(frame, narwhals.LazyFrame):
        X = frame.collect().to_native()
    if _library(X) in _READ_AS_THEY_ARE or _library(X) == "polars":
        return X
    if hasattr(X, "read_all"):  # a reader of record batches
        X = X.read_all()
    if hasattr(X, "column_names") and hasattr(X, "to_pandas"):
        return X.to_pandas()
    return X.to_pylist() if hasattr(X, "to_pylist") else X


def _library(X):
    return type(X).__module__.partition(".")[0]
