"""Save a fitted pipeline to one file, and load it again."""

import os
import reprlib
import warnings
from collections.abc import Mapping
from contextlib import contextmanager
from functools import partial
from numbers import Integral
from pathlib import Path
from typing import Any

import joblib
from sklearn.exceptions import NotFittedError
from sklearn.utils._param_validation import (
    Interval,
    StrOptions,
    validate_parameter_constraints,
)
from sklearn.utils.validation import check_is_fitted

from skclf._names import public
from skclf._typing import Estimator, FilePath
from skclf._validation import POSITIVE_INT, excerpt, listed
from skclf.deploy._archive import (
    MOST,
    check_file,
    checked_pickle,
    read_manifest,
    read_safe,
    write_pickle,
    write_safe,
)
from skclf.deploy._contents import culprit, names_in
from skclf.deploy._manifest import differences, make_manifest, missing, plain_metrics
from skclf.deploy._replace import replacing
from skclf.deploy._schema import is_digest
from skclf.deploy.safe._encode import NotPlainError
from skclf.deploy.safe._parts import parts_of
from skclf.exceptions import PersistenceWarning

_CONSTRAINTS = {
    "format": [StrOptions({"safe", "pickle"}), None],
    "metrics": [dict, None],
    "n_samples": [POSITIVE_INT, None],
    "compress": [Interval(Integral, 0, 9, closed="both")],
}


@public("skclf.deploy")
def save(
    pipeline: Estimator,
    path: FilePath | bytes,
    *,
    format: str | None = None,
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
    format : {"safe", "pickle"}, default=None
        "safe" writes plain data, arrays and ONNX graphs: a file that cannot run code
        when it is loaded, whoever made it. It holds what is made of
        ``skclf.deploy.TRUSTED_TYPES`` alone, which ready-made pipelines are; those of
        nets, once :func:`to_onnx_pipeline` has converted them. "pickle" holds nets of
        Keras, and functions and classes of your own, but runs whatever is in it: who
        loads it has to say that they trust it. None is "safe" where that can be, else
        "pickle"; ``inspect_file(path)["contents"]`` says which.
    metrics : dict, default=None
        Scores to note down: names to finite numbers, texts, booleans or None, or to
        lists and dicts of them.
    n_samples : int, default=None
        Number of documents that the pipeline was fitted on. None asks its steps: those
        of skclf know it (``n_samples_fit_``). Where none does, None is noted down.
    compress : int, default=0
        From 0, not compressed, to 9, smallest. Arrays of counts shrink a lot, the
        weights of nets hardly. The text in a safe file is always compressed.
    report : Report, default=None
        What :func:`~skclf.evaluate.report` returned: its page is kept in the file as
        the model's card, see :func:`read_report`. What it shows of texts, the file
        shows: ``report(..., show_texts=False)`` leaves them out.

    Raises
    ------
    sklearn.exceptions.NotFittedError
        If the pipeline is not fitted.
    TypeError
        If something in it cannot be pickled, or is neither plain data nor of a trusted
        type with ``format="safe"``; the message names the step. Or if `report` is no
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
    The manifest has the keys ``format``, ``contents`` ("safe" or "pickle"), ``created``
    (UTC), ``estimator``, ``classes``, ``n_samples``, ``metrics``, ``versions`` (of
    Python and the packages that the file needs), ``sha256`` (of the pickle, or of
    ``model.json``) and ``members`` (size and SHA-256 of each part of a safe file).

    The file is a zip archive. To have it signed, use what signs any file, such as
    ``minisign`` or ``gpg --detach-sign``.

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
    given = {
        "format": format,
        "metrics": metrics,
        "n_samples": n_samples,
        "compress": compress,
    }
    validate_parameter_constraints(_CONSTRAINTS, given, caller_name="save")
    path = check_target(path)
    metrics = plain_metrics(metrics)
    _check_fitted(pipeline)
    page = _page_of(report)
    names, from_main = names_in(pipeline)
    parts = None if format == "pickle" else _plain_parts(pipeline, format)
    if from_main and parts is None:
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
        if parts is None:
            dump = partial(joblib.dump, pipeline)
            write_pickle(file, dump, describe, compress, page)
        else:
            write_safe(file, parts, describe, compress, page)


@public("skclf.deploy")
def load(
    path: FilePath | bytes, *, trusted: bool = False, sha256: str | None = None
) -> Estimator:
    """Load a pipeline that :func:`save` wrote.

    A safe file cannot run code, and is loaded as it is; nothing in it is unpickled. A
    pickle runs what is in it: it is loaded if you say that you trust it.

    Parameters
    ----------
    path : str, bytes or PathLike
        The file.
    trusted : bool, default=False
        Whether you trust who made the file to run code on this machine. Files of
        earlier versions of skclf are all pickles.
    sha256 : str, default=None
        The SHA-256 of the whole file in 64 hexadecimal digits, as ``sha256sum`` and
        ``hashlib`` give it (not the one in the manifest, which is that of a part). It
        stands for `trusted`, if you got it from somebody you trust; another file is
        refused. None takes any.

    Returns
    -------
    estimator
        The fitted pipeline.

    Raises
    ------
    ValueError
        If the file is not one of :func:`save`, is damaged or cut off, was written by a
        later skclf in a new format, is not that of `sha256`, or is a pickle, and
        neither `trusted` nor `sha256` is given: nothing was unpickled then. Or if it
        cannot be loaded with the versions that are installed.
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
    if not isinstance(trusted, bool):
        raise ValueError(f"Expected True or False as trusted, got {trusted!r}.")
    with open(path, "rb") as file:
        if sha256 is not None:
            check_file(file, path, sha256.lower())
        manifest = read_manifest(file, path)
        if manifest["contents"] == "safe":
            advice = _check_versions(manifest["versions"], path)
            with _with_advice(advice, path):
                return read_safe(file, path, manifest)
        check_trust(manifest, path, trusted or sha256 is not None)
        with checked_pickle(file, path, manifest["sha256"]) as pickle:
            advice = _check_versions(manifest["versions"], path)
            with _with_advice(advice, path):
                return joblib.load(pickle)


def check_trust(manifest, path, trusted):
    """Refuse a pickle that nobody said they trust."""
    if manifest["contents"] == "pickle" and not trusted:
        raise ValueError(
            f"{os.fspath(path)!r} is a pickle, which runs the code that is in it when "
            "it is loaded. If you trust who made it, pass trusted=True (--trusted), or "
            "its sha256= that they told you; else ask for a file of "
            "skclf.save(..., format='safe')."
        )


@contextmanager
def _with_advice(advice, path):
    """Add to an error what other versions may have to do with it."""
    try:
        yield
    except Exception as error:
        if advice is None:
            raise
        raise ValueError(
            f"{os.fspath(path)!r} cannot be loaded here "
            f"({type(error).__name__}: {str(error)[:300]}). {advice}"
        ) from error


def _plain_parts(pipeline, format):
    """The files of plain data; None if it has to be a pickle, and may be one."""
    try:
        return parts_of(pipeline)
    except NotPlainError as error:
        if format is None:
            return None
        raise TypeError(
            f"Expected a pipeline of plain data and skclf.deploy.TRUSTED_TYPES for "
            f"format='safe', got {culprit(pipeline, parts_of)}, which holds {error}. "
            "Convert nets of Keras with to_onnx_pipeline before they are saved; of a "
            "search, save best_estimator_. What holds other classes, or functions of "
            "your own, can be a pickle: format='pickle'."
        ) from error


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
