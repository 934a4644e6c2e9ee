"""Weights and validation data reach the net through scikit-learn's metadata routing."""

import numpy as np
import pytest
import sklearn
from helpers import tiny_pipeline
from sklearn.base import clone
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV, cross_val_score

NETS = ["mlp", "cnn", "gru"]

nets = pytest.mark.parametrize("name", NETS)


@pytest.fixture(scope="module")
def train(tweets):
    return tweets[0][:70], tweets[1][:70]


@pytest.fixture(scope="module")
def val(tweets):
    return tweets[0][70:100], tweets[1][70:100]


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def val_loss(model):
    return model["classify"].history_["val_loss"]


@nets
def test_sample_weight_by_the_name_of_the_step(name, train):
    X, y = train
    weight = np.where(y == 1, 50.0, 1.0)
    plain = tiny_pipeline(name).fit(X, y).predict_proba(X)[:, 1]
    model = tiny_pipeline(name).fit(X, y, classify__sample_weight=weight)
    assert model.predict_proba(X)[:, 1].mean() > plain.mean() + 0.1


@nets
@pytest.mark.usefixtures("routing")
def test_sample_weight_must_be_asked_for(name, train):
    X, y = train
    with pytest.raises(UnsetMetadataPassedError, match="sample_weight"):
        tiny_pipeline(name).fit(X, y, sample_weight=np.ones(70))


@nets
def test_sample_weight_by_routing(name, train):
    X, y = train
    weight = np.where(y == 1, 50.0, 1.0)
    expected = tiny_pipeline(name).fit(X, y, classify__sample_weight=weight)
    with sklearn.config_context(enable_metadata_routing=True):
        model = tiny_pipeline(name)
        model["classify"].set_fit_request(sample_weight=True)
        model = clone(model).fit(X, y, sample_weight=weight)
    np.testing.assert_array_equal(model.predict_proba(X), expected.predict_proba(X))


@nets
@pytest.mark.usefixtures("routing")
def test_sample_weight_is_cut_into_folds(name, train):
    """Rows of weight 0 have no part in a fold, neither in training nor in its score."""
    X, y = train
    weight = np.r_[np.zeros(10), np.ones(60)]
    model = tiny_pipeline(name)
    model["classify"].set_fit_request(sample_weight=True)
    scoring = get_scorer("neg_log_loss").set_score_request(sample_weight=True)
    folds = [(np.arange(0, 70, 2), np.arange(1, 70, 2))]

    def score(y, **params):
        return cross_val_score(model, X, y, cv=folds, scoring=scoring, **params)

    flipped = np.r_[1 - y[:10], y[10:]]
    weighted = [
        score(labels, params={"sample_weight": weight}) for labels in (y, flipped)
    ]
    assert weighted[0] == weighted[1]
    assert score(y) != score(flipped)


@nets
@pytest.mark.usefixtures("routing")
def test_raw_validation_texts_go_through_the_fitted_steps(name, train, val):
    model = tiny_pipeline(name, transform_input=["X_val"])
    model.fit(*train, X_val=val[0], y_val=val[1])
    steps, net = model[:-1], clone(model["classify"])
    net.fit(
        steps.transform(train[0]),
        train[1],
        X_val=steps.transform(val[0]),
        y_val=val[1],
    )
    assert val_loss(model) == net.history_["val_loss"]
    np.testing.assert_array_equal(
        model.predict_proba(val[0]), net.predict_proba(steps.transform(val[0]))
    )
    held_out = tiny_pipeline(name).fit(*train)
    assert val_loss(model) != val_loss(held_out)


@nets
def test_validation_data_is_asked_for_by_the_class(name):
    net = tiny_pipeline(name)["classify"]
    requests = net.get_metadata_routing().fit.requests
    assert requests["X_val"] is requests["y_val"] is True
    assert requests["sample_weight"] is requests["sample_weight_val"] is None


@nets
@pytest.mark.usefixtures("routing")
def test_weights_of_validation_data(name, train, val):
    """Of these rows only the first ten count."""
    model = tiny_pipeline(name, transform_input=["X_val"])
    model["classify"].set_fit_request(sample_weight_val=True)
    weight = np.r_[np.ones(10), np.zeros(20)]
    X_val, y_val = val
    model.fit(*train, X_val=X_val, y_val=y_val, sample_weight_val=weight)
    ten = tiny_pipeline(name, transform_input=["X_val"])
    ten.fit(*train, X_val=X_val[:10], y_val=y_val[:10])
    np.testing.assert_allclose(val_loss(model), val_loss(ten), rtol=1e-5)


@nets
@pytest.mark.usefixtures("routing")
def test_every_fold_of_a_search_validates_on_the_same_texts(name, train, val):
    """Encoded with the words of that fold; they are not cut into folds themselves."""
    model = tiny_pipeline(name, transform_input=["X_val"])
    grid = {"clean__stop_words": [None, "english"]}
    search = GridSearchCV(model, grid, cv=2, scoring="neg_log_loss")
    search.fit(*train, X_val=val[0], y_val=val[1])
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    best = clone(model).set_params(**search.best_params_)
    best.fit(*train, X_val=val[0], y_val=val[1])
    assert val_loss(search.best_estimator_) == val_loss(best)


@nets
def test_raw_validation_texts_without_routing_are_an_error_that_says_how(
    name, train, val
):
    data = {"classify__X_val": val[0], "classify__y_val": val[1]}
    message = r"X_val of the same kind as X, .* transform_input=\['X_val'\]"
    with pytest.raises(TypeError, match=message):
        tiny_pipeline(name).fit(*train, **data)
