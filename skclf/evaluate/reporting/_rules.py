"""What to do next: rules on the evidence of a report.

Each rule is a function of the evidence that returns a sentence or two, or None where it
does not apply. `RULES` has them by name, the most important first.
"""

import numpy as np
from sklearn.metrics import f1_score

from skclf.evaluate._wording import figure
from skclf.evaluate.reporting._scores import calibration_error

RARE = 30  # training documents of a class
LEAKED = 0.01  # share of the test texts
CONFLICTING = 0.005  # share of the documents, and pairs
CONFLICTS = 3
COVERED = 0.8  # share of the running words with a vector
STEP = 0.005  # gain of the last doubling of the training documents
GAIN = 0.01  # of F1, by another threshold
MISCALIBRATED = 0.05
SUSPICIOUS = 0.01  # share of the labels
UNLIKELY = 0.2  # probability of a label by a model that has not seen it
LEAST = 100  # documents that calibration and thresholds need


def nothing_learned(evidence):
    """The model is no better than the majority class."""
    if evidence.scores is None:
        return None
    accuracy = evidence.scores.loc["accuracy"]
    # A model that finds rare classes may have no better accuracy.
    recall = evidence.scores.loc["balanced_accuracy"]
    if max(row["low"] - row["majority class"] for row in (accuracy, recall)) > 0:
        return None
    return (
        f"The model has not learned the task: its accuracy of {accuracy['score']:.3f} "
        f"({accuracy['low']:.3f} to {accuracy['high']:.3f}) is not above that of "
        f"always predicting the most frequent class, {accuracy['majority class']:.3f}. "
        "Look at the labels and at other models before anything else."
    )


def leak(evidence):
    """Test texts are known from training."""
    audit = evidence.audit
    if audit is None or audit.leaked.mean() < LEAKED:
        return None
    n, share = int(audit.leaked.sum()), audit.leaked.mean()
    scores = audit.scores(evidence.scored.y_true, evidence.scored.y_pred)
    clean = scores.loc["not leaked", "accuracy"]
    tail = "" if np.isnan(clean) else f" On the others the accuracy is {clean:.3f}."
    return (
        f"{n:,} test texts ({share:.1%}) are equal, or nearly so, to training texts: "
        f"the scores are better than on new texts.{tail} Split by groups of equal "
        "texts (audit_split)."
    )


def conflicting_labels(evidence):
    """Equal texts have different labels."""
    found = evidence.exploration.overview
    n, n_documents = found["pairs with conflicting labels"], found["documents"]
    if n < CONFLICTS or n / n_documents < CONFLICTING:
        return None
    return (
        f"{n:,} pairs of equal or nearly equal training texts have different labels: "
        "no model can get both right. Decide which label is meant, and correct them "
        "(explore(X, y).duplicates)."
    )


def suspicious_labels(evidence):
    """Labels are probably wrong."""
    if evidence.issues is None:
        return None
    quality, n_documents = evidence.issues.frame["quality"], len(evidence.issues.mask)
    n = int((quality < UNLIKELY).sum())
    if n / n_documents < SUSPICIOUS:
        return None
    return (
        f"{n:,} labels ({n / n_documents:.1%}) have a probability below {UNLIKELY}, "
        "and are probably wrong. Read them, the worst first, and correct those that "
        "are (label_issues)."
    )


def rare_class(evidence):
    """A class has too few documents."""
    rare = evidence.class_counts[evidence.class_counts < RARE]
    if not len(rare):
        return None
    shown = ", ".join(f"{label} ({n})" for label, n in list(rare.items())[:5])
    more = f" and {len(rare) - 5} more" if len(rare) > 5 else ""
    return (
        f"Classes with fewer than {RARE} training documents: {shown}{more}. Label more "
        "of them, put them together with others, or leave them out; scores of these "
        "classes say little."
    )


def rising_curve(evidence):
    """More documents would help."""
    curve = evidence.learning_curve
    if curve is None or len(curve) < 2:
        return None
    (before, last) = curve["score"].iloc[-2:]
    error = curve["std"].iloc[-1] / np.sqrt(max(curve["n_folds"].iloc[-1], 1))
    if last - before < max(STEP, error):
        return None
    sizes = curve["n"].iloc[-2:].tolist()
    return (
        f"The learning curve still rises: from {before:.3f} with {sizes[0]:,} "
        f"documents to {last:.3f} with {sizes[1]:,}. More labelled documents would "
        "help."
    )


def cheaper_twin(evidence):
    """A cheaper model is as good."""
    if evidence.details is None:
        return None
    verdict, results = evidence.details.verdict, evidence.details.results
    if verdict.cheapest == verdict.best:
        return None
    cheap, best = results.loc[verdict.cheapest], results.loc[verdict.best]
    return (
        f"{verdict.cheapest} ties with {verdict.best} and is cheaper: "
        f"{figure(cheap['fit_seconds'])} s to fit in place of "
        f"{figure(best['fit_seconds'])}, {figure(cheap['latency_ms'])} ms for a "
        f"document in place of {figure(best['latency_ms'])}. Take it."
    )


def epochs_ran_out(evidence):
    """A net was still getting better when its epochs ended."""
    late = [
        name
        for name, net in evidence.nets.items()
        if "val_loss" in net.history_ and net.best_epoch_ == len(net.history_["loss"])
    ]
    if not late:
        return None
    net = evidence.nets[late[0]]
    where = "" if len(late) == 1 else f" in {len(late)} of {len(evidence.nets)} fits"
    return (
        f"The last epoch, {net.best_epoch_}, was the best one{where}: training ended "
        "too early. Allow more epochs (classify__epochs)."
    )


def low_coverage(evidence):
    """Word vectors do not know the words."""
    if evidence.coverage is None or evidence.coverage["tokens"] >= COVERED:
        return None
    return (
        f"Only {evidence.coverage['tokens']:.0%} of the running words have a vector. "
        "Take vectors that were learned on texts like these (or learn them: "
        "EmbeddingTrainer), or clean the texts as those of the vectors were."
    )


def another_threshold(evidence):
    """Two classes would be told apart better by another threshold."""
    scored = evidence.scored
    if scored is None or scored.proba is None or len(evidence.classes) != 2:
        return None
    if len(scored.y_true) < LEAST or len(np.unique(scored.y_true)) < 2:
        return None
    is_second = scored.y_true == evidence.classes[1]
    proba = scored.proba[:, 1]
    now = f1_score(is_second, scored.y_pred == evidence.classes[1], zero_division=0)
    gained, thresholds = _by_halves(is_second, proba)
    if gained - now < GAIN:
        return None
    return (
        f"F1 of {evidence.classes[1]} would be {gained:.3f} in place of {now:.3f} with "
        f"a threshold near {np.mean(thresholds):.2f} (chosen on one half, scored on "
        "the other). Use TunedThresholdClassifierCV(model, scoring='f1')."
    )


def _by_halves(is_second, proba):
    """F1 with a threshold from the other half of the documents, and the thresholds."""
    order = np.random.default_rng(0).permutation(len(proba))
    halves = np.array_split(order, 2)
    predicted, thresholds = np.zeros(len(proba), bool), []
    for choose, score in (halves, halves[::-1]):
        candidates = np.unique(np.quantile(proba[choose], np.linspace(0.01, 0.99, 99)))
        f1 = [
            f1_score(is_second[choose], proba[choose] >= t, zero_division=0)
            for t in candidates
        ]
        thresholds.append(float(candidates[int(np.argmax(f1))]))
        predicted[score] = proba[score] >= thresholds[-1]
    return f1_score(is_second, predicted, zero_division=0), thresholds


def miscalibrated(evidence):
    """Probabilities are not what they say."""
    if evidence.calibration is None or evidence.calibration["n"].sum() < LEAST:
        return None
    error = calibration_error(evidence.calibration)
    if error < MISCALIBRATED:
        return None
    found = evidence.calibration
    mean = np.average(found["probability"] - found["accuracy"], weights=found["n"])
    how = "too sure of itself" if mean > 0 else "too unsure"
    return (
        f"Probabilities are {error:.2f} away from the share that is right, in the "
        f"mean: the model is {how}. Where they matter, calibrate them "
        "(CalibratedClassifierCV)."
    )


def worse_parts(evidence):
    """The model is worse on a part of the data."""
    if evidence.slices is None:
        return None
    worse = evidence.slices[evidence.slices["worse"]]
    if not len(worse):
        return None
    shown = [
        f"{row.column} {row.value} ({row.accuracy:.2f}, the rest {row.rest:.2f})"
        for row in worse.head(3).itertuples()
    ]
    return f"The accuracy is lower on: {'; '.join(shown)}. Look at errors there."


def unknown_scores(evidence):
    """There are no scores."""
    if evidence.scored is not None:
        return None
    return (
        "Nothing here says how good the model is: scores on what it was fitted on "
        "would be too good. Pass X_test and y_test, or cv=5."
    )


RULES = {
    "unknown scores": unknown_scores,
    "nothing learned": nothing_learned,
    "leak": leak,
    "conflicting labels": conflicting_labels,
    "suspicious labels": suspicious_labels,
    "rare class": rare_class,
    "rising curve": rising_curve,
    "epochs ran out": epochs_ran_out,
    "cheaper twin": cheaper_twin,
    "low coverage": low_coverage,
    "another threshold": another_threshold,
    "miscalibrated": miscalibrated,
    "worse parts": worse_parts,
}


def advice(evidence):
    """What the rules say, by their names; empty where nothing stands out."""
    found = {name: rule(evidence) for name, rule in RULES.items()}
    return {name: text for name, text in found.items() if text is not None}
