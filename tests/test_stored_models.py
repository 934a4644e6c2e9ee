"""Files of this and earlier versions load, and predict what they predicted."""

import warnings
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from skclf import inspect_file, load
from skclf.deploy._manifest import differences
from skclf.exceptions import PersistenceWarning

FOLDER = Path(__file__).parent / "stored"
FILES = sorted(FOLDER.glob("*/*.skclf"))

TEXTS = [
    "the fire is near", "a sunny day", "smoke and fire", "on the beach",
    "help us please", "what a lovely day", "the house burns", "we love the beach",
]  # fmt: skip


@pytest.mark.parametrize(
    "file", FILES, ids=[f"{f.parent.name}/{f.stem}" for f in FILES]
)
def test_a_file_loads_with_the_versions_that_wrote_it(file):
    differ = differences(inspect_file(file)["versions"])
    if not differ:
        model = load(file, trusted=not file.stem.endswith("-safe"))
        expected = np.loadtxt(file.with_suffix(".csv"))
        np.testing.assert_allclose(model.predict_proba(TEXTS), expected, atol=1e-5)
        return
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with suppress(ValueError, AttributeError, TypeError):  # the warning says why
            assert load(file, trusted=True).predict(TEXTS).shape == (8,)
    assert any(issubclass(warning.category, PersistenceWarning) for warning in told)


def test_there_is_a_file_of_each_kind():
    from skclf.compose._recipes import READY_MADE

    names = {file.stem for file in FOLDER.glob("0.1.0/*.skclf")}
    safe = {f"{name}-safe" for name in ("nb", "tfidf-logreg", "tfidf-svm", "gru-onnx")}
    assert names == {*READY_MADE, "gru-onnx", *safe}
