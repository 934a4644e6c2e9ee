"""Displays hold what they draw, on the user's axes or on their own."""

import warnings

import numpy as np
import pytest
from helpers import tiny_pipeline
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline, make_union

from skclf import (
    EmbeddingLookup,
    SequenceEncoder,
    TextCleaner,
    TopicFeatures,
    compare,
    make_text_classifier,
)
from skclf.evaluate import (
    ClassDistributionDisplay,
    ClassScoresDisplay,
    ComparisonDisplay,
    ConfusionDisplay,
    CoverageDisplay,
    HistoryDisplay,
    LengthDisplay,
    SearchDisplay,
    TopicsDisplay,
    TopWordsDisplay,
    WordRankDisplay,
)
from skclf.evaluate._wording import shortened

pytestmark = pytest.mark.usefixtures("pyplot")

LONG = "a name of forty characters, no fewer: {}"


def labels(n_classes, n=400):
    """True and predicted labels, of names that are long; the last class is rare."""
    rng = np.random.RandomState(0)
    names = np.array([LONG.format(i) for i in range(n_classes)], dtype=object)
    y = np.append(rng.randint(0, n_classes - 1, n), n_classes - 1)
    predicted = np.where(rng.rand(n + 1) < 0.7, y, rng.randint(0, n_classes, n + 1))
    return names[y], names[predicted]


@pytest.mark.parametrize("n_classes", [2, 5, 20])
def test_names_and_titles_are_inside_of_the_figure(n_classes, tweets):
    y, predicted = labels(n_classes)
    texts = [f"word{i % 7} and more" for i in range(len(y))]
    model = make_text_classifier("tfidf-logreg").fit(texts, y)
    topics = TopicFeatures(n_classes, random_state=0).fit(tweets[0])
    displays = [
        ConfusionDisplay.from_predictions(y, predicted),
        ConfusionDisplay.from_estimator(model, texts, y, X_val=texts, y_val=y),
        ClassDistributionDisplay.from_labels(y),
        ClassDistributionDisplay.from_predictions(y, predicted),
        ClassScoresDisplay.from_predictions(y, predicted),
        LengthDisplay.from_documents(texts, y, max_len=2),
        TopWordsDisplay.from_estimator(model),
        TopicsDisplay.from_estimator(topics),
    ]
    for display in displays:
        figure = display.figure_
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of constrained layout: no room left
            figure.canvas.draw()
        width, height = figure.canvas.get_width_height()
        box = figure.get_tightbbox(figure.canvas.get_renderer())
        pixels = box.extents * figure.dpi
        assert pixels[0] >= -1
        assert pixels[1] >= -1
        assert pixels[2] <= width + 1
        assert pixels[3] <= height + 1


def test_confusion_is_normalised_by_truth_and_has_f1():
    y, predicted = labels(3)
    display = ConfusionDisplay.from_predictions(
        y, predicted, y_true_val=y[:9], y_pred_val=y[:9]
    )
    np.testing.assert_allclose(display.matrices["training"].sum(axis=1), 1)
    assert display.scores["training"] == f1_score(y, predicted, average="macro")
    assert display.scores["validation"] == 1
    assert [ax.get_title() for ax in display.ax_][1] == "validation, macro F1 1.000"


def test_scores_of_each_class():
    y, predicted = labels(4)
    display = ClassScoresDisplay.from_predictions(y, predicted)
    expected = precision_score(y, predicted, average=None)
    np.testing.assert_array_equal(display.scores[0], expected)
    assert display.counts.sum() == len(y)


def test_several_labels_are_refused():
    with pytest.raises(ValueError, match="one label for each document"):
        ClassDistributionDisplay.from_labels([[1, 0], [0, 1]])
    with pytest.raises(ValueError, match="inconsistent numbers"):
        ConfusionDisplay.from_predictions([0, 1], [0])


def test_history_of_nets(tweets, pyplot):
    X, y = tweets
    nets = {name: tiny_pipeline(name).fit(X[:60], y[:60]) for name in ("cnn", "gru")}
    display = HistoryDisplay.from_estimator(nets, metrics="loss")
    solid = [line for line in display.ax_[0].lines if line.get_linestyle() == "-"]
    history = nets["cnn"]["classify"].history_
    np.testing.assert_array_equal(solid[0].get_ydata(), history["val_loss"])
    held_out_only = HistoryDisplay.from_estimator(nets["cnn"], metrics="f1").ax_[0]
    assert len(held_out_only.lines[0].get_ydata()) == len(history["val_f1"])
    _, axes = pyplot.subplots(1, 2)
    again = HistoryDisplay.from_estimator(nets["cnn"], ax=axes)
    assert again.figure_ is axes[0].figure
    with pytest.raises(ValueError, match="got 'los'. Did you mean 'loss'"):
        HistoryDisplay.from_estimator(nets["cnn"], metrics="los")
    with pytest.raises(ValueError, match="Expected 2 axes"):
        HistoryDisplay.from_estimator(nets["cnn"], ax=axes[0])
    with pytest.raises(TypeError, match="Expected a fitted net"):
        HistoryDisplay.from_estimator(LogisticRegression())


def test_stages_of_a_fit_are_told_apart(tweets):
    X, y = tweets
    vectors = {word: [1.0, float(i)] for i, word in enumerate(" ".join(X).split())}
    model = tiny_pipeline("cnn", vectors=vectors)
    model.set_params(classify__embedding="finetune", classify__finetune_epochs=2)
    display = HistoryDisplay.from_estimator(model.fit(X[:60], y[:60]), metrics="loss")
    dotted = [line for line in display.ax_[0].lines if line.get_linestyle() == ":"]
    assert [line.get_xdata()[0] for line in dotted] == [2.5]


def test_lengths_and_ranks():
    texts = ["a", "a b", "a b c", None, ""]
    display = LengthDisplay.from_documents(texts, max_len=2)
    assert display.cut == 0.2
    assert display.quantiles[0, 2] == 1
    ranks = WordRankDisplay.from_documents(texts, max_words=1)
    assert ranks.counts.tolist() == [3, 2, 1]
    assert ranks.covered == 0.5
    with pytest.raises(ValueError, match="0 sample"):
        LengthDisplay.from_documents([])


def test_results_of_a_comparison(tweets):
    X, y = tweets
    results = compare(["nb", "tfidf-logreg"], X, y, cv=2, verbose=0)
    display = ComparisonDisplay.from_results(results, metric="f1_macro", cost="file_kb")
    assert display.ax_.get_ylabel() == "f1_macro"
    assert {text.get_text() for text in display.ax_.texts} == {"nb", "tfidf-logreg"}
    with pytest.raises(ValueError, match=r"metric among \['accuracy', 'f1_macro'\]"):
        ComparisonDisplay.from_results(results, metric="f1")
    with pytest.raises(ValueError, match="Expected the result of compare"):
        ComparisonDisplay.from_results(results[["fit_seconds"]])


def test_results_of_a_search(tweets):
    X, y = tweets
    grid = {"classify__C": [10.0, 0.1], "classify__class_weight": [None, "balanced"]}
    search = GridSearchCV(make_text_classifier("tfidf-logreg"), grid, cv=2)
    with pytest.raises(ValueError, match="Expected a fitted search"):
        SearchDisplay.from_search(search)
    display = SearchDisplay.from_search(search.fit(X, y))
    ticks = [[t.get_text() for t in ax.get_xticklabels()] for ax in display.ax_]
    assert ticks == [["0.1", "10.0"], ["None", "'balanced'"]]
    with pytest.raises(ValueError, match=r"metric among \['score'\], got 'auc'"):
        SearchDisplay.from_search(search, metric="auc")


def test_coverage_of_vectors(tweets):
    X = SequenceEncoder().fit_transform(tweets[0])
    vectors = {word: [1.0] for word in list(X.vocabulary)[::2]}
    display = CoverageDisplay.from_estimator(EmbeddingLookup(vectors).fit(X))
    assert 0.5 <= display.coverage["types"] < 0.6
    assert display.missing[0] not in vectors
    with pytest.raises(TypeError, match="Expected fitted word vectors"):
        CoverageDisplay.from_estimator(make_text_classifier("nb"))


def test_names_are_shortened_in_the_middle():
    assert shortened("short") == "short"
    assert len(shortened(LONG.format(1))) == 28
    assert shortened(LONG.format(12)).endswith("12")


def test_topics_by_their_shares_of_documents(tweets, pyplot):
    X, _ = tweets
    model = make_pipeline(TextCleaner(), TopicFeatures(4, random_state=0))
    topics = model.fit(X)[-1]
    display = TopicsDisplay.from_estimator(model, n_words=12)
    shares = topics.topics_["share"].sort_values(ascending=False, kind="stable")
    titles = [ax.get_title() for ax in display.ax_]
    assert titles == [
        f"{name}: {share:.1%}".replace("%", " %") for name, share in shares.items()
    ]
    (first, *_), of_first = display.ax_, topics.top_words_["topic"] == shares.index[0]
    drawn = [bar.get_width() for bar in first.patches]
    assert len(drawn) == 12
    expected = topics.top_words_.loc[of_first, "weight"]
    np.testing.assert_array_equal(drawn[:10], expected)
    words = [tick.get_text() for tick in first.get_yticklabels()]
    assert words[:10] == topics.top_words_.loc[of_first, "word"].tolist()
    _, axes = pyplot.subplots(2, 2)
    assert TopicsDisplay.from_estimator(model, ax=axes).figure_ is axes[0, 0].figure


def test_topics_of_given_documents(tweets):
    X, _ = tweets
    topics = TopicFeatures(3, random_state=0).fit(X)
    wanted = topics.transform(X).argmax(axis=1) == 2
    union = make_union(make_pipeline("passthrough", topics))
    for estimator in (topics, union):
        display = TopicsDisplay.from_estimator(estimator, X[wanted])
        assert display.shares.tolist() == [0, 0, 1]
        assert display.ax_[0].get_title() == "topic_2: 100.0 %"


def test_topics_that_are_not_there(tweets):
    with pytest.raises(TypeError, match="Expected a fitted TopicFeatures, or a pipe"):
        TopicsDisplay.from_estimator(make_text_classifier("nb"))
    with pytest.raises(NotFittedError):
        TopicsDisplay.from_estimator(TopicFeatures())
    topics = TopicFeatures(2, random_state=0).fit(tweets[0])
    with pytest.raises(ValueError, match="0 sample"):
        TopicsDisplay.from_estimator(topics, [])
    with pytest.raises(ValueError, match="Expected 2 axes, one for each list"):
        TopicsDisplay.from_estimator(topics, ax=[None])
