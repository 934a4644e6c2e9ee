"""Texts to padded ids, on one core, beside Keras and scikit-learn.

    SKCLF_DATA=... NLTK_DATA=... python benchmarks/text_to_ids.py [--check] [--runs 9]
    SKCLF_DATA=... python benchmarks/text_to_ids.py --workers [--runs 5]

Everything is fitted on a training file and timed on the test file (S0: disaster tweets;
S3: financial news), with S0's vocabulary of 5,000 words and length of 30. "S0's
cleaning" is that of examples/s0_lstm_and_table.py; the notebook's, lower() and five
re.sub for each text. TextVectorization has our vocabulary, so that its ids are ours on
clean text; it is timed as one calls it, on a list of texts with its own cleaning (lower
case, no
punctuation), and at its best, compiled, on a tensor of all texts that is there already,
with S0's cleaning by tf.strings. All take turns; medians of processor time. WordNet:
30,000 tweets of three data sets, none of their words remembered. With --check the exit
code is 1 where a bound is missed; they hold for S0. --workers is about wall-clock time
of TextCleaner(n_jobs=2) on generated, distinct tweets.
"""

import argparse
import os
import random
import re
import statistics
import sys
import time
from functools import partial

WORDS, LENGTH = 5_000, 30
S0_PATTERNS = (r"http\S+|www\S+", r"@\w+", "#", r"[^\w\s]", r"\s+")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail at missed bounds")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument(
        "--workers", action="store_true", help="only TextCleaner.n_jobs"
    )
    options = parser.parse_args()
    if options.workers:
        return report_workers(options.runs)
    if hasattr(os, "sched_setaffinity"):  # TensorFlow would take all cores
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    print(f"\nMedians of {options.runs} runs, one core\n")
    missed = []
    for name, (train, test) in data_sets().items():
        missed += report_systems(name, train, test, options.runs)
    missed += report_ratios(options.runs)
    print(f"\nmissed: {missed or 'none'}")
    return int(bool(missed) and options.check)


def data_sets():
    from skclf.datasets import load_disaster_tweets, load_financial_news

    def texts(load, subset):
        return load(subset=subset).data["text"].tolist()

    return {
        "S0": [texts(load_disaster_tweets, name) for name in ("train", "test")],
        "S3": [texts(load_financial_news, name) for name in ("train", "valid")],
    }


def report_systems(name, train, test, runs):
    """Thousand texts a second of every system, and the ratio of ours to it."""
    calls, bounds = systems(train, test)
    ours, *_ = calls
    seconds = take_turns(calls, runs)
    print(f"| {name}, {len(test):,} texts | thousand/s | {ours} is faster | at least |")
    print("|---|---|---|---|")
    missed = []
    for what, value in seconds.items():
        ratio = value / seconds[ours]
        bound = bounds.get(what) if name == "S0" else None
        rate = len(test) / value / 1e3
        print(f"| {what} | {rate:.0f} | {ratio:.2f} | {bound or ''} |")
        if bound and ratio < bound:
            missed.append(f"{name}, {what}")
    print()
    return missed


def systems(train, test):
    from _cleaning import cleaner
    from sklearn.feature_extraction.text import CountVectorizer

    from skclf import SequenceEncoder, TextCleaner

    cleaning = cleaner("s0")
    clean_train, clean = cleaning.transform(train), cleaning.transform(test).tolist()
    encoder = SequenceEncoder(max_words=WORDS, max_len=LENGTH).fit(clean_train)
    counts = CountVectorizer().fit(clean_train)

    def both(other):
        return encoder.transform(other.transform(test))

    as_called, at_best = text_vectorization(encoder, clean, test)
    calls = {
        "TextCleaner, S0's + SequenceEncoder": partial(both, cleaning),
        "notebook's cleaning + Tokenizer + pad_sequences": notebook(train, test),
        "TextVectorization, called on a list": as_called,
        "TextVectorization, at its best": at_best,
        "CountVectorizer, clean text": partial(counts.transform, clean),
        "SequenceEncoder, clean text": partial(encoder.transform, clean),
    }
    for preset in ("default", "tweets"):
        other = TextCleaner() if preset == "default" else TextCleaner.preset(preset)
        calls[f"TextCleaner, {preset} + SequenceEncoder"] = lambda other=other: (
            encoder.transform(other.transform(test))
        )
    return calls, dict(zip(list(calls)[1:5], (2.6, 1.8, None, 1.0), strict=True))


def notebook(train, test):
    from keras.src.legacy.preprocessing.text import Tokenizer
    from keras.utils import pad_sequences

    def clean(text):
        text = text.lower()
        for pattern in S0_PATTERNS[:-1]:
            text = re.sub(pattern, "", text)
        return re.sub(S0_PATTERNS[-1], " ", text).strip()

    tokenizer = Tokenizer(num_words=WORDS, oov_token="<OOV>")
    tokenizer.fit_on_texts([clean(text) for text in train])

    def run():
        ids = tokenizer.texts_to_sequences([clean(text) for text in test])
        return pad_sequences(ids, LENGTH, padding="post", truncating="post")

    return run


def text_vectorization(encoder, clean, test):
    """The layer as one calls it, and compiled on a ready tensor."""
    import numpy as np
    import tensorflow as tf
    from keras.layers import TextVectorization

    def s0(texts):
        texts = tf.strings.lower(texts, encoding="utf-8")
        for pattern in S0_PATTERNS[:-1]:  # it splits at any white space
            texts = tf.strings.regex_replace(texts, pattern, " ")
        return texts

    def layer(**params):
        words = list(encoder.vocabulary_)
        return TextVectorization(
            vocabulary=words, output_sequence_length=LENGTH, **params
        )

    theirs = layer(standardize=None)(tf.constant(clean)).numpy()
    assert np.array_equal(theirs, encoder.transform(clean)), "ids differ"
    called = layer()
    signature = [tf.TensorSpec([None], tf.string)]
    compiled = tf.function(layer(standardize=s0), input_signature=signature)
    ready = tf.constant(test)
    return lambda: called(test).numpy(), lambda: compiled(ready).numpy()


def report_ratios(runs):
    """How long ours takes in other uses, against itself."""
    rows = {
        "S0: fit / transform, same texts": (*fit_and_transform(), 1.1),
        'stemmer="wordnet" / None, 30,000 tweets': (*with_and_without_stemmer(), 1.5),
    }
    print("| ours | seconds | against | ratio | at most |\n|---|---|---|---|---|")
    missed = []
    for what, (call, peer, bound) in rows.items():
        a, b = take_turns({"call": call, "peer": peer}, runs).values()
        print(f"| {what} | {a:.3g} | {b:.3g} | {a / b:.2f} | {bound} |")
        if a / b > bound:
            missed.append(what)
    one = one_document()
    print(f"\nOne S0 text, cleaned and encoded: {one * 1e6:.1f} us (median of 1,000)")
    return missed


def fit_and_transform():
    from _cleaning import cleaner
    from sklearn.pipeline import make_pipeline

    from skclf import SequenceEncoder

    train = data_sets()["S0"][0]
    encoder = SequenceEncoder(max_words=WORDS, max_len=LENGTH)
    pipeline = make_pipeline(cleaner("s0"), encoder).fit(train)
    return partial(pipeline.fit, train), partial(pipeline.transform, train)


def with_and_without_stemmer():
    from skclf import TextCleaner
    from skclf.datasets import load_brand_emotions
    from skclf.text._word_forms import make_word_map

    tweets = [t for pair in data_sets().values() for part in pair for t in part]
    tweets += load_brand_emotions().data["text"].tolist()
    tweets = random.Random(0).sample(tweets, 30_000)
    stemming, plain = TextCleaner(stemmer="wordnet"), TextCleaner()
    stemming.transform(["loads WordNet"])

    def fresh():
        make_word_map.cache_clear()
        stemming.transform(tweets)

    return fresh, partial(plain.transform, tweets)


def one_document():
    from _cleaning import cleaner

    from skclf import SequenceEncoder

    train, test = data_sets()["S0"]
    cleaning = cleaner("s0")
    encoder = SequenceEncoder(max_words=WORDS, max_len=LENGTH)
    encoder.fit(cleaning.transform(train))

    def run(text):
        started = time.perf_counter()
        encoder.transform(cleaning.transform([text]))
        return time.perf_counter() - started

    return statistics.median([run(text) for text in test[:1000]])


def take_turns(calls, runs, clock=time.process_time):
    """Median seconds of each call, after one to warm up."""
    seconds = {name: [] for name in calls}
    for run in range(runs + 1):
        for name, call in calls.items():
            value = timed(call, clock)
            if run:
                seconds[name].append(value)
    return {name: statistics.median(values) for name, values in seconds.items()}


def timed(call, clock):
    started = clock()
    call()
    return clock() - started


def report_workers(runs):
    from joblib.externals.loky import get_reusable_executor

    from skclf import TextCleaner

    one, two = TextCleaner(), TextCleaner(n_jobs=2)
    print("| tweets | n_jobs=1, s | n_jobs=2, first call | n_jobs=2, later call |")
    print("|---|---|---|---|")
    for n in (200_000, 1_000_000):
        tweets = generate(n)
        calls = {
            "reset": lambda: get_reusable_executor().shutdown(),
            "one": partial(one.transform, tweets),
            "first": partial(two.transform, tweets),
            "later": partial(two.transform, tweets),
        }
        _, a, first, later = take_turns(calls, runs, time.perf_counter).values()
        print(
            f"| {n:,} | {a:.2f} | {first:.2f} ({a / first:.2f} x) "
            f"| {later:.2f} ({a / later:.2f} x) |",
            flush=True,
        )
    return 0


def generate(n):
    """Distinct tweets: the first half of a real one, and the second of another."""
    rng = random.Random(0)
    words = [text.split() for text in data_sets()["S0"][0]]
    first = [" ".join(w[: len(w) // 2]) for w in words]
    second = [" ".join(w[len(w) // 2 :]) for w in words]
    tweets = {}
    while len(tweets) < n:
        tweets[f"{rng.choice(first)} {rng.choice(second)}"] = None
    return list(tweets)


if __name__ == "__main__":
    sys.exit(main())
