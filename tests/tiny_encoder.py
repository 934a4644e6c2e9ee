"""A random sentence encoder of fifty words, as a folder of real ones is laid out."""

import json

import numpy as np
import onnx
import tokenizers
from onnx import TensorProto, helper, numpy_helper

DIM = 8
_WORDS = """[PAD] [UNK] [CLS] [SEP] : ! query fire flood forest house smoke storm rain
wind help burning near the a on in of sunny beach day lovely calm sea tea cake music
garden walk friends happy quiet what we are is it new phone shop great bad good dress
fits"""
WORDS = _WORDS.split()


def write_encoder(folder, *, seed=0, graph=None, **files):
    """Write ``tokenizer.json``, ``model.onnx`` and JSON files of a configuration.

    Parameters
    ----------
    folder : Path
        Where to; it is made.
    seed : int
        Of the weights.
    graph : onnx.ModelProto
        Another graph than that of `make_graph`.
    **files : dict
        Name of a JSON file (``__`` for ``/``, without suffix) to what it says.
    """
    folder.mkdir(parents=True, exist_ok=True)
    make_tokenizer().save(str(folder / "tokenizer.json"))
    onnx.save(make_graph(seed) if graph is None else graph, folder / "model.onnx")
    for name, content in files.items():
        path = folder / f"{name.replace('__', '/')}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content))
    return folder


def write_static(folder, *, config=None, **arrays):
    """Write a model as model2vec does: a vector for each token.

    Parameters
    ----------
    folder : Path
        Where to; it is made.
    config : dict, default=None
        More of what ``config.json`` says.
    **arrays : ndarray
        What ``model.safetensors`` holds; by default ``embeddings``.
    """
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    make_tokenizer().save(str(folder / "tokenizer.json"))
    save_file(arrays or {"embeddings": weights()[0]}, folder / "model.safetensors")
    config = {"model_type": "model2vec"} | (config or {})
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def make_tokenizer():
    ids = {word: i for i, word in enumerate(WORDS)}
    tokenizer = tokenizers.Tokenizer(
        tokenizers.models.WordLevel(ids, unk_token="[UNK]")
    )
    tokenizer.normalizer = tokenizers.normalizers.Lowercase()
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    ends = [("[SEP]", ids["[SEP]"]), ("[CLS]", ids["[CLS]"])]
    tokenizer.post_processor = tokenizers.processors.BertProcessing(*ends)
    return tokenizer


def weights(seed=0):
    """Vectors of words, and what is made of the mean of a text."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(len(WORDS), DIM)).astype(np.float32)
    return table, rng.normal(size=(DIM, DIM)).astype(np.float32)


def make_graph(
    seed=0,
    *,
    names=("input_ids", "attention_mask", "token_type_ids"),
    axes=("n", "l"),
    outputs=("pooler_output", "last_hidden_state"),
    kind=TensorProto.INT64,
    quantized=False,
):
    """Each token's vector and the mean of its text's, through tanh."""
    ids, mask, *_ = names
    table, mix = weights(seed)
    axis = numpy_helper.from_array(np.array([1], dtype=np.int64), "axis")
    last = numpy_helper.from_array(np.array([-1], dtype=np.int64), "last_axis")
    node = helper.make_node
    nodes = [
        node("Gather", ["table", ids], ["words"]),
        node("Cast", [mask], ["is_token"], to=TensorProto.FLOAT),
        node("Unsqueeze", ["is_token", "last_axis"], ["kept"]),
        node("Mul", ["words", "kept"], ["masked"]),
        node("ReduceSum", ["masked", "axis"], ["total"], keepdims=1),
        node("ReduceSum", ["kept", "axis"], ["count"], keepdims=1),
        node("Div", ["total", "count"], ["mean"]),
        *(_rounded("mean", "of_text") if quantized else ()),
        node("MatMul", ["of_text" if quantized else "mean", "mix"], ["mixed"]),
        node("Add", ["words", "mixed"], ["sum"]),
        node("Tanh", ["sum"], ["last_hidden_state"]),
        node("Squeeze", ["mean", "axis"], ["pooler_output"]),
    ]
    shapes = {
        "pooler_output": [axes[0], DIM],
        "last_hidden_state": [*axes, DIM],
        "words": [*axes, DIM],
        "mixed": [axes[0], 1, DIM],
    }
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "tiny",
        [info(name, kind, list(axes)) for name in names],
        [info(name, TensorProto.FLOAT, shapes[name]) for name in outputs],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(mix, "mix"),
            axis,
            last,
        ],
    )
    opset = helper.make_opsetid("", 17)
    return helper.make_model(graph, ir_version=8, opset_imports=[opset])


def _rounded(name, rounded):
    """To 8 bits of the range of all texts that are computed together, and back."""
    parts = [f"{name}_{part}" for part in ("bits", "scale", "zero")]
    return [
        helper.make_node("DynamicQuantizeLinear", [name], parts),
        helper.make_node("DequantizeLinear", parts, [rounded]),
    ]
