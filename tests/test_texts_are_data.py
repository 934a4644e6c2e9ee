"""Texts of users are data: messages hold little of them, HTML shows them escaped."""

import numpy as np
import pandas as pd
import pytest

from skclf import CNNClassifier, make_text_classifier, predict_stream
from skclf.category import CategoryCanonicalizer
from skclf.embed import EmbeddingLookup
from skclf.evaluate import audit_split, compare
from skclf.sequence import SequenceEncoder
from skclf.text import TextCleaner

LONG = "secret " * 2_000
TEXTS, Y = ["forest fire", "sunny beach"] * 5, ["a", "b"] * 5
FRAME = pd.DataFrame({"text": TEXTS, "kind": Y})
MARKUP = "<img src=x onerror=alert(1)>"


def on_texts():
    return make_text_classifier("nb").fit(TEXTS, Y)


def on_columns():
    return make_text_classifier("nb", text="text", table=["kind"]).fit(FRAME, Y)


ERRORS = {
    "text for texts": lambda: on_texts().predict(LONG),
    "bytes": lambda: on_texts().predict([LONG.encode()]),
    "record": lambda: on_texts().predict([{LONG: LONG}]),
    "text for y": lambda: on_texts().fit(TEXTS, LONG),
    "text for y of a net": lambda: CNNClassifier().fit(
        SequenceEncoder().fit_transform(TEXTS), LONG
    ),
    "stream": lambda: list(predict_stream(on_texts(), [TEXTS, LONG])),
    "name": lambda: make_text_classifier(LONG),
    "names": lambda: compare([LONG, LONG], TEXTS, Y, verbose=0),
    "metric": lambda: compare(["nb"], TEXTS, Y, scoring=LONG, verbose=0),
    "one class": lambda: compare(["nb"], TEXTS, [LONG] * 10, verbose=0),
    "predictions": lambda: audit_split(TEXTS, TEXTS).scores(Y, LONG),
    "pattern": lambda: SequenceEncoder(token_pattern="(" + LONG).fit(TEXTS),
    "parameter": lambda: TextCleaner().set_params(**{LONG: 1}),
    "stop word": lambda: TextCleaner(stop_words=[LONG]).fit(TEXTS),
    "vectors": lambda: EmbeddingLookup({LONG: "x"}).fit(
        SequenceEncoder().fit_transform(TEXTS)
    ),
    "records": lambda: on_columns().predict([{LONG: LONG}]),
    "columns": lambda: on_columns().predict(pd.DataFrame({LONG: TEXTS})),
    "list in a column": lambda: on_columns().predict(FRAME.assign(kind=[[LONG]] * 10)),
    "categories": lambda: CategoryCanonicalizer().fit(LONG),
}


@pytest.mark.parametrize("fail", ERRORS.values(), ids=ERRORS)
def test_no_error_holds_a_whole_document(fail):
    with pytest.raises((TypeError, ValueError)) as caught:
        fail()
    message = "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])
    assert message
    assert len(message) < 1_000
    assert message.count("secret") < 40


@pytest.mark.parametrize(
    "estimator",
    [
        TextCleaner(stop_words=[MARKUP]),
        SequenceEncoder(token_pattern=MARKUP),
        EmbeddingLookup({MARKUP: np.ones(2)}),
        make_text_classifier("cnn", class_weight={MARKUP: 2.0}),
        make_text_classifier("nb", text=MARKUP, table=["kind"]),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_html_is_escaped(estimator):
    assert MARKUP not in estimator._repr_html_()
