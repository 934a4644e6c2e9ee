"""How faithful explanations are, beside LIME and SHAP.

    SKCLF_DATA=... python benchmarks/explanations.py [--check] [--tweets 60]

Disaster tweets of eight words and more that a model has not seen. The five words that
say most for the predicted class are taken out at once; what the probability of the
class then loses, in the mean, beside what it loses by five words drawn at random. "AUC"
is the mean probability while words go one after the other, those that say most first:
less is better. LIME and SHAP have as many predictions as the text has words (SHAP at
least 30, which it needs); seconds are those of one explanation. Both are peers where
they are installed (pip install lime shap). With --check the exit code is 1 where ours
is less than 2.5 times as faithful as chance, or less faithful than LIME.
"""

import argparse
import sys
import time
import warnings

import numpy as np

from skclf import explain, make_text_classifier
from skclf.datasets import load_disaster_tweets

N_WORDS, RATIO = 5, 2.5


def by_skclf(model, text, position):
    (found,) = explain(model, [text])
    return found.to_array()[:, position]


def by_lime(model, text, position):
    from lime.lime_text import LimeTextExplainer

    words = text.split()
    explainer = LimeTextExplainer(split_expression=r"\s+", bow=False, random_state=0)
    found = explainer.explain_instance(
        text,
        model.predict_proba,
        labels=[position],
        num_features=len(words),
        num_samples=len(words) + 1,
    )
    values = np.zeros(len(words))
    for i, value in found.as_map()[position]:
        values[i] = value
    return values


def by_shap(model, text, position):
    import shap

    words = text.split()

    def predict(masks):
        texts = [" ".join(np.array(words)[mask.astype(bool)]) for mask in masks]
        return model.predict_proba(texts)[:, position]

    masker = np.zeros((1, len(words)))
    explainer = shap.KernelExplainer(predict, masker, silent=True)
    n = max(len(words), 30)
    return explainer.shap_values(np.ones(len(words)), nsamples=n, silent=True)


def by_chance(model, text, position):
    rng = np.random.RandomState(len(text))
    return rng.permutation(len(text.split())).astype(float)


METHODS = {"skclf": by_skclf, "LIME": by_lime, "SHAP": by_shap, "chance": by_chance}


def without(words, gone):
    return " ".join(word for i, word in enumerate(words) if i not in gone)


def measure(model, texts, method):
    """Mean loss by five words, mean probability while all go, seconds for one text."""
    losses, areas, seconds = [], [], []
    for text in texts:
        words = text.split()
        whole = model.predict_proba([text])[0]
        position = int(whole.argmax())
        started = time.perf_counter()
        values = method(model, text, position)
        seconds.append(time.perf_counter() - started)
        order = np.argsort(-values, kind="stable").tolist()
        steps = [without(words, set(order[:n])) for n in range(1, len(words) + 1)]
        proba = model.predict_proba(steps)[:, position]
        losses.append(whole[position] - proba[N_WORDS - 1])
        areas.append(proba.mean())
    return np.mean(losses), np.mean(areas), np.median(seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--tweets", type=int, default=60)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    X, y = load_disaster_tweets(return_X_y=True)
    texts = [" ".join(text.split()) for text in X["text"]]
    order = np.random.RandomState(0).permutation(len(texts))
    train, others = order[:5000], order[5000:]
    others = [texts[i] for i in others if len(texts[i].split()) >= 8][: options.tweets]
    print("| model | method | loss by 5 words | times chance | AUC | s |")
    print("|---|---|---|---|---|---|")
    missed = []
    for name in ("tfidf-logreg", "tfidf-svm", "cnn", "bigru"):
        seeded = {"classify__random_state": 0} if name in ("cnn", "bigru") else {}
        model = make_text_classifier(name, **seeded)
        model.fit([texts[i] for i in train], y[train])
        found = {}
        for method in METHODS:
            try:
                found[method] = measure(model, others, METHODS[method])
            except ImportError:
                continue
        for method, (loss, area, seconds) in found.items():
            times = loss / found["chance"][0]
            print(
                f"| {name} | {method} | {loss:.3f} | {times:.1f} | {area:.3f} | "
                f"{seconds:.3f} |",
                flush=True,
            )
        ours, chance = found["skclf"][0], found["chance"][0]
        if ours < RATIO * chance or ours < found.get("LIME", (0,))[0]:
            missed.append(name)
    print(f"\nmissed: {missed or 'none'}")
    return int(options.check and bool(missed))


if __name__ == "__main__":
    sys.exit(main())
