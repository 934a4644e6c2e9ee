"""The main job: texts and labels in, an honest comparison and one deployable file out
===================================================================================

Runs on the embedded sample, or on a CSV of yours, such as the disaster tweets::

    python examples/disaster_tweets.py --data train.csv --text text --target target

(--sep and --encoding for files that are not divided by commas, or are not UTF-8.)

1. The last 20 % of the rows are put aside. Nothing below sees them before step 4.
2. Ready-made pipelines are compared on the same folds of the rest.
3. A small grid search tunes the CNN: cleaner, encoder and net, each in one way. The
   pipeline with the best cross-validated accuracy is chosen.
4. It is fitted and scored on the rows put aside, with its most confident mistakes.
5. It is saved with its scores and a report on it, any net in it as ONNX graph: a new
   process loads it without TensorFlow and labels --test, by default test.csv beside the
   data, or else the data itself.

The first lines that it prints say how to do the same on the command line.
"""

import argparse
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path

import predict_stream
from rich.console import Console
from rich.progress import Progress
from sklearn.metrics import accuracy_score, classification_report
from sklearn.model_selection import GridSearchCV, ParameterGrid, StratifiedKFold

from skclf import compare, make_text_classifier, report, save, to_onnx_pipeline
from skclf.datasets import load_csv, make_tweets
from skclf.evaluate import confident_mistakes

MODELS = ["tfidf-logreg", "tfidf-svm", "nb", "cnn", "vote"]
# Other values than the defaults, which are among the models that are compared.
GRID = [
    {"clean__hashtags": ["strip"]},
    {"encode__min_count": [3]},
    {"classify__filters": [64]},
]


def main():
    options = parse_arguments()
    print("The same on the command line:", *command_lines(options), "", sep="\n")
    texts, labels, names, test = load(options)
    n_kept = len(texts) - int(0.2 * len(texts))
    X, y, X_aside, y_aside = (
        texts[:n_kept],
        labels[:n_kept],
        texts[n_kept:],
        labels[n_kept:],
    )
    print(f"{n_kept} texts to learn from, {len(X_aside)} put aside\n")

    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    table = compare(MODELS, X, y, cv=folds, random_state=0)
    print(f"\n{table}\n\n{textwrap.fill(table.verdict, 80)}\n")

    cnn = make_text_classifier("cnn", random_state=0)
    search = tune(cnn, X, y, folds)
    print("Variants of the CNN, on the same folds:")
    found = search.cv_results_
    for params, score in zip(found["params"], found["mean_test_score"], strict=True):
        values = ", ".join(f"{name}={value!r}" for name, value in params.items())
        print(f"  {values}: accuracy {score:.3f}")
    print()

    if search.best_score_ > table["accuracy"].iloc[0]:
        chosen, model = "the tuned CNN", cnn.set_params(**search.best_params_)
    else:
        chosen = table.index[0]
        model = make_text_classifier(chosen, random_state=0)
    print(f"Chosen by cross-validation: {chosen}. On the rows put aside:\n")
    model.fit(X, y)
    proba = model.predict_proba(X_aside)
    predicted = model.classes_[proba.argmax(axis=1)]
    print(classification_report(y_aside, predicted, target_names=names, digits=3))
    print("Most confident mistakes:")
    mistakes = confident_mistakes(y_aside, proba, X_aside, classes=model.classes_, n=5)
    named = dict(zip(model.classes_, names, strict=True))
    for row in mistakes.itertuples():
        labels = f"{named[row.predicted]}, labelled {named[row.true]}"
        shown = f"{row.probability:.2f} {labels}: {row.text}"
        print(textwrap.fill(shown, 80, initial_indent="  ", subsequent_indent="    "))

    folder = options.output.parent
    folder.mkdir(parents=True, exist_ok=True)
    scores = {"accuracy": accuracy_score(y_aside, predicted)}
    page = report(model, X, y, X_test=X_aside, y_test=y_aside)
    page.save(folder / "report.html")
    small = to_onnx_pipeline(model)
    save(small, folder / "model.skclf", metrics=scores, report=page)
    test.to_csv(folder / "to_label.csv", index=False)
    files = [folder / "model.skclf", folder / "to_label.csv", options.output]
    print("\nA new process, with nothing but the files:", flush=True)
    command = [sys.executable, predict_stream.__file__, *files]
    command += [options.text, options.target]
    print(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    print(textwrap.fill(table.verdict, 80))
    print(f"The report on {chosen} is in {folder / 'report.html'}. Next:")
    print(f"  skclf predict {folder / 'model.skclf'} NEW.csv --out labelled.csv")


def tune(cnn, X, y, folds):
    """A grid search that shows how far it is, with the time left, on stderr."""
    n_fits = len(ParameterGrid(GRID)) * folds.get_n_splits()
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("Tuning the CNN", total=n_fits)

        def accuracy(model, X, y):
            progress.advance(task)
            return model.score(X, y)

        search = GridSearchCV(cnn, GRID, scoring=accuracy, cv=folds, refit=False)
        return search.fit(X, y)


def command_lines(options):
    """What does the same, but for the rows put aside and the search."""
    data, more = "tweets.csv", []
    if options.data is not None:
        data = shlex.quote(str(options.data))
        given = {"--text": options.text, "--target": options.target}
        given |= {"--sep": options.sep, "--encoding": options.encoding}
        usual = {"--text": "text", "--target": "target", "--sep": ","}
        for name, value in given.items():
            if value != usual.get(name):
                more += [name, shlex.quote(value)]
    models = [f"-m\xa0{name}" for name in MODELS]  # not to be broken
    lines = [
        f"skclf sample --out {data} --n 2000",
        " ".join(["skclf compare", data, *more, "--cv 3", *models]),
        " ".join(["skclf train", data, *more, "--out model.skclf"]),
        "skclf predict model.skclf NEW.csv --out labelled.csv",
    ]
    lines = lines if options.data is None else lines[1:]
    return [
        textwrap.fill(
            line, 78, initial_indent="  ", subsequent_indent="    ",
            break_on_hyphens=False,
        ).replace("\n", " \\\n").replace("\xa0", " ")
        for line in lines
    ]  # fmt: skip


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="CSV of texts and labels")
    parser.add_argument("--text", default="text", help="column of texts")
    parser.add_argument("--target", default="target", help="column of labels")
    parser.add_argument("--sep", default=",", help="what divides columns; \\t is a tab")
    parser.add_argument("--encoding", help="encoding of the CSV; by default UTF-8")
    parser.add_argument(
        "--test", type=Path, help="CSV to label; by default test.csv beside --data"
    )
    parser.add_argument("--output", type=Path, default=Path("demo/submission.csv"))
    return parser.parse_args()


def load(options):
    """Texts, labels, names of the classes, and the frame to label."""
    if options.data is None:
        bunch = make_tweets(2000, random_state=0)
        test = make_tweets(200, random_state=1).frame.drop(columns="target")
    else:
        sep = options.sep.replace("\\t", "\t")
        dialect = {"text": options.text, "sep": sep, "encoding": options.encoding}
        bunch = load_csv(options.data, target=options.target, **dialect)
        beside = options.test or options.data.with_name("test.csv")
        test = bunch.data
        if options.test or beside.exists():
            test = load_csv(beside, target=None, **dialect).frame
    return bunch.data[options.text], bunch.target, list(bunch.target_names), test


if __name__ == "__main__":
    main()
