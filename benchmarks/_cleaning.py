"""What the five notebooks do to their texts, as the examples have it."""

import sys
from pathlib import Path

from skclf.text import TextCleaner

sys.path.append(str(Path(__file__).parents[1] / "examples"))

import s0_lstm_and_table as s0
import s1_recurrent_nets as s1
import s2_imbalanced_classes as s2
import s3_news_topics as s3
import s4_random_search as s4

CLEANING = {
    "s0": s0.CLEANING,
    "s1": s1.CLEANING,
    "s2": s2.CLEANING,
    "s3": s3.CLEANING | {"stemmer": "wordnet"},
    "s4": s4.CLEANING | {"stop_words": "nltk"},
}


def cleaner(system):
    """The cleaner of a notebook, by its name here: "s0" to "s4"."""
    return TextCleaner(**CLEANING[system])
