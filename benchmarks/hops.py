"""What a reader passes who follows one call: files, functions, changes of file, depth.

Run ``python benchmarks/hops.py``; ``--check`` fails above the bounds, ``--files`` lists
the files in the order in which they are entered.
"""

import argparse
import sys
import warnings
from pathlib import Path

import keras
import numpy as np
import scikeras
from scikeras.wrappers import KerasClassifier

import skclf
from skclf import RNNClassifier, SequenceEncoder, TextCleaner, compare

TEXTS = ["the fire is out", "a sunny day", "smoke and fire", "on the beach"] * 10
LABELS = np.array([1, 0, 1, 0] * 10)

# Of the first fit of a BiGRU.
MOST_FILES, MOST_CHANGES = 18, 110


def follow(call, package):
    """Count what is entered in a package while a function is called, in its thread.

    Parameters
    ----------
    call : callable
        What to follow.
    package : module
        Only its code counts.

    Returns
    -------
    files : list of str
        In the order in which they are entered.
    counts : dict
        Numbers of ``files``, ``functions`` and ``changes`` of file from a function to
        one that it calls, directly or through other packages; and the ``depth``.
    """
    root = str(Path(package.__file__).parent)
    stack, files, functions = [], {}, set()
    counts = {"files": 0, "functions": 0, "changes": 0, "depth": 0}

    def note(frame, event, _):
        code = frame.f_code
        if not code.co_filename.startswith(root):
            return
        if event == "call":
            counts["changes"] += bool(stack) and stack[-1] != code.co_filename
            stack.append(code.co_filename)
            files.setdefault(code.co_filename)
            functions.add(code)
            counts["depth"] = max(counts["depth"], len(stack))
        elif event == "return" and stack:
            stack.pop()

    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
    counts |= {"files": len(files), "functions": len(functions)}
    return [str(Path(name).relative_to(root)) for name in files], counts


def build(meta):
    """A net for SciKeras, which is a peer."""
    inputs = keras.Input((meta["n_features_in_"],))
    output = keras.layers.Dense(1, activation="sigmoid")(inputs)
    return keras.Model(inputs, output)


def calls():
    """What is followed, by name, with the package whose code counts."""
    X = SequenceEncoder().fit_transform(TEXTS)
    net = RNNClassifier(cell="gru", epochs=2, random_state=0)
    wrapper = KerasClassifier(build, loss="binary_crossentropy", verbose=0)
    models = {"a": skclf.make_text_classifier("tfidf-logreg")}
    return {
        "first fit of a BiGRU": (lambda: net.fit(X, LABELS), skclf),
        "SciKeras' own fit": (lambda: wrapper.fit(np.eye(40), LABELS), scikeras),
        "predict, three rows": (lambda: net.predict(X[:3]), skclf),
        "TextCleaner.fit_transform": (
            lambda: TextCleaner().fit_transform(TEXTS),
            skclf,
        ),
        "compare": (lambda: compare(models, TEXTS, LABELS, cv=2), skclf),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--files", action="store_true")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    columns = ("files", "functions", "changes", "depth")
    print(f"{'':28}{''.join(f'{name:>11}' for name in columns)}")
    found = {}
    for name, (call, package) in calls().items():
        files, found[name] = follow(call, package)
        print(f"{name:28}{''.join(f'{found[name][c]:>11}' for c in columns)}")
        if args.files:
            print("\n".join(f"    {file}" for file in files))
    counts = found["first fit of a BiGRU"]
    if counts["files"] > MOST_FILES or counts["changes"] > MOST_CHANGES:
        print(f"above the bounds: {MOST_FILES} files, {MOST_CHANGES} changes of file")
        sys.exit(args.check)


if __name__ == "__main__":
    main()
