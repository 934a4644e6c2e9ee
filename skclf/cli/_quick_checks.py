"""Checks of arguments that take no time: paths, names, packages."""

from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path

from skclf.cli._messages import UserError

# As skclf.make_text_classifier has them, which takes a second to import.
LINEAR = ("tfidf-logreg", "tfidf-svm", "nb")
NETS = ("mlp", "cnn", "lstm", "gru", "bilstm", "bigru", "vote", "stack")
ENCODER = "encoder-logreg"
NAMES = (*LINEAR, *NETS, ENCODER)
WITH_ENCODER = (ENCODER, "mlp", "vote", "stack")
AUTO = "auto"

# As predict_file has them.
FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}


def existing(path):
    """Refuse a file that is not there, with a name that is close."""
    path = Path(path).expanduser()
    if path.is_dir():
        raise UserError(f"Expected a file, got the folder {str(path)!r}.")
    if path.is_file():
        return path
    if not path.parent.is_dir():
        raise UserError(
            f"There is no file {str(path)!r}, as there is no folder "
            f"{str(path.parent)!r}."
        )
    beside = {other.name: other for other in path.parent.iterdir()}
    close = get_close_matches(path.name, beside, n=1)
    hint = f" Did you mean {str(beside[close[0]])!r}?" if close else ""
    raise UserError(f"There is no file {str(path)!r}.{hint}")


def existing_table(path):
    """Refuse what is not there, or has a name that does not say what is in it."""
    path = existing(path)
    format_of(path)
    return path


def format_of(path):
    """The kind of a file by its name.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    format : {"csv", "tsv", "jsonl", "parquet"}
        What is in it.
    is_packed : bool
        Whether it is packed with gzip.
    """
    is_packed = path.suffix.lower() == ".gz"
    suffix = Path(path.stem).suffix.lower() if is_packed else path.suffix.lower()
    kind = FORMATS.get(suffix)
    if kind is None or (is_packed and kind == "parquet"):
        raise UserError(
            f"Expected a name that ends in {', '.join(FORMATS)}, or one of the first "
            f"five and .gz, got {path.name!r}."
        )
    return kind, is_packed


def writable(path, endings=()):
    """Refuse a file that cannot be written, or whose name has another ending."""
    path = Path(path).expanduser()
    if path.is_dir():
        raise UserError(f"Expected a file to write, got the folder {str(path)!r}.")
    if not path.parent.is_dir():
        raise UserError(
            f"There is no folder {str(path.parent)!r} to write to. Make it first."
        )
    if endings and path.suffix.lower() not in endings:
        raise UserError(
            f"Expected a name that ends in {' or '.join(endings)}, got {path.name!r}."
        )
    return path


def distinct(path, *others):
    """Refuse to write over what is read."""
    for other in others:
        if other is not None and path.resolve() == Path(other).expanduser().resolve():
            raise UserError(f"Expected another file to write than {str(other)!r}.")


def known_models(names, vectors=None, table=(), text=("text",), encoder=None):
    """Refuse names of no model, and models that cannot be fitted here.

    Parameters
    ----------
    names : list of str
        Names of ready-made pipelines, each once.
    vectors : str, default=None
        Word vectors, which are for nets only.
    table : list of str, default=()
        Columns beside the text.
    """
    for name in names:
        if name not in NAMES:
            close = get_close_matches(name, NAMES, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise UserError(
                f"There is no model {name!r}.{hint} There are {', '.join(NAMES)}."
            )
        if names.count(name) > 1:
            raise UserError(f"Expected each model once, got {name!r} twice.")
        if encoder is not None and name not in WITH_ENCODER:
            raise UserError(
                f"{name!r} reads no sentence encoder: leave --encoder out, or take "
                f"{', '.join(WITH_ENCODER)}."
            )
        if encoder is None and name == ENCODER:
            raise UserError(
                f"{name!r} needs --encoder, the folder of a sentence encoder."
            )
        if vectors is not None and name not in NETS:
            raise UserError(
                f"The features of {name!r} are no word vectors: leave --vectors out, "
                f"or take {', '.join(NETS)}."
            )
    if any(name in NETS for name in names):
        has("tensorflow", "nets", "Nets need")
    if len(set(table)) < len(table):
        raise UserError(f"Expected each column once in --table, got {table}.")
    if len({*text, *table}) < len(text) + len(table):
        raise UserError(
            f"Expected each column once in --text and --table, got {[*text, *table]}."
        )
    if encoder is not None:
        if "/" not in encoder and not Path(encoder).expanduser().is_dir():
            raise UserError(
                f"There is no folder {encoder!r} for --encoder, and a name in the "
                "cache of Hugging Face is like owner/name."
            )
        for package in ("onnxruntime", "tokenizers"):
            has(package, "encoders", "A sentence encoder needs")


def default_models(vectors=None, encoder=None):
    """What is compared where no model is named: quick ones, and two nets."""
    nets = ("cnn", "bigru") if find_spec("tensorflow") else ()
    if encoder is not None:
        return [ENCODER, *(("mlp",) if nets else ())]
    if vectors is None:
        return [*LINEAR, *nets]
    has("tensorflow", "nets", "Word vectors are for nets, which need")
    return ["mlp", *nets]


def has(package, extra, need):
    """Refuse what needs a package that is not installed; it is not imported."""
    if find_spec(package) is None:
        raise UserError(
            f"{need} the package {package!r}, which is not installed. Install it with: "
            f"pip install 'skclf[{extra}]'"
        )
