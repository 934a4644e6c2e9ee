"""Rows of a table as records: dicts, rows of a DataFrame, named tuples."""

import numpy as np
import pandas as pd
import pytest

from skclf import make_text_classifier, predict_stream

FRAME = pd.DataFrame(
    {
        "text": ["forest fire", "sunny beach", None, "fire and smoke"] * 5,
        "kind": ["a", "b", None, "a"] * 5,
        "n": [1.0, 2.0, np.nan, 4.0] * 5,
        "other": range(20),
    }
)
Y = [1, 0, 0, 1] * 5
WAYS = {
    "dicts": lambda frame: frame.to_dict("records"),
    "without others": lambda frame: frame.drop(columns="other").to_dict("records"),
    "rows": lambda frame: [row for _, row in frame.iterrows()],
    "named tuples": lambda frame: list(frame.itertuples(index=False)),
    "generator": lambda frame: iter(frame.to_dict("records")),
}


@pytest.fixture(scope="module", params=["tfidf-logreg", "nb"])
def model(request):
    model = make_text_classifier(request.param, text="text", table=["kind", "n"])
    return model.fit(FRAME, Y)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("rows", [slice(0, 1), slice(2, 3), slice(None)], ids=str)
def test_the_same_as_a_frame(way, rows, model):
    expected = model.predict_proba(FRAME[rows])
    np.testing.assert_allclose(model.predict_proba(way(FRAME[rows])), expected)


def test_fit_on_records(model):
    from_records = make_text_classifier("nb", text="text", table=["kind", "n"])
    from_records.fit(FRAME.to_dict("records"), Y)
    assert (
        from_records.predict(FRAME).tolist()
        == from_records.predict(FRAME.to_dict("records")).tolist()
    )


def test_lists_of_records_in_a_stream(model):
    records = FRAME.to_dict("records")
    parts = list(predict_stream(model, [records[:3], records[3:]]))
    assert np.concatenate(parts).tolist() == model.predict(FRAME).tolist()


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        (FRAME.iloc[0], ValueError, r"got a Series .*df\.iloc\[\[0\]\]"),
        (FRAME.to_dict("records")[0], ValueError, r"got a dict .*Pass \[record\]"),
        (FRAME.to_dict("list"), ValueError, r"or pandas\.DataFrame\(columns\)"),
        (next(FRAME.itertuples()), ValueError, r"got a Pandas .*Pass \[record\]"),
        ([{"text": "a", "kind": "b"}], ValueError, r"columns \['n'\] .* in row 0"),
        (
            [{"text": "a", "kind": "b", "n": 1}, {"text": "a", "Kind": "b", "n": 1}],
            ValueError,
            r"columns \['kind'\] .* in row 1\. Did you mean 'Kind'\? Write None",
        ),
        ([{"text": "a", "kind": "b", "n": 1}, "a"], TypeError, r"got 'a' \(str\) in"),
    ],
    ids=["Series", "dict", "dict of lists", "tuple", "missing", "later", "mixed"],
)
def test_what_is_no_list_of_records(X, error, message, model):
    with pytest.raises(error, match=message):
        model.predict(X)


def test_records_for_a_model_on_texts():
    model = make_text_classifier("nb").fit(["fire", "beach"], [1, 0])
    with pytest.raises(TypeError, match="Pass the texts alone"):
        model.predict([{"text": "fire"}])
