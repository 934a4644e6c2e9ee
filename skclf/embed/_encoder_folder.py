"""The folder of a sentence encoder: where it is, and what its configuration says."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from skclf._optional import import_optional
from skclf._validation import excerpt, listed
from skclf.exceptions import MissingResourceError

_HUB_NAME = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OF_WEIGHTS = ("*.onnx*", "*.safetensors", "*.bin", "*.h5", "*.ot", "onnx", "openvino")
_GRAPHS = ("model.onnx", "onnx/model.onnx")
_POOLED_BY = {
    "cls": "cls",
    "cls_token": "cls",
    "max": "max",
    "max_tokens": "max",
    "mean": "mean",
    "mean_tokens": "mean",
    "lasttoken": "last",
}
_LARGEST_MAX_LENGTH = 1_000_000  # more than that stands for no limit in these files


@dataclass(frozen=True)
class EncoderFolder:
    """Files of an encoder, and what sentence-transformers is told about it.

    Parameters
    ----------
    model : Path
        The ONNX model, or the table of a static one.
    tokenizer : Path
        ``tokenizer.json``.
    pooling : {"mean", "cls", "max", "last"} or None
        How vectors of tokens become one; None if it is not said.
    normalize : bool
        Whether the encoder ends with vectors of unit length.
    lower : bool
        Whether texts are put into lower case first.
    max_length : int or None
        The most tokens of a text, if there is a limit.
    pools_prefix : bool
        Whether the tokens of a prefix count in the pooling.
    unknown : tuple of str
        Other parts of the encoder, which are not computed here.
    is_static : bool
        Whether each token has one vector, whatever stands beside it.
    """

    model: Path
    tokenizer: Path
    pooling: str | None = None
    normalize: bool = False
    lower: bool = False
    max_length: int | None = None
    pools_prefix: bool = True
    unknown: tuple = ()
    is_static: bool = False

    @property
    def weights(self):
        """Files of weights beside the graph, which large models have."""
        names = (f"{self.model.name}_data", f"{self.model.name}.data")
        return [path for name in names if (path := self.model.with_name(name)).exists()]

    @property
    def identity(self):
        """Equal as long as none of the files is replaced."""
        files = [self.model, self.tokenizer, *self.weights]
        stats = [(str(path.resolve()), path.stat()) for path in files]
        return tuple((name, s.st_ino, s.st_size, s.st_mtime_ns) for name, s in stats)


def find_folder(model, download):
    """The folder of a model, given by its path or its name on the Hugging Face hub.

    Parameters
    ----------
    model : str or PathLike
        Path or name.
    download : bool
        Whether what is not on this machine is downloaded.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If there is no folder at the path.
    MissingResourceError
        If it is the name of a model that is not here, or cannot be downloaded.
    """
    folder = hub_folder(model, download, ["*.json"])  # they tell which weights to get
    if Path(model).expanduser() != folder:
        weights = [f"{name}*" for name in _GRAPHS]
        if _is_static(folder):
            weights = ["model.safetensors"]
        hub_folder(model, download, weights)
    return folder


def hub_folder(model, download, files):
    """The folder of a model, with some of its files if it is one of the hub.

    Parameters
    ----------
    model : str or PathLike
        Path or name.
    download : bool
        Whether what is not on this machine is downloaded.
    files : sequence of str
        Patterns of the names of files.

    Returns
    -------
    Path
        The folder.
    """
    path = Path(model).expanduser()
    if path.is_dir():
        return path
    if path.exists():
        raise NotADirectoryError(
            f"Expected the folder of a sentence encoder as model, got the file "
            f"{excerpt(str(model))}. Pass the folder that it is in."
        )
    if not isinstance(model, str) or not _HUB_NAME.fullmatch(model):
        raise FileNotFoundError(
            f"Expected a folder, or a name such as 'owner/name', as model, got "
            f"{excerpt(str(model))}. There is no such folder."
        )
    hub = import_optional(
        "huggingface_hub", feature="An encoder given by its name", extra="encoders"
    )
    try:
        return Path(
            hub.snapshot_download(
                model, local_files_only=not download, allow_patterns=[*files]
            )
        )
    except Exception as error:  # of the hub, of HTTP, of the network
        advice = "The download failed: " + str(error)[:200]
        if not download:
            advice = "Pass download=True to download it, or the path of a folder."
        raise MissingResourceError(
            f"Found neither a folder {excerpt(model)} nor a model of this name in the "
            f"local cache of the Hugging Face hub. {advice}"
        ) from error


def read_folder(path):
    """What is in the folder of an encoder.

    Parameters
    ----------
    path : Path
        The folder.

    Returns
    -------
    EncoderFolder
        Its files and its configuration.

    Raises
    ------
    FileNotFoundError
        If ``tokenizer.json`` or the model is missing.
    ValueError
        If the configuration is no JSON, or one of several poolings side by side.
    """
    if not (path / "tokenizer.json").is_file():
        raise FileNotFoundError(
            f"Expected tokenizer.json in the folder {str(path)!r}, which holds "
            f"{_names(path)}. Save a fast tokenizer there, as "
            "AutoTokenizer.from_pretrained(...).save_pretrained(folder) does."
        )
    if _is_static(path):
        return _read_static(path)
    graph = next((path / name for name in _GRAPHS if (path / name).is_file()), None)
    if graph is None:
        raise FileNotFoundError(
            f"Expected model.onnx or onnx/model.onnx in the folder {str(path)!r}, "
            f"which holds {_names(path)}. Export the model, for example with: "
            "optimum-cli export onnx --task feature-extraction --model NAME FOLDER"
        )
    return EncoderFolder(graph, path / "tokenizer.json", **_configuration(path))


def _is_static(path):
    return (_json(path / "config.json") or {}).get("model_type") == "model2vec"


def _read_static(path):
    if not (path / "model.safetensors").is_file():
        raise FileNotFoundError(
            f"Expected model.safetensors in the folder {str(path)!r} of model2vec, "
            f"which holds {_names(path)}."
        )
    config = _json(path / "config.json")
    return EncoderFolder(
        path / "model.safetensors",
        path / "tokenizer.json",
        normalize=bool(config.get("normalize", False)),
        max_length=config.get("max_length"),
        is_static=True,
    )


def _configuration(path):
    modules = _json(path / "modules.json") or []
    kinds = {
        str(module.get("type")).rpartition(".")[2]: module.get("path") or ""
        for module in modules
    }
    transformer = _json(path / "sentence_bert_config.json") or {}
    tokenizer = _json(path / "tokenizer_config.json") or {}
    pooling = _json(path / kinds.get("Pooling", "1_Pooling") / "config.json") or {}
    limits = transformer.get("max_seq_length"), tokenizer.get("model_max_length")
    limits = [n for n in limits if n is not None and n < _LARGEST_MAX_LENGTH]
    return {
        "pooling": _pooling(pooling),
        "normalize": "Normalize" in kinds,
        "lower": bool(transformer.get("do_lower_case", False)),
        "max_length": int(min(limits)) if limits else None,
        "pools_prefix": bool(pooling.get("include_prompt", True)),
        "unknown": tuple(sorted({*kinds} - {"Transformer", "Pooling", "Normalize"})),
    }


def _pooling(config):
    """The pooling of ``1_Pooling/config.json``, as of old and as of now."""
    modes = config.get("pooling_mode")
    if modes is None:
        begin = "pooling_mode_"
        modes = [k.removeprefix(begin) for k in config if k.startswith(begin)]
        modes = [mode for mode in modes if config[begin + mode]]
    modes = [modes] if isinstance(modes, str) else modes
    if not modes:
        return None
    if len(modes) > 1 or modes[0] not in _POOLED_BY:
        raise ValueError(
            "Expected an encoder that pools by one of ['mean', 'cls', 'max', "
            f"'lasttoken'], got {listed(modes)}. Pass another encoder."
        )
    return _POOLED_BY[modes[0]]


def _json(path):
    """What a file says; None if it is not there."""
    if not path.is_file():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"Expected JSON in {str(path)!r}, got {error}.") from error


def _names(path):
    return listed(sorted(entry.name for entry in path.iterdir()))
