"""Find out everything that a report says."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.model_selection import learning_curve
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _num_samples, check_is_fitted

import skclf
from skclf._foreign import as_plain
from skclf._random_state import set_seed
from skclf._validation import check_documents, excerpt
from skclf.compose._column_selection import as_list, texts_in
from skclf.evaluate._audit import audit_split
from skclf.evaluate._candidates import default_name
from skclf.evaluate._compare import compare
from skclf.evaluate._details import ComparisonDetails
from skclf.evaluate._label_issues import label_issues
from skclf.evaluate._mistakes import confident_mistakes
from skclf.evaluate._one_label import one_label
from skclf.evaluate._slices import slices
from skclf.evaluate._timing import file_size, latency
from skclf.evaluate._wording import figure
from skclf.evaluate.displays._coverage import fitted_lookup
from skclf.evaluate.exploration._explore import explore
from skclf.evaluate.reporting._evidence import Evidence, Scored
from skclf.evaluate.reporting._scores import calibration_of, scores_of
from skclf.inspection import explain, explain_model
from skclf.inspection._explain import text_and_table
from skclf.inspection._linear import LinearModel

N_MISTAKES = 10
N_WORDS = 12
TEXTS_FOR_WORDS = 200  # that nets are explained on
CURVE = (0.25, 0.5)  # shares of the training documents; all of them are known already
_ALWAYS = ("scikit-learn", "numpy", "pandas")
_IF_LOADED = ("keras", "tensorflow", "onnxruntime")


def collect(source, X, y, X_test, y_test, cv):
    """The evidence on a model.

    Parameters
    ----------
    source : estimator or ComparisonDetails
        A fitted model, or a comparison, of which the best one is taken.
    X, y : documents and labels
        What it was fitted on, or compared on.
    X_test, y_test : documents and labels, or None
        Others.
    cv : int, splitter, iterable or None
        Folds to fit clones on; None fits nothing.

    Returns
    -------
    Evidence
        What was found out.
    """
    details, name, model = _model_of(source)
    X, (y,) = as_plain(X), one_label(y)
    X_test, y_test = _checked_test(X_test, y_test)
    beside = text_and_table(model)
    texts, table = _parts(X, beside)
    evidence = Evidence(
        name=name,
        model=model,
        classes=np.asarray(model.classes_),
        texts=texts,
        labels=y,
        exploration=explore(texts, y, table=table),
        details=details,
        nets=_nets(name, details.estimators[name] if details else [model]),
        coverage=getattr(fitted_lookup(model), "coverage_", None),
        parameters=model.__repr__(N_CHAR_MAX=5000),
        facts=_facts(model, X),
    )
    folds = details
    if cv is not None:
        folds, evidence.learning_curve = _refit(model, X, y, cv)
        evidence.nets |= _nets(name, folds.estimators[_best(folds)])
    if folds is not None:
        _find_issues(evidence, folds)
    if X_test is not None:
        test_texts, _ = _parts(X_test, beside)
        evidence.audit = audit_split(texts, test_texts, y, y_test)
        evidence.scored = _on_test(model, X_test, y_test, test_texts)
    elif folds is not None:
        evidence.scored = _out_of_fold(folds, X, texts)
    if evidence.scored is not None:
        _assess(evidence, beside)
    _explain(evidence, X, beside)
    return evidence


def _model_of(source):
    """The comparison, if it is one, the name of the model, and a fitted one."""
    if isinstance(source, ComparisonDetails):
        name = _best(source)
        return source, name, source.estimators[name][0]
    if isinstance(source, pd.DataFrame):
        raise TypeError(
            "Expected a fitted pipeline or the details of a comparison, got a table. "
            "Pass compare(..., return_details=True)."
        )
    check_is_fitted(source)
    if not hasattr(source, "classes_"):
        raise TypeError(f"Expected a fitted classifier, got {excerpt(source)}.")
    return None, default_name(source), source


def _best(details):
    """The model with the highest score, without a look at ties."""
    return details.results.index[0]


def _checked_test(X_test, y_test):
    if (X_test is None) != (y_test is None):
        given = "y_test" if X_test is None else "X_test"
        raise ValueError(f"Expected X_test and y_test or neither, got only {given}.")
    if X_test is None:
        return None, None
    return as_plain(X_test), one_label(y_test)[0]


def _parts(X, beside):
    """Texts, and the columns beside them."""
    if beside is None:
        return ["" if doc is None else doc for doc in check_documents(X)], None
    docs = check_documents(texts_in(X, beside.text_column))
    columns = as_list([] if beside.table_columns is None else beside.table_columns)
    table = X[columns] if columns else None
    return ["" if doc is None else doc for doc in docs], table


def _nets(name, models):
    """Fitted nets that tell their history."""
    lasts = [getattr(one, "steps", [(None, one)])[-1][1] for one in models]
    nets = [net for net in lasts if hasattr(net, "history_")]
    if len(nets) == 1:
        return {name: nets[0]}
    return {f"fold {number}": net for number, net in enumerate(nets, start=1)}


def _refit(model, X, y, cv):
    """A comparison of the model alone, and its learning curve."""
    model = set_seed(clone(model), 0)
    kept = compare(
        {"model": model}, X, y, cv=cv, random_state=0, verbose=0, return_details=True
    )
    sizes, _, scores = learning_curve(
        model,
        X,
        y,
        cv=kept.folds,
        train_sizes=list(CURVE),
        shuffle=True,  # rows may be in the order of their classes
        random_state=0,
        error_score="raise",
    )
    curve = pd.DataFrame({"n": sizes, "score": scores.mean(1), "std": scores.std(1)})
    whole = kept.results.loc["model", ["accuracy", "accuracy_std"]].tolist()
    n = min(len(train) for train, _ in kept.folds)
    curve.loc[len(curve)] = [n, *whole]
    curve["n_folds"] = len(kept.folds)
    return kept, curve.astype({"n": int})


def _find_issues(evidence, folds):
    """Labels that may be wrong, from out-of-fold probabilities."""
    proba = folds.probabilities.get(_best(folds))
    if proba is None:
        return
    texts = [evidence.texts[row] for row in folds.rows]
    try:
        evidence.issues = label_issues(
            None, texts, folds.y_true, proba=proba, classes=folds.classes
        )
    except ImportError as error:
        evidence.left_out.append(f"Labels that may be wrong: {error}")


def _on_test(model, X, y, texts):
    return Scored(
        what=f"{len(y):,} test documents",
        y_true=y,
        y_pred=np.asarray(model.predict(X)),
        proba=model.predict_proba(X) if hasattr(model, "predict_proba") else None,
        X=X,
        texts=texts,
        models=[model],
        model_of=np.zeros(len(y), int),
    )


def _out_of_fold(details, X, texts):
    name = _best(details)
    model_of = np.full(_num_samples(X), -1)
    for number, (_, test) in reversed(list(enumerate(details.folds))):
        model_of[test] = number
    rows = details.rows
    return Scored(
        what=f"{len(rows):,} documents, each by a model that was not fitted on it",
        y_true=details.y_true,
        y_pred=details.predictions[name],
        proba=details.probabilities.get(name),
        X=_safe_indexing(X, rows),
        texts=[texts[row] for row in rows],
        models=details.estimators[name],
        model_of=model_of[rows],
    )


def _assess(evidence, beside):
    """Scores, calibration, slices and mistakes on the documents that are scored."""
    scored, classes = evidence.scored, evidence.classes
    given = scored.y_true, scored.y_pred, scored.proba, classes
    evidence.scores = scores_of(*given)
    _, table = _parts(scored.X, beside)
    evidence.slices = slices(scored.y_true, scored.y_pred, scored.texts, by=table)
    if scored.proba is None:
        evidence.left_out.append(
            "Probabilities: the model has none (CalibratedClassifierCV gives it some)."
        )
        return
    evidence.calibration = calibration_of(*given)
    known = np.isin(scored.y_true, classes)
    rows = np.flatnonzero(known)
    mistakes = confident_mistakes(
        scored.y_true[rows],
        scored.proba[rows],
        [scored.texts[row] for row in rows],
        classes=classes,
        n=N_MISTAKES,
    )
    mistakes.index = pd.Index(rows[mistakes.index], name="row")
    evidence.mistakes = mistakes
    for row in mistakes.index:
        model = scored.models[scored.model_of[row]]
        evidence.explanations += explain(model, _safe_indexing(scored.X, [row]))


def _explain(evidence, X, beside):
    """What speaks for each class; of nets, on some of the training documents."""
    if LinearModel.of(evidence.model) is not None:
        evidence.words = explain_model(evidence.model, n_words=N_WORDS)
        return
    n = _num_samples(X)
    some = np.random.default_rng(0).permutation(n)[:TEXTS_FOR_WORDS]
    sample = _safe_indexing(X, np.sort(some))
    evidence.words = explain_model(evidence.model, sample, n_words=N_WORDS)


def _facts(model, X):
    rows = np.arange(min(_num_samples(X), 50))
    size = file_size("model", model)
    facts = {
        "fitted model": f"{figure(size / 1e3)} kB as written by joblib",
        "one document": f"{figure(latency(model, X, rows) * 1e3)} ms (median)",
        "skclf": skclf.__version__,
        "Python": platform.python_version(),
    }
    for package in (*_ALWAYS, *(name for name in _IF_LOADED if name in sys.modules)):
        try:
            facts[package] = version(package)
        except PackageNotFoundError:  # TensorFlow is also installed under other names
            continue
    return facts
