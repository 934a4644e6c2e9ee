"""Dates and times among the columns of a table are numbers."""

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest

from skclf import make_text_classifier
from skclf.category import CategoryCanonicalizer
from skclf.compose._times import time_parts

WHEN = pd.date_range("2023-11-30 21:30", periods=20, freq="37h")
TEXTS = ["forest fire", "sunny beach"] * 10
Y = [1, 0] * 10
KINDS = {
    "datetime64": WHEN,
    "seconds": WHEN.astype("datetime64[s]"),
    "zone": WHEN.tz_localize("Europe/Rome"),
    "period": WHEN.to_period("h"),
    "objects": pd.Series(list(WHEN.to_pydatetime()), dtype=object),
    "missing": [*WHEN[:-1], pd.NaT],
    "missing objects": pd.Series([None, *WHEN[1:].to_pydatetime()], dtype=object),
}


def fitted(X, name="nb"):
    return make_text_classifier(name, text="text", table=["when"]).fit(X, Y)


@pytest.mark.parametrize("values", KINDS.values(), ids=KINDS)
def test_columns_of_times(values):
    X = pd.DataFrame({"text": TEXTS, "when": values})
    model = fitted(X)
    names = model[0].get_feature_names_out()[-4:].tolist()
    assert names == [f"table__when.{x}" for x in ("hour", "weekday", "month", "year")]
    assert np.isfinite(model.predict_proba(X)).all()
    assert model.predict(X[:1]).shape == (1,)


@pytest.mark.parametrize("values", list(KINDS.values())[:5], ids=list(KINDS)[:5])
def test_the_parts(values):
    expected = [[t.hour, t.weekday(), t.month, t.year] for t in WHEN]
    found = time_parts(pd.DataFrame({"when": values}))
    assert found.tolist() == expected


def test_dates_have_the_hour_0():
    days = pd.Series([dt.date(2024, 2, 29), None])
    parts = time_parts(pd.DataFrame({"day": days}))
    np.testing.assert_array_equal(parts, [[0, 3, 2, 2024], [np.nan] * 4])


@pytest.mark.parametrize("values", [WHEN.to_pydatetime(), list(WHEN.date)])
def test_polars(values):
    X = pl.DataFrame({"text": TEXTS, "when": list(values)})
    frame = pd.DataFrame({"text": TEXTS, "when": values})
    expected = fitted(frame).predict_proba(frame)
    np.testing.assert_allclose(fitted(X).predict_proba(X), expected)


def test_missing_ones_are_the_median_of_fit():
    X = pd.DataFrame({"text": TEXTS, "when": WHEN})
    model = fitted(X, "tfidf-logreg")
    nothing = X[:2].assign(when=pd.Series([pd.NaT, pd.NaT]))
    medians = np.median(time_parts(X[["when"]]), axis=0)
    scaler = model[0].table_.named_transformers_["times"]
    found = scaler.transform(nothing[["when"]])
    np.testing.assert_allclose(found, scaler[-1].transform([medians] * 2))


def test_another_type_of_column_than_in_fit():
    model = fitted(pd.DataFrame({"text": TEXTS, "when": WHEN}))
    with pytest.raises(TypeError, match=r"Expected dates .*pandas\.to_datetime"):
        model.predict(pd.DataFrame({"text": ["fire"], "when": ["2024-01-01"]}))


@pytest.mark.parametrize(
    "values", [WHEN, WHEN - WHEN[0], [t.time() for t in WHEN]], ids=["when", "td", "t"]
)
def test_times_as_categories_get_no_advice_to_write_them_as_text(values):
    with pytest.raises(TypeError, match=r"take numbers.*total_seconds\(\)"):
        CategoryCanonicalizer().fit(pd.DataFrame({"when": values}))
