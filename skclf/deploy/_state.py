"""What other packages change in a process when they are imported or convert nets."""

import logging
import os
import sys
import warnings
from contextlib import contextmanager


@contextmanager
def process_as_before():
    """Put back what is changed inside: ``sys.path``, variables of the environment,
    filters of warnings, and the level and handlers of the root logger.

    The packages that skclf asks for an ONNX graph change them: onnxruntime's tools
    append a folder to ``sys.path`` and make a handler that writes all to stderr.
    """
    root = logging.getLogger()
    path, level, handlers = list(sys.path), root.level, list(root.handlers)
    environment, filters = dict(os.environ), list(warnings.filters)
    try:
        yield
    finally:
        if sys.path != path:
            sys.path[:] = path
        if warnings.filters != filters:
            warnings.filters[:] = filters
            warnings.simplefilter("default", append=True)  # tells Python to look anew
            warnings.filters[:] = filters
        root.setLevel(level)
        root.handlers[:] = handlers
        for name in os.environ.keys() - environment.keys():
            del os.environ[name]
        for name, value in environment.items():
            if os.environ.get(name) != value:
                os.environ[name] = value
