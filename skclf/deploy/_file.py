"""Save a fitted pipeline to one file, and load it again."""

import os
import reprlib
import warnings
from collections.abc import Mapping
from functools import partial
from numbers import Integral
from pathlib import Path
from typing import Any

import joblib
from sklearn.exceptions import NotFittedError
from sklearn.utils._param_validation import Interval, validate_parameter_constraints
from sklearn.utils.validation import check_is_fitted

from skclf._names import public
from skclf._typing import Estimator, FilePath
from skclf._validation import POSITIVE_INT, excerpt, listed
from skclf.deploy._archive import (
    MOST,
    check_file,
    checked_pickle,
    read_manifest,
    read_page,
    write,
)
from skclf.deploy._contents import names_in
from skclf.deploy._manifest import differences, make_manifest, missing, plain_metrics
from skclf.deploy._replace import replacing
from skclf.deploy._schema import is_digest
from skclf.exceptions import PersistenceWarning

_CONSTRAINTS = {
    "metrics": [dict, None],
    "n_samples": [POSITIVE_INT, None],
    "compress": [Interval(Integral, 0, 9, closed="both")],
}


@public("skclf.deploy")
def save(
    pipeline: Estimator,
    path: FilePath | bytes,
    *,
    metrics: Mapping[str, Any] | None = None,
    n_samples: int | None = None,
    compress: int = 0,
    report: Any = None,
) -> None:
    """Save a fitted pipeline, with a manifest that says what is in the file.

    The file is complete or not there: it is written under another name in the same
    folder, readable to no more users than `path`, and takes its place at the end. A
    process that is killed leaves the file that was there before, and maybe a hidden
    one, ``.skclf-*.tmp``, which the next `save` into the folder removes.

    Parameters
    ----------
    pipeline : estimator
        A fitted pipeline, any other fitted estimator of scikit-learn's kind, or a
        :class:`Monitor` with its pipeline.
    path : str, bytes or PathLike
        The file; one that is there is replaced.
    metrics : dict, default=None
        Scores to note down: names to finite numbers, texts, booleans or None, or to
        lists and dicts of them.
    n_samples : int, default=None
        Number of documents that the pipeline was fitted on. None asks its steps: those
        of skclf know it (``n_samples_fit_``). Where none does, None is noted down.
    compress : int, default=0
        From 0, not compressed, to 9, smallest. Vocabularies shrink by half, the weights
        of nets hardly.
    report : Report, default=None
        What :func:`~skclf.evaluate.report` returned: its page is kept in the file as
        the model's card, see :func:`read_report`. What it shows of texts, the file
        shows: ``report(..., show_texts=False)`` leaves them out.

    Raises
    ------
    sklearn.exceptions.NotFittedError
        If the pipeline is not fitted.
    TypeError
        If something in it cannot be pickled; the message names it. Or if `report` is no
        report.
    ValueError
        If a parameter is wrong, `metrics` or `report` hold too much or `metrics`
        something else, or `path` is neither a file nor a folder, as a device or a pipe.
    FileNotFoundError, IsADirectoryError
        If there is no such folder, or `path` is one.

    Warns
    -----
    PersistenceWarning
        If the pipeline holds a function or class of ``__main__``, a script or notebook,
        which other processes do not find.

    See Also
    --------
    load : Load it again.
    inspect_file : Read the manifest only.
    read_report : Read the report.

    Notes
    -----
    The manifest has the keys ``format``, ``created`` (UTC), ``estimator``, ``classes``,
    ``n_samples``, ``metrics``, ``versions`` (of Python and the packages that the file
    needs) and ``sha256`` (of the pickle).

    Examples
    --------
    >>> import tempfile
    >>> import skclf
    >>> model = skclf.make_text_classifier("tfidf-logreg")
    >>> model = model.fit(["house on fire", "sunny beach"] * 5, ["bad", "good"] * 5)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = f"{folder}/model.skclf"
    ...     skclf.save(model, file, metrics={"accuracy": 0.81})
    ...     manifest = skclf.inspect_file(file)
    ...     loaded = skclf.load(file)
    >>> manifest["classes"], manifest["metrics"], manifest["n_samples"]
    (['bad', 'good'], {'accuracy': 0.81}, 10)
    >>> loaded.predict(["fire!"])
    array(['bad'], dtype='<U4')
    """
    given = {"metrics": metrics, "n_samples": n_samples, "compress": compress}
    validate_parameter_constraints(_CONSTRAINTS, given, caller_name="save")
    path = check_target(path)
    metrics = plain_metrics(metrics)
    _check_fitted(pipeline)
    page = _page_of(report)
    names, from_main = names_in(pipeline)
    if from_main:
        warnings.warn(
            f"The pipeline holds {listed(sorted(from_main))} of __main__, which other "
            "processes do not find when they load it. Move it to a module that they "
            "import.",
            PersistenceWarning,
            stacklevel=2,
        )
    describe = partial(
        make_manifest, pipeline, names, n_samples=n_samples, metrics=metrics
    )
    with replacing(path) as file:
        write(file, partial(joblib.dump, pipeline), describe, compress, page)


@public("skclf.deploy")
def load(path: FilePath | bytes, *, sha256: str | None = None) -> Estimator:
    """Load a pipeline that :func:`save` wrote.

    .. warning::
        Load only files that you trust. joblib files are pickles, and unpickling runs
        code that is in the file. The check sum in it finds damage, not malice; one
        that you got in another way, passed as `sha256`, finds both.

    Parameters
    ----------
    path : str, bytes or PathLike
        The file.
    sha256 : str, default=None
        The SHA-256 of the whole file in 64 hexadecimal digits, as ``sha256sum`` and
        ``hashlib`` give it (not the one in the manifest, which is that of the pickle).
        Another file is refused. None takes any.

    Returns
    -------
    estimator
        The fitted pipeline.

    Raises
    ------
    ValueError
        If the file is not one of :func:`save`, is damaged or cut off, was written by a
        later skclf in a new format, or is not that of `sha256`: nothing was unpickled
        then. Or if it cannot be loaded with the versions that are installed.
    ImportError
        If a package is missing that the pipeline needs, to be loaded or to predict.
    FileNotFoundError
        If there is no such file.

    Warns
    -----
    PersistenceWarning
        If skclf, scikit-learn, NumPy or Keras is another version than it was, by more
        than a patch.

    See Also
    --------
    save : The other direction.
    inspect_file : Read the manifest only.

    Examples
    --------
    >>> import tempfile
    >>> from skclf import load, make_text_classifier, save
    >>> model = make_text_classifier("tfidf-logreg")
    >>> model = model.fit(["house on fire", "sunny beach"] * 5, ["bad", "good"] * 5)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(model, f"{folder}/model.skclf")
    ...     loaded = load(f"{folder}/model.skclf")
    >>> loaded.predict(["a sunny house"])
    array(['good'], dtype='<U4')
    """
    is_right = isinstance(sha256, str) and is_digest(sha256.lower())
    if sha256 is not None and not is_right:
        raise ValueError(
            "Expected the SHA-256 of the file as 64 hexadecimal digits, got sha256="
            f"{reprlib.repr(sha256)}."
        )
    with open(path, "rb") as file:
        if sha256 is not None:
            check_file(file, path, sha256.lower())
        manifest = read_manifest(file, path)
        with checked_pickle(file, path, manifest["sha256"]) as pickle:
            advice = _check_versions(manifest["versions"], path)
            try:
                return joblib.load(pickle)
            except Exception as error:
                if advice is None:
                    raise
                raise ValueError(
                    f"{os.fspath(path)!r} cannot be loaded here "
                    f"({type(error).__name__}: {str(error)[:300]}). {advice}"
                ) from error


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
        read_manifest(file, path)
        return read_page(file, path)


def _page_of(report):
    """The page of a report, small enough to be read again."""
    if report is None:
        return None
    from skclf.evaluate import Report  # not needed to load and predict

    if not isinstance(report, Report):
        raise TypeError(
            f"Expected what skclf.report returned as report, got {excerpt(report)}."
        )
    page = report.to_html()
    if len(page.encode()) > MOST:
        raise ValueError(
            f"Expected a report of at most {MOST:,} bytes, got {len(page.encode()):,}. "
            "Save it to a file of its own: report.save(path)."
        )
    return page


def check_target(path):
    """The file to write, links followed; a clear error if it cannot be one."""
    target = Path(os.path.realpath(os.fsdecode(path)))
    if target.is_dir():
        raise IsADirectoryError(
            f"Expected a file to write, got the folder {str(target)!r}."
        )
    if os.path.lexists(target) and not target.is_file():
        raise ValueError(
            f"Expected a file to write, got {str(target)!r}, which is a device, a pipe "
            "or a link to itself. Pass another path."
        )
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"There is no folder {str(target.parent)!r} to write to. Make it first."
        )
    return target


def _check_fitted(pipeline):
    try:
        check_is_fitted(getattr(pipeline, "pipeline", pipeline))  # a Monitor has one
    except NotFittedError as error:
        raise NotFittedError(
            f"Expected a fitted pipeline, got a {type(pipeline).__name__} that is not "
            "fitted. Call fit before save."
        ) from error


def _check_versions(versions, path):
    """Warn of other versions; advice if there are any, else None."""
    absent = missing(versions)
    if absent:
        advice = f"Install them with: pip install {' '.join(absent)}"
        if "keras" in versions:
            advice += (
                ". To do without TensorFlow, convert the pipeline with "
                "to_onnx_pipeline before it is saved."
            )
        raise ImportError(
            f"{os.fspath(path)!r} needs packages that are not installed. {advice}"
        )
    differ = differences(versions)
    if not differ:
        return None
    what = ", ".join(f"{name} {saved} (here {here})" for name, saved, here in differ)
    pinned = " ".join(f"'{name}=={saved}'" for name, saved, _ in differ)
    advice = (
        f"Install what it was saved with (pip install {pinned}), or fit and save it "
        "again."
    )
    warnings.warn(
        f"{os.fspath(path)!r} was saved with {what}, so predictions may differ or "
        f"fail. {advice}",
        PersistenceWarning,
        stacklevel=3,
    )
    return advice
