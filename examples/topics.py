"""Topics: what are the texts about, and does it tell their label?
===============================================================

::

    python examples/topics.py                            (the embedded sample)
    python examples/topics.py reviews.csv --text review --target stars --topics 20
"""

import argparse
import textwrap

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline, make_union

from skclf import TextCleaner, compare
from skclf.datasets import load_csv, make_reviews
from skclf.evaluate import TopicsDisplay
from skclf.features import TopicFeatures


def show(topics, texts, y):
    """Words of the topics, and how well the strongest one of a text tells its label."""
    train, test, y_train, y_test = train_test_split(
        texts, y, test_size=0.25, stratify=y, random_state=0
    )
    mapping = topics.fit(train).map_topics(y_train)
    table = topics.topics_.join(mapping.table[["label", "purity"]])
    table["words"] = table["words"].map(lambda words: " ".join(words[:5]))
    table = table.rename(columns={"coherence": "NPMI"})
    print(table.sort_values("share", ascending=False).round(2).to_string(), "\n")
    accuracy = (mapping.predict(topics.transform(test)) == y_test).mean()
    print(f"mean coherence (NPMI) {topics.mean_coherence_:.2f}; topics as labels:")
    print(f"accuracy {accuracy:.3f} on new texts, without {mapping.baseline:.3f}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", nargs="?", help="a CSV file")
    parser.add_argument("--text", default="text")
    parser.add_argument("--target", default="target")
    parser.add_argument("--sep", default=",")
    parser.add_argument("--encoding")
    parser.add_argument("--topics", type=int, default=8)
    parser.add_argument("--plot", metavar="PICTURE")
    options = parser.parse_args()

    bunch = make_reviews(1500, target="topic", random_state=0)
    if options.data:
        names = ("text", "target", "sep", "encoding")
        bunch = load_csv(options.data, **{name: vars(options)[name] for name in names})
    texts = TextCleaner.preset("tweets").transform(bunch.data[options.text])
    y = bunch.target
    topics = TopicFeatures(options.topics, random_state=0)
    show(topics, texts, y)
    if options.plot:
        TopicsDisplay.from_estimator(topics).figure_.savefig(options.plot)
    words, linear = TfidfVectorizer(), LogisticRegression(max_iter=1000)
    models = {
        "topics": make_pipeline(topics, linear),
        "words": make_pipeline(words, linear),
        "words and topics": make_pipeline(make_union(words, topics), linear),
    }
    table = compare(models, texts, y, cv=3, random_state=0)
    print(f"\n{table}\n\n{textwrap.fill(table.verdict, 80)}")


if __name__ == "__main__":
    main()
