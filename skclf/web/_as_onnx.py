"""A saved pipeline of Keras nets as one of ONNX graphs, before it is served.

Run as a program, ``python -m skclf.web._as_onnx SOURCE TARGET``, it converts one file:
TensorFlow is loaded in a process that ends, not in those that serve.
"""

import importlib.util
import os
import subprocess
import sys
import warnings
from pathlib import Path

from skclf.deploy import Monitor, load, save, to_onnx_pipeline

_NEEDED = ("onnx", "onnxruntime")


def as_onnx(path, manifest, target):
    """The path of the file to be served: another one where nets were converted.

    Parameters
    ----------
    path : Path
        A file of :func:`~skclf.save`.
    manifest : dict
        Its manifest.
    target : Path
        Where a converted pipeline is to be written.

    Returns
    -------
    Path
        `target` if there are nets that could be converted, else `path`.

    Warns
    -----
    UserWarning
        If there are nets that were not converted.
    """
    if "keras" not in manifest["versions"]:
        return path
    absent = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if absent:
        _warn(f"{absent[0]} is not installed: pip install 'skclf[onnx]'")
        return path
    done = subprocess.run(
        [sys.executable, "-m", "skclf.web._as_onnx", str(path), str(target)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        _warn(lines[-1][:500])
        return path
    return target


def _warn(reason):
    warnings.warn(
        f"The nets of the model are served by Keras, not as ONNX graphs: {reason}. "
        "They start later, and answer more slowly.",
        stacklevel=4,
    )


def convert_file(source, target):
    """Convert a file that its reader trusts."""
    model = load(source, trusted=True)
    if isinstance(model, Monitor):
        model.pipeline = to_onnx_pipeline(model.pipeline)
    else:
        model = to_onnx_pipeline(model)
    save(model, Path(target))


if __name__ == "__main__":
    convert_file(*sys.argv[1:])
