"""Parts of the data on which a model is worse."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, fisher_exact

from skclf.evaluate import slices

RNG = np.random.RandomState(0)
N = 400
TRUE = RNG.choice(["a", "b"], N)
SOURCE = RNG.choice(["app", "web", "mail"], N, p=[0.5, 0.4, 0.1])
AGE = RNG.uniform(18, 80, N)
# Wrong in a tenth of the cases, and in half of those from mail.
WRONG = RNG.rand(N) < np.where(SOURCE == "mail", 0.5, 0.1)
GIVEN = np.where(WRONG, np.where(TRUE == "a", "b", "a"), TRUE)


def test_the_part_that_is_worse_is_found_and_no_other():
    found = slices(TRUE, GIVEN, by={"source": SOURCE, "age": AGE})
    worst = found.iloc[0]
    assert (worst["column"], worst["value"], worst["worse"]) == ("source", "mail", True)
    assert found["worse"].sum() == 1
    of_age = found[found["column"] == "age"]
    assert len(of_age) == 4
    assert of_age["n"].tolist() == [100] * 4
    assert found["n"].min() >= 20


def test_figures_are_those_of_scipy():
    found = slices(TRUE, GIVEN, by={"source": SOURCE}).set_index("value").loc["web"]
    part, right = SOURCE == "web", TRUE == GIVEN
    assert found["n"] == part.sum()
    assert found["accuracy"] == right[part].mean()
    assert found["rest"] == right[~part].mean()
    interval = binomtest(int(right[part].sum()), int(part.sum())).proportion_ci(
        method="wilson"
    )
    assert (found["low"], found["high"]) == interval


def test_p_values_are_corrected_for_their_number():
    one = slices(TRUE, GIVEN, by={"source": SOURCE})
    many = slices(
        TRUE, GIVEN, by={"source": SOURCE, **{f"c{i}": AGE for i in range(9)}}
    )
    first, second = (
        f.set_index(["column", "value"]).loc[("source", "mail"), "p_value"]
        for f in (one, many)
    )
    part, right = SOURCE == "mail", TRUE == GIVEN
    table = [[right[m].sum(), (~right[m]).sum()] for m in (part, ~part)]
    single = fisher_exact(table, alternative="less").pvalue
    assert first == pytest.approx(single * len(one))
    assert second == pytest.approx(single * len(many))


def test_texts_are_parted_by_what_is_in_them():
    texts = ["a link http://t.co/x" if wrong else "no link" for wrong in WRONG]
    found = slices(TRUE, GIVEN, texts)
    worst = found.set_index(["column", "value"])
    assert worst.loc[("urls", "1"), "worse"]
    assert not worst.loc[("urls", "0"), "worse"]


def test_missing_and_rare_values_are_parts_of_their_own():
    frame = pd.DataFrame({"kind": [None] * 50 + [f"k{i % 40}" for i in range(N - 50)]})
    values = slices(TRUE, GIVEN, by=frame, min_size=5)["value"].tolist()
    assert {"(missing)", "(rare)", "k0"} <= set(values)


def test_nothing_to_part_by():
    found = slices(["a"] * 30, ["a"] * 30)
    assert len(found) == 0
    assert found["worse"].dtype == bool


def test_wrong_input():
    with pytest.raises(ValueError, match="inconsistent numbers"):
        slices(TRUE, GIVEN, by={"source": SOURCE[:-1]})
    with pytest.raises(ValueError, match="inconsistent numbers"):
        slices(TRUE, GIVEN, ["a text"])
    with pytest.raises(TypeError, match="DataFrame or a dict of columns"):
        slices(TRUE, GIVEN, by=SOURCE)
    with pytest.raises(ValueError, match="'alpha' parameter of slices"):
        slices(TRUE, GIVEN, alpha=1.5)
