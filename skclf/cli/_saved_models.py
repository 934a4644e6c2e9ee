"""Models and the data that they are tried on."""

from skclf.cli._data import read_data
from skclf.cli._messages import UserError


def load_model(path, trusted):
    """Load a classifier from a file of :func:`skclf.save`."""
    import skclf

    model = skclf.load(path, trusted=trusted)
    if isinstance(model, skclf.Monitor):
        model = model.pipeline
    if not hasattr(model, "classes_"):
        raise UserError(
            f"Expected a classifier in {str(path)!r}, got {type(model).__name__}."
        )
    return model


def data_for(model, path, *, text, target, **reading):
    """Documents as a model takes them, and their labels.

    Parameters
    ----------
    model : estimator
        A fitted pipeline.
    path : Path
        A file of rows.
    text : str or None
        The column of texts; None is the model's own, or "text".
    target : str or None
        The column of labels, if it is to be read.
    **reading : dict
        How the file is to be read, see `read_data`.

    Returns
    -------
    X : Series or DataFrame
        Texts, or rows.
    y : ndarray or None
        Labels.
    texts : Series
        The column of texts, or of several as one.
    """
    import pandas as pd

    from skclf.compose._column_selection import texts_in
    from skclf.deploy.files._model_inputs import TableInput, inputs_of

    wanted = inputs_of(model, text, None)
    column = wanted.text or text or "text"
    bunch = read_data(path, text=column, target=target, **reading)
    if target is not None:
        _check_labels(model, bunch.target, path)
    X = texts = bunch.data[column]
    if isinstance(wanted, TableInput):
        try:
            wanted.check(list(map(str, bunch.data.columns)))
        except ValueError as error:
            raise UserError(f"{str(path)!r}: {error}") from error
        X = bunch.data
        if wanted.texts:
            texts = pd.Series(texts_in(X, wanted.texts), dtype=object, index=X.index)
    return X, bunch.target, texts


def _check_labels(model, y, path):
    import numpy as np

    from skclf._validation import listed

    known, found = set(np.asarray(model.classes_).tolist()), set(y.tolist())
    if unknown := found - known:
        raise UserError(
            f"{str(path)!r} has labels that the model does not know: "
            f"{listed(sorted(unknown, key=str))}. It knows "
            f"{listed(sorted(known, key=str))}."
        )
