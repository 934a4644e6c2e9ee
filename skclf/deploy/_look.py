"""What a saved file says about itself, without loading its model."""

from typing import Any

from skclf._names import public
from skclf._typing import FilePath
from skclf.deploy._archive import read_manifest, read_page


@public("skclf.deploy")
def inspect_file(path: FilePath | bytes) -> dict[str, Any]:
    """Read the manifest of a file of :func:`save`; nothing is unpickled or imported.

    Anybody's file may be looked at: no more than a few MB of it are read.

    Parameters
    ----------
    path : str, bytes or PathLike
        The file.

    Returns
    -------
    dict
        The manifest, see Notes of :func:`save`. It is what the file says about itself:
        whether the pickle is undamaged, :func:`load` checks.

    Raises
    ------
    ValueError
        If the file is not one of :func:`save`, is cut off, or has a manifest of more
        than 4 MB or with other entries.
    FileNotFoundError
        If there is no such file.

    See Also
    --------
    save : Writes such a file.

    Examples
    --------
    >>> import tempfile
    >>> from skclf import inspect_file, make_text_classifier, save
    >>> model = make_text_classifier("nb")
    >>> model = model.fit(["house on fire", "sunny beach"] * 5, ["bad", "good"] * 5)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(model, f"{folder}/model.skclf", metrics={"f1": 0.8})
    ...     manifest = inspect_file(f"{folder}/model.skclf")
    >>> manifest["classes"], manifest["metrics"]
    (['bad', 'good'], {'f1': 0.8})
    """
    with open(path, "rb") as file:
        return read_manifest(file, path)


@public("skclf.deploy")
def read_report(path: FilePath | bytes) -> str | None:
    """Read the report that was saved with a model; nothing is unpickled or imported.

    Parameters
    ----------
    path : str, bytes or PathLike
        A file of :func:`save`.

    Returns
    -------
    str or None
        The report as an HTML page; None, if the model was saved without one.

    Raises
    ------
    ValueError
        If the file is not one of :func:`save`, or is damaged.
    FileNotFoundError
        If there is no such file.

    See Also
    --------
    skclf.evaluate.report : Makes it.

    Notes
    -----
    ``unzip -p model.skclf report.html`` does the same. A page from somebody else is
    what they say it is: it is not checked to be one that skclf wrote.

    Examples
    --------
    >>> import tempfile
    >>> from skclf import make_text_classifier, report, save
    >>> from skclf.datasets import make_tweets
    >>> from skclf.deploy import read_report
    >>> tweets = make_tweets(200, random_state=0)
    >>> X, y = tweets.data["text"], tweets.target
    >>> model = make_text_classifier("nb").fit(X[:150], y[:150])
    >>> card = report(model, X[:150], y[:150], X_test=X[150:], y_test=y[150:])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(model, f"{folder}/model.skclf", report=card)
    ...     page = read_report(f"{folder}/model.skclf")
    >>> page.splitlines()[0]
    '<!doctype html>'
    """
    with open(path, "rb") as file:
        return read_page(file, path, read_manifest(file, path))
