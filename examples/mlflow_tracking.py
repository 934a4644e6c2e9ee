"""Track a text classifier with MLflow: parameters, epochs, scores, report and file.
=================================================================================

::

    python examples/mlflow_tracking.py [--model cnn] [--uri sqlite:///mlflow.db]
    mlflow ui --backend-store-uri sqlite:///mlflow.db

Needs MLflow 3: pip install mlflow 'skclf[nets,onnx,plot]'. The model is logged in a
format that runs no code when it is loaded, and needs no TensorFlow where it is used.
"""

import argparse
import tempfile
from pathlib import Path

import mlflow
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import train_test_split

import skclf
from skclf.datasets import make_tweets
from skclf.deploy import TRUSTED_TYPES


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", default="cnn", help="a ready-made pipeline")
    parser.add_argument("--uri", default="sqlite:///mlflow.db", help="where runs are")
    parser.add_argument("--rows", type=int, default=1000)
    options = parser.parse_args(arguments)
    tweets = make_tweets(options.rows, random_state=0)
    X, X_test, y, y_test = train_test_split(
        tweets.data["text"], tweets.target, stratify=tweets.target, random_state=0
    )
    mlflow.set_tracking_uri(options.uri)
    mlflow.set_experiment("tweets")
    with mlflow.start_run(run_name=options.model):
        model = skclf.make_text_classifier(options.model, random_state=0).fit(X, y)
        mlflow.log_params(plain(model.get_params()))
        log_epochs(getattr(model[-1], "history_", {}))
        predicted = model.predict(X_test)
        mlflow.log_metric("test_accuracy", accuracy_score(y_test, predicted))
        mlflow.log_metric("test_f1", f1_score(y_test, predicted, average="macro"))
        report = skclf.report(model, X, y, X_test=X_test, y_test=y_test)
        mlflow.log_text(report.to_html(), "report.html")
        if hasattr(model[-1], "history_"):  # a net, which need not bring TensorFlow
            model = skclf.to_onnx_pipeline(model)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "model.skclf")
            skclf.save(model, file)
            mlflow.log_artifact(file)
        logged = mlflow.sklearn.log_model(
            model,
            name="model",
            skops_trusted_types=TRUSTED_TYPES,
            # What loading imports is found by MLflow; nets also need onnxruntime.
            extra_pip_requirements=["skclf[runtime]"],
            input_example=X_test.head(3).tolist(),
        )
    print(f"the model is {logged.model_uri}")
    served = mlflow.pyfunc.load_model(logged.model_uri)
    print(served.predict(["the whole street is on fire", "a sunny day at the beach"]))


def log_epochs(history):
    """A metric for each figure of an epoch, by its number."""
    for name, values in history.items():
        for epoch, value in enumerate(values, start=1):
            if isinstance(value, float):
                mlflow.log_metric(name, value, step=epoch)


def plain(params):
    """Parameters that are numbers, texts or None; steps are objects."""
    kinds = str | int | float | bool | None
    return {name: value for name, value in params.items() if isinstance(value, kinds)}


if __name__ == "__main__":
    main()
