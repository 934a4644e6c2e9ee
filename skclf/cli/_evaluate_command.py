"""``skclf evaluate``."""

import textwrap
from pathlib import Path
from typing import Annotated

import typer

from skclf.cli._messages import UserError
from skclf.cli._options import (
    Config,
    Encoding,
    Escapechar,
    Json,
    Quiet,
    Quotechar,
    Sep,
    Target,
    TextOfModel,
    Trusted,
)
from skclf.cli._output import show, working
from skclf.cli._quick_checks import existing, existing_table


def evaluate_command(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="MODEL [MODEL] DATA",
            help="One or two files of 'skclf train' or skclf.save, and rows with "
            "labels that they were not fitted on.",
            show_default=False,
        ),
    ],
    text: TextOfModel = None,
    target: Target = "target",
    sep: Sep = None,
    encoding: Encoding = None,
    quotechar: Quotechar = None,
    escapechar: Escapechar = None,
    trusted: Trusted = False,
    json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
):
    """Score a model on other rows, or compare two there.

    Intervals hold 95 % of 500 bootstrap draws. Of two models, the differences are
    paired, and McNemar's exact test says whether they are right equally often.
    """
    if len(files) not in (2, 3):
        raise UserError(
            f"Expected one or two models and a file of rows, got {len(files)} file"
            f"{'s' * (len(files) != 1)}."
        )
    *models, data = files
    models, data = [existing(model) for model in models], existing_table(data)
    options = {"text": text, "target": target, "sep": sep, "encoding": encoding}
    options |= {"quotechar": quotechar, "escapechar": escapechar}
    with working(f"Scoring on {data}", quiet):
        import numpy as np

        from skclf.cli._saved_models import data_for, load_model

        fitted = [load_model(model, trusted) for model in models]
        read = [data_for(model, data, **options) for model in fitted]
        predicted = [
            np.asarray(model.predict(X))
            for model, (X, *_) in zip(fitted, read, strict=True)
        ]
    X, y, _ = read[0]
    names, found = [str(model) for model in models], {"data": data, "rows": len(y)}
    if len(models) == 1:
        _show_one(names[0], fitted[0], X, y, predicted[0], found, json)
    else:
        _show_pair(names, y, predicted, found, json)


def _show_one(name, model, X, y, predicted, found, as_json):
    import numpy as np

    from skclf.evaluate.reporting._scores import scores_of

    proba = model.predict_proba(X) if hasattr(model, "predict_proba") else None
    classes = np.asarray(model.classes_)
    scores = scores_of(y, predicted, proba, classes)
    by_class = _of_classes(y, predicted, classes)
    parts = [f"{name} on {_title(found)}", _table(scores), _table(by_class)]
    data = {"model": name, **found, "scores": scores, "classes": by_class}
    show("\n\n".join(parts), data, as_json)


def _show_pair(names, y, predicted, found, as_json):
    from skclf.evaluate._paired import paired_test

    test = paired_test(y, *predicted)
    data = {
        "models": names,
        **found,
        "scores": test.scores,
        "only_first_right": test.only_first,
        "only_second_right": test.only_second,
        "p_value": test.p_value,
    }
    lines = [f"first   {names[0]}", f"second  {names[1]}", f"on {_title(found)}"]
    sentence = textwrap.fill(_sentence(names, test), 80)
    show("\n".join([*lines, "", _table(test.scores), "", sentence]), data, as_json)


def _title(found):
    return f"{found['rows']:,} rows of {found['data']}"


def _sentence(names, test):
    """What the test says."""
    better = "neither is shown to be more often right"
    if test.is_different:
        name = names[test.only_second > test.only_first]
        better = f"{name} is more often right"
    return (
        f"{test.only_first:,} rows only the first labels right, {test.only_second:,} "
        f"only the second: {better} (p = {test.p_value:.2g}, McNemar's exact test)."
    )


def _of_classes(y, predicted, classes):
    import pandas as pd
    from sklearn.metrics import precision_recall_fscore_support

    found = precision_recall_fscore_support(
        y, predicted, labels=classes, zero_division=0
    )
    columns = dict(zip(["precision", "recall", "f1", "rows"], found, strict=True))
    return pd.DataFrame(columns, index=pd.Index(classes.astype(str), name="class"))


def _table(frame):
    return frame.rename_axis(index=None).round(3).to_string()
