"""A fitted Keras net as an ONNX model."""

import numpy as np

from skclf.deploy import _onnx_attention  # noqa: F401 (registers its layers)
from skclf.deploy._onnx_convolutions import fold_edge
from skclf.deploy._onnx_graph import AXES, Graph, Tensor
from skclf.deploy._onnx_layers import (
    CONVERTERS,
    TAKES,
    NotConvertibleError,
    refuse,
    spread_columns,
)
from skclf.deploy._onnx_operations import OPERATIONS, is_operation
from skclf.deploy._onnx_recurrent import RECURRENT
from skclf.models.building._architecture import all_layers
from skclf.models.building._scikeras import keras
from skclf.models.layers._layers import TableFeatures
from skclf.models.training._feed import input_lengths

# What a layer is told of padding, of which there is none.
_MASKS = {"mask", "query_mask", "value_mask", "key_mask"}


def convert_net(architecture, weights):
    """Write a net as an ONNX model.

    Its inputs are those that the net is given: ``ids`` or ``features``, ``columns`` of
    a table beside the text, and ``vectors``, of words.

    Parameters
    ----------
    architecture : Architecture
        The recipe of the net.
    weights : list of ndarray
        Its weights.

    Returns
    -------
    model : onnx.ModelProto
        The model.
    lengths : tuple of (int, int or None)
        How long documents have to be at least, and at most.

    Raises
    ------
    ValueError
        If a layer cannot be converted.
    """
    net = architecture.build()
    net.set_weights(weights)
    fold_edge(all_layers(net))
    _check_model(net)
    lengths = input_lengths(net, architecture)
    graph = Graph()
    inputs = graph_inputs(graph, architecture, net)
    known = dict(zip(map(id, net.inputs), inputs, strict=True))
    output = _Walk(graph, known, is_padded=lengths[0] > 1).value(net.outputs[0])
    return graph.model(output, net.output_shape[-1]), lengths


def graph_inputs(graph, architecture, net):
    """What the net reads, made of what the graph is given.

    A net of the user's reads word vectors themselves, and categories one-hot.
    """
    sizes, layers = architecture.table_sizes, all_layers(net)
    if not architecture.reads_tokens:
        width = net.inputs[0].shape[1]
        return [graph.input("features", np.float32, [None, width], "nf")]
    first = graph.input("ids", np.int32, [None, None], "nl")
    if any(isinstance(layer, RECURRENT) for layer in layers):
        first = graph.arrange(first, "ln")  # as the operators want what is made of it
    inputs = [first]
    if sizes is not None:
        columns = graph.input("columns", np.float32, [None, len(sizes)], "nf")
        if not any(isinstance(layer, TableFeatures) for layer in layers):
            columns = spread_columns(graph, columns, sizes, [None] * len(sizes))
        inputs.append(columns)
    if architecture.reads_vectors:
        dim = architecture.meta["embedding_dim_"]
        vectors = graph.input("vectors", np.float32, [None, dim], "wf")
        if len(net.inputs) > len(inputs):
            inputs.append(vectors)
        else:
            inputs[0] = Tensor(graph.add("Gather", vectors, first), first.axes + "f")
    return inputs


class _Walk:
    """Goes from the output of a model back to its inputs.

    Parameters
    ----------
    graph : Graph
        Where the nodes go.
    known : dict of int to Tensor
        Values of Keras' tensors, by `id`.
    is_padded : bool
        Whether documents are padded to one length.
    """

    def __init__(self, graph, known, is_padded):
        self.graph = graph
        self.known = known
        self.is_padded = is_padded

    def value(self, tensor):
        """The value of a tensor of Keras."""
        if id(tensor) not in self.known:
            layer, node, index = tensor._keras_history
            arguments = layer._inbound_nodes[node].arguments
            self.known[id(tensor)] = self._call(layer, arguments, index, tensor)
        return self.known[id(tensor)]

    def _call(self, layer, arguments, index, output):
        self._check(layer, arguments.kwargs)
        inputs = [self._values(value) for value in arguments.args]
        if isinstance(layer, keras.Model):
            return self._inside(layer, inputs, index)
        try:
            if is_operation(layer):
                return self._operation(layer, inputs, arguments.kwargs, index, output)
            given = arguments.kwargs.items()
            options = {k: self._values(v) for k, v in given if k in TAKES[type(layer)]}
            return CONVERTERS[type(layer)](self.graph, layer, *inputs, **options)
        except NotConvertibleError:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            refuse(layer, f"called in a way that has no translation ({error})")

    def _operation(self, layer, inputs, kwargs, index, output):
        """An operation, whose output has the dimensions that it has in Keras."""
        options = {name: self._values(value) for name, value in kwargs.items()}
        convert = OPERATIONS[type(layer).__name__]
        found = convert(self.graph, layer, output, *inputs, **options)
        if isinstance(found, list | tuple):
            found = found[index]
        if isinstance(found, Tensor):
            return found
        return Tensor(found, AXES[len(output.shape)], dtype=output.dtype)

    def _values(self, value):
        """The value of a tensor, of many, or of what is none of Keras' tensors."""
        if isinstance(value, list | tuple):
            return [self._values(part) for part in value]
        return self.value(value) if isinstance(value, keras.KerasTensor) else value

    def _inside(self, model, inputs, index):
        """An output of a model that is a layer of another one."""
        inputs = inputs[0] if isinstance(inputs[0], list) else inputs
        known = dict(zip(map(id, model.inputs), inputs, strict=True))
        return _Walk(self.graph, known, self.is_padded).value(model.outputs[index])

    def _check(self, layer, kwargs):
        if isinstance(layer, keras.Model):
            _check_model(layer)
        elif is_operation(layer):
            if type(layer).__name__ not in OPERATIONS:
                refuse(layer, "which has no translation")
            return
        elif type(layer) not in CONVERTERS:
            refuse(layer, "which has no translation")
        given = {
            name
            for name, value in kwargs.items()
            if any(isinstance(x, keras.KerasTensor) for x in keras.tree.flatten(value))
        }
        others = given - _MASKS - TAKES.get(type(layer), set())
        if kwargs.get("return_attention_scores"):
            others.add("return_attention_scores")
        if others:
            refuse(layer, f"called with {sorted(others)}")
        if given & _MASKS and self.is_padded:
            refuse(
                layer,
                "which masks the padding of an input of fixed length; build the net on "
                "keras.Input((None,))",
            )


def _check_model(model):
    """Refuse a model that does more than its layers do, one after the other."""
    is_plain = type(model).call.__module__.startswith("keras.src.models.")
    if not is_plain or isinstance(getattr(model, "input", None), dict):
        refuse(model, "with a call of its own, or with named inputs")
