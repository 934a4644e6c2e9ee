"""Types in the signatures of public functions, as documentation and for checkers."""

from collections.abc import Iterable
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

FilePath = str | PathLike[str]
RandomState = int | np.random.RandomState | None

# Also Arrow's and polars' containers, which are no iterables to a checker.
Documents = Iterable[Any] | Any

# A list, an array, or a sparse indicator matrix.
Labels = ArrayLike | Any

# scikit-learn's are duck-typed.
Estimator = Any
