import os
import pickle
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split

from skclf.datasets import load_financial_news, make_tweets
from skclf.evaluate import audit_split
from skclf.evaluate._near_duplicates import find_closest
from skclf.text import TextCleaner

TRAIN = [
    "Flood warning! http://t.co/a",
    "Forest fire near La Ronge",
    "Nothing to see",
    "Forest fire near La Ronge",
]
TEST = [
    "Something new",
    "Forest fires near La Ronge",
    "@me flood warning http://t.co/b",
    "Forest fire near La Ronge",
    "nothing to see.",
]
Y_TRAIN = ["real", "real", "joke", "joke"]
Y_TEST = ["joke", "real", "real", "real", "joke"]


def jaccard(a, b):
    a, b = ({text[i : i + 3] for i in range(len(text) - 2)} for text in (a, b))
    return len(a & b) / max(len(a | b), 1)


# What is found


def test_pairs_are_sorted_by_kind_and_similarity():
    similarity = jaccard("forest fires near la ronge", "forest fire near la ronge")
    expected = pd.DataFrame(
        {
            "train_row": [1, 0, 2, 1],
            "kind": ["exact", "cleaned", "cleaned", "near"],
            "similarity": [1, 1, 1, similarity],
            "text": [TEST[row] for row in (3, 2, 4, 1)],
            "train_text": [TRAIN[row] for row in (1, 0, 2, 1)],
        },
        index=pd.Index([3, 2, 4, 1], name="row"),
    )
    pairs = audit_split(TRAIN, TEST).pairs
    pd.testing.assert_frame_equal(pairs, expected, check_dtype=False)


def test_mask_selects_what_is_new():
    audit = audit_split(TRAIN, TEST)
    np.testing.assert_array_equal(audit.leaked, [False, True, True, True, True])
    series = pd.Series(TEST, index=list("abcde"))
    assert series[~audit.leaked].to_dict() == {"a": "Something new"}


def test_counts():
    expected = pd.DataFrame(
        {
            "n_texts": [1, 2, 1, 4],
            "share": [0.2, 0.4, 0.2, 0.8],
            "n_conflicts": [1, 0, 1, 2],
        },
        index=pd.Index(["exact", "cleaned", "near", "leaked"], name="kind"),
    )
    counts = audit_split(TRAIN, TEST, Y_TRAIN, Y_TEST).counts
    pd.testing.assert_frame_equal(counts, expected)


def test_contradicting_training_text_is_shown_before_an_agreeing_one():
    pairs = audit_split(["a fire"] * 4, ["a fire"], [1, 1, 0, 0], [1]).pairs
    assert pairs.loc[0, ["train_row", "label", "train_label"]].tolist() == [2, 1, 0]


def test_first_of_equally_similar_texts_is_shown():
    audit = audit_split(["b fires near you", "a fires near you"], ["c fires near you"])
    assert audit.pairs["train_row"].tolist() == [0]


def test_most_similar_text_is_shown():
    train = ["fire near La Ronge in", "fire near La Ronge", "fire near La Ronge it"]
    audit = audit_split(train, ["a fire near La Ronge"], threshold=0.5)
    assert audit.pairs["train_row"].tolist() == [1]


def test_every_copy_of_a_leaked_text_is_listed():
    audit = audit_split(TRAIN, [TEST[1]] * 3)
    assert audit.pairs.index.tolist() == [0, 1, 2]
    assert audit.leaked.all()


def test_split_without_leaks():
    audit = audit_split(["one text"], ["another document"], [0], [1])
    assert audit.pairs.empty
    assert audit.pairs.columns.tolist() == [
        *("train_row", "kind", "similarity", "text", "train_text"),
        *("label", "train_label"),
    ]
    assert audit.counts.loc["leaked"].tolist() == [0, 0, 0]
    assert not audit.leaked.any()
    assert audit.pairs["text"].str.len().tolist() == []


@pytest.mark.parametrize("blank", ["", " ", None, np.nan])
def test_blank_texts_are_not_leaked(blank):
    audit = audit_split([blank, "a text"], [blank, "another one"])
    assert audit.pairs.empty
    assert audit.n_empty == 1


def test_texts_that_cleaning_empties_are_leaked_only_if_they_are_the_same():
    audit = audit_split(["http://t.co/a", "@me"], ["http://t.co/b", "@me", "@you"])
    assert audit.pairs["kind"].to_dict() == {1: "exact"}
    assert audit.n_empty == 2


# What is passed


@pytest.mark.parametrize(
    "container",
    [
        tuple,
        iter,
        lambda texts: np.array(texts, dtype=object),
        lambda texts: pd.Series(texts, index=range(90, 90 - len(texts), -1)),
        lambda texts: pd.DataFrame({"text": texts}),
    ],
)
def test_containers_of_texts(container):
    expected = audit_split(TRAIN, TEST, Y_TRAIN, Y_TEST)
    y = pd.Series(Y_TRAIN, index=[7, 7, 7, 7]), np.array(Y_TEST)
    audit = audit_split(container(TRAIN), container(TEST), *y)
    pd.testing.assert_frame_equal(audit.pairs, expected.pairs)


def test_result_of_train_test_split():
    tweets = make_tweets(60, random_state=0)
    X, y = [*tweets.data["text"]] * 2, [*tweets.target] * 2
    audit = audit_split(*train_test_split(X, y, random_state=0))
    assert audit.n_train == 90
    assert audit.leaked.mean() > 0.5


def test_input_is_left_alone():
    train, test = pd.Series(TRAIN), np.array(TEST, dtype=object)
    y_train, y_test = np.array([0, 1, 2, 3]), np.array([0, 1, 2, 3, 4])
    for array in (test, y_train, y_test):
        array.flags.writeable = False
    audit = audit_split(train, test, y_train, y_test)
    audit.scores(y_test, y_test)
    assert train.tolist() == TRAIN


def test_integer_labels_do_not_differ_from_equal_floats():
    audit = audit_split(["a fire"], ["a fire"], [1], [1.0])
    assert audit.counts.loc["leaked", "n_conflicts"] == 0


def test_audit_can_be_pickled():
    audit = audit_split(TRAIN, TEST, Y_TRAIN, Y_TEST)
    assert repr(pickle.loads(pickle.dumps(audit))) == repr(audit)


# Options


@pytest.mark.parametrize("distance", [-1e-6, 0, 1e-6])
def test_threshold_is_the_lowest_similarity(distance):
    similarity = jaccard("forest fires near la ronge", "forest fire near la ronge")
    audit = audit_split(TRAIN, TEST[1:2], threshold=similarity + distance)
    assert audit.leaked.tolist() == [distance <= 0]


def test_no_threshold_finds_equal_texts_only():
    audit = audit_split(TRAIN, TEST, threshold=None)
    assert audit.counts.index.tolist() == ["exact", "cleaned", "leaked"]
    assert sorted(audit.pairs.index) == [2, 3, 4]
    assert "near" not in repr(audit)


def test_numbers_count_unless_the_cleaner_removes_them():
    train, test = ["3 people dead in fire"], ["14 people dead in fire"]
    assert audit_split(train, test).pairs["kind"].tolist() == ["near"]
    cleaner = TextCleaner(numbers="remove")
    audit = audit_split(train, test, cleaner=cleaner)
    assert audit.pairs["kind"].tolist() == ["cleaned"]
    assert not hasattr(cleaner, "n_samples_fit_")


def test_passthrough_compares_texts_as_they_are():
    audit = audit_split(TRAIN, TEST, cleaner="passthrough")
    assert audit.pairs["kind"].to_dict() == {3: "exact", 1: "near"}
    blank = audit_split(["   "], ["    "], cleaner="passthrough")
    assert not blank.leaked.any()


# What is printed and scored


def test_printed_audit_says_what_was_found():
    audit = audit_split(TRAIN, [*TEST, "@me"], Y_TRAIN, [*Y_TEST, "joke"])
    assert repr(audit) == (
        "6 test texts against 4 training texts:\n"
        "  exact   1   16.7%  equal a training text\n"
        "  cleaned 2   33.3%  equal one once both are cleaned\n"
        "  near    1   16.7%  nearly equal one (similarity 0.8 or more)\n"
        "  leaked  4   66.7%  in all\n"
        "With another label in training: 2 of the leaked texts.\n"
        "Empty once cleaned, not counted as leaked: 1."
    )


def test_a_notebook_shows_whole_texts_escaped():
    long = "word " * 40
    train, test = [f"<b>{long}", *TRAIN], [f"<b>{long}", "x"]
    audit = audit_split(train, test, ["<i>"] * 5, ["<u>"] * 2)
    html = audit._repr_html_()
    assert html.count(f"&lt;b&gt;{long.strip()}") == 2
    assert "&lt;u&gt;" in html
    assert not any(tag in html for tag in ("<i>", "<u>", "<b>word"))
    assert "2 test texts against 5 training texts" in html
    assert "With another label in training: 1 of the leaked texts." in html
    assert "Leaked texts (1)" in html


def test_a_notebook_shows_the_first_pairs():
    texts = [f"some text with the number {i}" for i in range(30)]
    html = audit_split(texts, texts, threshold=None)._repr_html_()
    assert "Leaked texts (the first 20 of 30)" in html
    assert html.count("number 19<") == 2
    assert "number 20<" not in html
    assert "<details>" not in audit_split(["a"], ["b"])._repr_html_()


def test_only_what_is_known_is_printed():
    assert repr(audit_split(TRAIN, TEST)).splitlines()[-1].endswith("in all")


def test_scores_with_and_without_leaked_texts():
    y_pred = ["real", "real", "real", "real", "real"]
    expected = pd.DataFrame(
        {
            "n_texts": [5, 1, 4],
            "accuracy": [3 / 5, 0, 3 / 4],
            "f1_macro": [3 / 8, 0, 3 / 7],
        },
        index=["all", "not leaked", "leaked"],
    )
    scores = audit_split(TRAIN, TEST).scores(Y_TEST, y_pred)
    pd.testing.assert_frame_equal(scores, expected)


def test_metrics_may_take_probabilities():
    proba = np.array([[0.8, 0.2], [0.4, 0.6], [0.5, 0.5], [0.1, 0.9], [0.7, 0.3]])

    def loss(y_true, y_pred):
        return log_loss(y_true, y_pred, labels=["joke", "real"])

    scores = audit_split(TRAIN, TEST).scores(Y_TEST, proba, metrics={"loss": loss})
    assert scores["loss"].to_dict() == pytest.approx(
        {
            "all": -np.log([0.8, 0.6, 0.5, 0.9, 0.7]).mean(),
            "not leaked": -np.log(0.8),
            "leaked": -np.log([0.6, 0.5, 0.9, 0.7]).mean(),
        }
    )


def test_score_of_no_texts_is_missing():
    scores = audit_split(["one text"], ["another document"]).scores([1], [1])
    assert scores["accuracy"].to_dict() == pytest.approx(
        {"all": 1, "not leaked": 1, "leaked": np.nan}, nan_ok=True
    )


# Bad input


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"X_train": "one text"}, ValueError, "string object received.*\n.*X_train"),
        ({"X_test": [1, 2]}, TypeError, "row 0.*\n.*X_test"),
        ({"X_test": pd.DataFrame({"a": TEST, "b": TEST})}, ValueError, r"\['a', 'b'\]"),
        ({"X_train": []}, ValueError, "0 sample.* audit_split as X_train"),
        ({"X_test": []}, ValueError, "0 sample.* audit_split as X_test"),
        ({"y_train": Y_TRAIN}, ValueError, "got only y_train"),
        ({"y_test": Y_TEST}, ValueError, "got only y_test"),
        (
            {"y_train": Y_TRAIN, "y_test": Y_TRAIN},
            ValueError,
            "X_test has 5 rows, y_test has 4",
        ),
        (
            {"y_train": [*Y_TRAIN[:3], None], "y_test": Y_TEST},
            ValueError,
            "y_train contains NaN.*row 3",
        ),
        (
            {"y_train": list("1011"), "y_test": [1, 0, 0, 0, 1]},
            ValueError,
            r"labels of one kind.*got '1' \(str\)",
        ),
        ({"threshold": 0}, ValueError, "'threshold' parameter"),
        ({"threshold": 1.1}, ValueError, "'threshold' parameter"),
        ({"threshold": np.nan}, ValueError, "'threshold' parameter"),
        ({"cleaner": "none"}, ValueError, "'cleaner' parameter"),
        ({"cleaner": str.lower}, ValueError, "'cleaner' parameter"),
        (
            {"cleaner": TfidfVectorizer()},
            ValueError,
            r"for each of 4 documents, got csr_\w+ of shape \(4, 12\).*TfidfVectorizer",
        ),
    ],
)
def test_bad_input_is_refused(change, error, message):
    with pytest.raises(error, match=message):
        audit_split(**{"X_train": TRAIN, "X_test": TEST, **change})


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"y_true": Y_TEST[:3]}, ValueError, "X_test has 5 rows, y_true has 3"),
        ({"y_pred": Y_TEST[:3]}, ValueError, "each of 5 texts, got 3"),
        ({"y_pred": "jokes"}, ValueError, "got 'jokes'"),
        ({"metrics": "accuracy"}, TypeError, "got 'accuracy'"),
        (
            {"metrics": {"accuracy": "accuracy"}},
            TypeError,
            "dict of names to functions",
        ),
        ({"metrics": [accuracy_score]}, TypeError, "dict of names to functions"),
    ],
)
def test_bad_predictions_are_refused(change, error, message):
    audit = audit_split(TRAIN, TEST)
    with pytest.raises(error, match=message):
        audit.scores(**{"y_true": Y_TEST, "y_pred": Y_TEST, **change})


# The search


def random_texts(n, seed):
    """Texts of 0 to 12 words, many of them changed copies of others."""
    rng = np.random.default_rng(seed)
    words = [
        "ab",
        "fire",
        "flood",
        "straße",
        "火事",
        "\ud800",
        "🔥",
        "near",
        "la",
        "ronge",
    ]
    texts = [list(rng.choice(words, size)) for size in rng.integers(0, 12, n // 2)]
    for words_of in texts[: n - len(texts)]:
        copy = words_of + [str(rng.choice(words))] * (rng.random() < 0.5)
        texts.append([word for word in copy if rng.random() < 0.9])
    return list(dict.fromkeys(" ".join(text) for text in texts))


@pytest.mark.parametrize("threshold", [0.01, 0.3, 0.7, 0.8, 1.0])
@pytest.mark.parametrize("block", [1, 50, 10_000])
def test_search_finds_what_comparing_all_pairs_finds(threshold, block):
    texts, others = random_texts(80, seed=0), random_texts(120, seed=1)
    closest, similarity = find_closest(texts, others, threshold, block=block)
    for text, position, value in zip(texts, closest, similarity, strict=True):
        every = [jaccard(text, other) for other in others]
        best = max(every)
        expected = (every.index(best), best) if best >= threshold else (-1, 0)
        assert (position, value) == pytest.approx(expected)


def test_search_finds_texts_that_share_as_little_as_is_possible():
    whole = "".join(map(chr, range(0x4E00, 0x4E00 + 102)))  # 100 trigrams, all unlike
    for texts in ([whole], [whole[:82]]), ([whole[:82]], [whole]):
        closest, similarity = find_closest(*texts, 0.8)
        assert (closest.tolist(), similarity.tolist()) == ([0], [0.8])


@pytest.mark.parametrize(
    ("texts", "others"), [([], ["a text"]), (["", "ab"], ["", "ab"]), (["text"], [""])]
)
def test_search_in_texts_without_trigrams(texts, others):
    closest, similarity = find_closest(texts, others, 0.5)
    assert closest.tolist() == [-1] * len(texts)
    assert similarity.tolist() == [0] * len(texts)


def test_small_blocks_need_less_memory():
    # Every pair is a candidate: the texts share their whole middle.
    texts = [f"{i:03} forest fire near {i:03}" for i in range(600)]

    def peak(block):
        tracemalloc.start()
        find_closest(texts[:300], texts[300:], 0.5, block=block)
        return tracemalloc.get_traced_memory()[1], tracemalloc.stop()

    assert peak(block=5_000)[0] < peak(block=5_000_000)[0] / 3


@pytest.mark.skipif("SKCLF_DATA" not in os.environ, reason="needs the real data")
def test_financial_news():
    (train, y_train), (test, y_test) = (
        load_financial_news(subset=name, return_X_y=True) for name in ("train", "valid")
    )
    audit = audit_split(train, test, y_train, y_test)
    assert audit.counts["n_texts"].tolist() == pytest.approx([0, 690, 188, 878], abs=5)
    kept = dict.fromkeys(["mentions", "hashtags", "punctuation"], "keep")
    links_only = TextCleaner(**kept, lowercase=False, max_repeats=None)
    audit = audit_split(train, test, threshold=None, cleaner=links_only)
    assert audit.counts["n_texts"].tolist() == pytest.approx([0, 675, 675], abs=2)
