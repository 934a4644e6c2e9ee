"""What is in the data, before anything is fitted."""

import numpy as np
import pandas as pd
import pytest

from skclf import explore
from skclf.datasets import make_tweets
from skclf.evaluate._near_duplicates import find_closest, find_pairs

TEXTS = [
    "The fire is near the river", "the fire  is near the river", "a sunny day",
    "a sunny day!", None, "  ", "fire http://t.co/x #help @you 😂", "пожар рядом",
]  # fmt: skip
LABELS = ["bad", "good", "good", "good", "good", "good", "bad", "bad"]


@pytest.fixture(scope="module")
def found():
    table = pd.DataFrame({"n": range(8), "kind": ["a", "b", None, "a"] * 2})
    return explore(TEXTS, LABELS, table=table, n_words=3)


def test_overview(found):
    overview = found.overview
    assert overview["documents"] == 8
    assert (overview["missing"], overview["empty"]) == (1, 1)
    assert (overview["duplicates"], overview["near-duplicates"]) == (1, 1)
    assert overview["pairs with conflicting labels"] == 1
    assert overview["words seen once"] == (found.words["n"] == 1).sum()
    assert overview["distinct words"] == len(found.words)


def test_classes_and_lengths(found):
    assert found.classes["n"].to_dict() == {"good": 5, "bad": 3}
    assert found.classes["share"].sum() == 1
    assert found.lengths.loc[("all", "words"), "median"] == 3
    assert found.lengths.loc[("bad", "characters"), "95 %"] > 20


def test_words_by_rank(found):
    assert found.words.index[0] == 1
    first = found.words.iloc[0]
    assert (first["word"], first["n"], first["n_documents"]) == ("the", 4, 2)
    assert found.words["n"].is_monotonic_decreasing


def test_typical_words_are_those_of_monroe():
    texts = ["fire fire smoke", "fire day", "day sun", "sun sun beach day"]
    y = np.array(["bad", "bad", "good", "good"])
    found = explore(texts, y).typical_words.set_index(["class", "word"])["z"]
    prior = {"fire": 3, "smoke": 1, "day": 3, "sun": 3, "beach": 1}
    bad = {"fire": 3, "smoke": 1, "day": 1, "sun": 0, "beach": 0}
    total = sum(prior.values()) + 0.05

    def odds(count, n, word):
        a = count + prior[word] + 0.01
        return np.log(a / (n + total - a))

    good = prior["fire"] - bad["fire"]
    delta = odds(3, 5, "fire") - odds(good, 6, "fire")
    spread = np.sqrt(1 / (3 + 3.01) + 1 / (good + 3.01))
    assert found[("bad", "fire")] == pytest.approx(delta / spread, abs=1e-6)
    assert found["bad"].index[0] == "fire"


def test_duplicates_with_conflicting_labels_come_first(found):
    pairs = found.duplicates
    assert pairs[["row", "other", "conflict"]].to_numpy().tolist() == [
        [0, 1, True], [2, 3, False],
    ]  # fmt: skip
    assert pairs["similarity"].iloc[0] == 1
    assert 0.8 <= pairs["similarity"].iloc[1] < 1
    assert pairs["text"].iloc[0] == TEXTS[0]


def test_pairs_are_those_of_a_comparison_of_all():
    texts = make_tweets(150, random_state=0).data["text"].tolist()
    pairs, similarity = find_pairs(texts, 0.4)
    grams = [{text[i : i + 3] for i in range(len(text) - 2)} for text in texts]
    expected = {}
    for i in range(150):
        for j in range(i + 1, 150):
            jaccard = len(grams[i] & grams[j]) / len(grams[i] | grams[j])
            if jaccard >= 0.4:
                expected[i, j] = jaccard
    assert list(map(tuple, pairs.tolist())) == sorted(expected)
    np.testing.assert_allclose(similarity, [expected[p] for p in sorted(expected)])
    closest, _ = find_closest(texts[:50], texts[50:], 0.4)
    assert len(closest) == 50


def test_nearly_equal_texts_are_no_equal_ones():
    """However long they are: one letter of five hundred, or none but the order."""
    long = " ".join(f"word{i}" for i in range(500))
    found = explore([long, long.replace("word250", "word25O"), "abcabc", "abcabcabc"])
    assert found.overview["duplicates"] == 0
    assert found.overview["near-duplicates"] == 2
    assert explore(["", " ", None]).overview["duplicates"] == 0


def test_what_texts_hold(found):
    assert found.entities["n"].to_dict() == dict.fromkeys(found.entities.index, 1)
    assert found.entities["share"].tolist() == [0.125] * 4
    assert found.scripts["Cyrillic"] == 0.125
    assert found.table.loc["kind", ["missing", "distinct"]].tolist() == [2, 2]
    assert "a (4)" in found.table.loc["kind", "values"]


def test_printed_within_80_columns():
    bunch = make_tweets(300, random_state=0)
    y = np.array([f"a rather long name of class {i % 30}" for i in range(300)])
    shown = str(explore(bunch.data["text"], y, table=bunch.data[["keyword"]]))
    assert max(map(len, shown.splitlines())) <= 80
    assert "and 10 more classes" in shown


def test_without_labels_and_words():
    found = explore(["!!", "?"])
    assert found.classes is None
    assert found.typical_words is None
    assert len(found.words) == 0
    assert "0 distinct words" in str(found)
    assert repr(found) == "<Exploration of 2 documents>"


def test_texts_are_data_in_html():
    html = explore(["<script>alert(1)</script>"] * 2, ["<b>", "<i>"])._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "&lt;b&gt;" in html


def test_one_page_of_pictures(found, pyplot):
    assert len(found.plot().axes) == 3
    assert len(explore(["a b", "c"]).plot().axes) == 2


def test_nothing_is_changed():
    texts, labels = np.array(TEXTS, dtype=object), np.array(LABELS)
    before = texts.copy(), labels.copy()
    explore(texts, labels)
    np.testing.assert_array_equal(labels, before[1])
    assert all(a is b for a, b in zip(texts, before[0], strict=True))


def test_wrong_input():
    with pytest.raises(ValueError, match="0 sample"):
        explore([])
    with pytest.raises(ValueError, match="inconsistent numbers"):
        explore(TEXTS, ["a"])
    with pytest.raises(ValueError, match="one label for each document"):
        explore(["a", "b"], [[0, 1], [1, 0]])
    with pytest.raises(TypeError, match="Expected a DataFrame as table"):
        explore(["a"], table=[1])
    with pytest.raises(ValueError, match="inconsistent numbers"):
        explore(["a"], table=pd.DataFrame({"n": [1, 2]}))


def test_word_clouds_of_classes_and_of_all(pyplot):
    pytest.importorskip("wordcloud")
    texts = ["a fire in the hills", "fire and smoke", "a day at the beach", ""] * 5
    found = explore(texts, ["bad", "bad", "good", "empty"] * 5)
    axes = found.plot_words(n_words=5).axes
    assert [ax.get_title() for ax in axes] == ["bad", "good", "empty"]
    assert [len(ax.images) for ax in axes] == [1, 1, 0]  # a class without words
    again = found.plot_words(n_words=5).axes
    pixels = [ax.images[0].get_array() for ax in (axes[0], again[0])]
    np.testing.assert_array_equal(*pixels)
    assert (pixels[0] < 255).any()
    (one,) = explore(texts).plot_words().axes
    assert one.get_title() == "all"


def test_words_of_clouds(found):
    sizes = found._sizes_of_words(3)
    assert list(sizes) == found.classes.index.tolist()
    for label, words in sizes.items():
        of_class = found.typical_words["class"] == label
        table = found.typical_words[of_class].set_index("word")["z"]
        assert words == table[table > 0].head(3).to_dict()
    assert explore(["the fire", "the sun"])._sizes_of_words(9) == {
        "all": {"fire": 1, "sun": 1}
    }


def test_clouds_of_many_classes_say_so(pyplot):
    pytest.importorskip("wordcloud")
    labels = [f"class {i}" for i in range(22)]
    figure = explore([f"word{i}" for i in range(22)], labels).plot_words(n_words=1)
    assert len(figure.axes) == 20
    assert figure.get_suptitle() == "the 20 largest of 22 classes"


def test_letters_that_the_font_lacks(pyplot):
    pytest.importorskip("wordcloud")
    with pytest.warns(UserWarning, match="lacks letters of the words: '事火'"):
        explore(["火事"]).plot_words()
    with pytest.raises(ValueError, match="'n_words' parameter of plot_words"):
        explore(["a"]).plot_words(n_words=0)


def test_texts_are_whole_in_a_notebook():
    long = "word " * 30 + "<b>"
    html = explore([long, long])._repr_html_()
    assert html.count("word " * 30 + "&lt;b&gt;") == 2
