"""Pipelines by name: their steps, their parameters, and what a typo gets."""

import numpy as np
import pytest
import sklearn
from helpers import tiny_pipeline
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from skclf import (
    CNNClassifier,
    DenseClassifier,
    RNNClassifier,
    SequenceEncoder,
    TextCleaner,
    make_text_classifier,
)
from skclf.compose._recipes import READY_MADE

NETS = {
    "mlp": DenseClassifier,
    "cnn": CNNClassifier,
    "lstm": RNNClassifier,
    "gru": RNNClassifier,
    "bilstm": RNNClassifier,
    "bigru": RNNClassifier,
}


ENSEMBLES = ("vote", "stack")


def test_names():
    assert list(READY_MADE) == ["tfidf-logreg", "tfidf-svm", "nb", *NETS, *ENSEMBLES]
    for name in READY_MADE:
        assert f'``"{name}"``' in make_text_classifier.__doc__


@pytest.mark.parametrize("name", READY_MADE)
def test_steps(name):
    model = make_text_classifier(name)
    assert type(model) is Pipeline
    middle = ["encode"] if name in set(NETS) - {"mlp"} else ["vectorize"]
    assert [*model.named_steps] == [
        "clean",
        *middle * (name not in ENSEMBLES),
        "classify",
    ]
    assert isinstance(model["clean"], TextCleaner)
    if name in NETS:
        assert type(model["classify"]) is NETS[name]
    if middle == ["encode"]:
        assert isinstance(model["encode"], SequenceEncoder)


def test_recurrent_nets_are_what_their_names_say():
    def kind(name):
        net = make_text_classifier(name)["classify"]
        return net.cell, net.bidirectional

    assert {name: kind(name) for name in ("lstm", "gru", "bilstm", "bigru")} == {
        "lstm": ("lstm", False),
        "gru": ("gru", False),
        "bilstm": ("lstm", True),
        "bigru": ("gru", True),
    }


@pytest.mark.parametrize("name", ENSEMBLES)
def test_ensembles_hold_the_pipelines_of_their_members(name):
    ensemble = make_text_classifier(name)["classify"]
    assert getattr(ensemble, "voting", "soft") == "soft"
    members = {"linear": "tfidf-svm", "cnn": "cnn", "bigru": "bigru"}
    assert [name for name, _ in ensemble.estimators] == [*members]
    for name, member in ensemble.estimators:
        assert repr(member) == repr(make_text_classifier(members[name])[1:])


def seeds(model):
    params = model.get_params().items()
    return {name: seed for name, seed in params if name.endswith("random_state")}


@pytest.mark.parametrize("name", READY_MADE)
def test_random_state_leaves_no_step_without_a_seed(name):
    assert None not in seeds(make_text_classifier(name, random_state=7)).values()


def test_random_state_is_for_steps_that_have_none():
    model = make_text_classifier("cnn", random_state=7)
    assert seeds(model) == {"classify__random_state": 7}
    model = make_text_classifier("cnn", random_state=7, classify__random_state=1)
    assert seeds(model) == {"classify__random_state": 1}
    model = make_text_classifier("cnn", random_state=np.random.RandomState(0))
    assert isinstance(model["classify"].random_state, int)


@pytest.mark.parametrize("name", READY_MADE)
def test_fits_and_predicts_string_labels_of_three_classes(name, named_tweets):
    X, y = named_tweets[0][:100], named_tweets[1][:100]
    model = tiny_pipeline(name).fit(X, y)
    assert model.classes_.tolist() == ["calm", "fire", "flood"]
    proba = model.predict_proba(X)
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    np.testing.assert_array_equal(model.predict(X), model.classes_[proba.argmax(1)])
    assert model.score(X, y) > 0.4


@pytest.mark.parametrize("name", READY_MADE)
def test_each_call_makes_new_steps(name):
    model, other = make_text_classifier(name), make_text_classifier(name)
    model.set_params(clean__lowercase=False)
    assert other["clean"].lowercase is True
    assert repr(other) == repr(make_text_classifier(name)) == repr(clone(other))


def test_parameters_by_nested_name():
    model = make_text_classifier(
        "mlp",
        clean__stop_words="english",
        vectorize__words__min_df=2,
        classify__hidden_units=(8, 4),
        classify__optimizer__beta_1=0.8,
        verbose=True,
    )
    assert model["clean"].stop_words == "english"
    assert model["vectorize"].transformer_list[0][1].min_df == 2
    assert model["classify"].hidden_units == (8, 4)
    assert model["classify"].get_params()["optimizer__beta_1"] == 0.8
    assert model.verbose is True
    deep = "classify__cnn__classify__optimizer__beta_1"
    vote = make_text_classifier("vote", **{deep: 0.8})
    assert clone(vote).get_params()[deep] == 0.8


@pytest.mark.parametrize(
    ("name", "param", "near"),
    [
        ("cnn", "clasify__epochs", "classify__epochs"),
        ("cnn", "epochs", "classify__epochs"),
        ("cnn", "clean__lower_case", "clean__lowercase"),
        ("gru", "encode__maxlen", "encode__max_len"),
        ("gru", "classify__unit", "classify__units"),
        ("gru", "classify__optimizer__beta1", "beta_1"),
        ("gru", "clasify__optimizer__beta_1", "classify__optimizer"),
        ("mlp", "vectorize__word__min_df", "vectorize__words__min_df"),
        ("tfidf-logreg", "classify__c", "classify__C"),
        ("tfidf-logreg", "vectorize__ngramrange", "vectorize__ngram_range"),
        ("tfidf-svm", "classify__estimator__Q", "classify__estimator__C"),
        ("vote", "classify__cnn__classify__epoch", "classify__cnn__classify__epochs"),
        ("vote", "classify__cnn__classify__optimizer__beta1", "beta_1"),
    ],
)
def test_a_wrong_parameter_gets_a_suggestion(name, param, near):
    with pytest.raises(ValueError, match=f"{param.split('__')[-1]}.*mean '{near}'"):
        make_text_classifier(name, **{param: 1})


def test_a_linear_model_takes_no_parameters_of_an_optimizer():
    with pytest.raises(ValueError, match="Invalid parameter 'classify__loss__gamma'"):
        make_text_classifier("tfidf-logreg", classify__loss__gamma=2)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("cnm", r"Expected one of \['tfidf-logreg', .*got 'cnm'. Did you mean 'cnn'"),
        ("TFIDF-SVM", "got 'TFIDF-SVM'"),
        (None, "got None"),
    ],
)
def test_an_unknown_name(name, message):
    with pytest.raises(ValueError, match=message):
        make_text_classifier(name)


@pytest.mark.parametrize("name", READY_MADE)
def test_a_configuration_that_asks_for_data_frames_does_no_harm(name, named_tweets):
    X, y = named_tweets[0][:100], named_tweets[1][:100]
    model = tiny_pipeline(name)
    with sklearn.config_context(transform_output="pandas"):
        assert np.isfinite(model.fit(X, y).predict_proba(X)).all()
