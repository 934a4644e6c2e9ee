"""The command line: ``skclf``, also ``python -m skclf``.

Nothing slow is imported before the arguments have been checked: modules of this package
import pandas, scikit-learn and the rest of skclf inside of functions.
"""

from skclf.cli._main import main

__all__ = ["main"]
