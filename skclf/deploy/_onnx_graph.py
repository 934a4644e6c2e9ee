"""An ONNX graph in the making."""

from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import count

import numpy as np
from onnx import TensorProto, helper, numpy_helper

# What onnxruntime 1.21 and later reads.
OPSET = 17
IR_VERSION = 9

# Dimensions of a tensor of Keras, by their number.
AXES = ("", "n", "nf", "nlf", "nlaf", "nlabf", "nlabcf")

_TYPES = {
    np.dtype(np.float32): TensorProto.FLOAT,
    np.dtype(np.int32): TensorProto.INT32,
    np.dtype(np.int64): TensorProto.INT64,
}


@dataclass(frozen=True)
class Tensor:
    """A value in the graph.

    Parameters
    ----------
    name : str
        Its name in the graph.
    axes : str
        What its dimensions are, in order: ``n`` documents, ``l`` positions of words,
        ``f`` features, and others of operations. Layers ask for an order, so that
        nothing is turned around twice.
    vectors : ndarray of shape (n_words, n_features), default=None
        Where each word of a document is a row of a constant matrix: that matrix.
    dtype : str, default="float32"
        The type of its numbers, by Keras' name.
    """

    name: str
    axes: str
    vectors: np.ndarray | None = field(default=None, compare=False, repr=False)
    dtype: str = "float32"

    @property
    def last(self):
        return len(self.axes) - 1


class Graph:
    """Collects nodes and constants, and writes them as a model.

    Attributes
    ----------
    inputs : list of onnx.ValueInfoProto
        What the graph is given.
    """

    def __init__(self):
        self.inputs = []
        self._nodes = []
        self._constants = {}
        self._arranged = {}
        self._numbers = count()

    def input(self, name, dtype, shape, axes):
        """Declare an input of the graph; a dimension of None may have any size."""
        kind = _TYPES[np.dtype(dtype)]
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return Tensor(name, axes, dtype=np.dtype(dtype).name)

    def add(self, op, *inputs, n_outputs=1, **attributes):
        """Add a node; the names of its outputs, or of its only one.

        Inputs are tensors, names, or constants: arrays, numbers and lists of int.
        """
        names = [self._name(value) for value in inputs]
        outputs = [f"{op}_{next(self._numbers)}" for _ in range(n_outputs)]
        node = helper.make_node(op, names, outputs, name=outputs[0], **attributes)
        self._nodes.append(node)
        return outputs[0] if n_outputs == 1 else outputs

    def arrange(self, tensor, axes):
        """The tensor with its dimensions in this order."""
        if tensor.axes == axes:
            return tensor
        if sorted(tensor.axes) != sorted(axes):
            raise ValueError(f"expected {len(axes)} dimensions, got {len(tensor.axes)}")
        key = tensor.name, axes
        if key not in self._arranged:
            order = [tensor.axes.index(axis) for axis in axes]
            name = self.add("Transpose", tensor, perm=order)
            self._arranged[key] = Tensor(name, axes, dtype=tensor.dtype)
        return self._arranged[key]

    def in_order(self, tensor):
        """The tensor with its dimensions in the order that they have in Keras."""
        order = AXES[-1]
        return self.arrange(tensor, "".join(sorted(tensor.axes, key=order.index)))

    def model(self, output, n_outputs):
        """The finished model.

        Parameters
        ----------
        output : Tensor
            The graph's output, of shape ``(n, n_outputs)``.
        n_outputs : int
            Its width.

        Returns
        -------
        onnx.ModelProto
        """
        result = helper.make_tensor_value_info(
            output.name, TensorProto.FLOAT, [None, n_outputs]
        )
        nodes, constants = self.parts([output.name])
        graph = helper.make_graph(
            nodes, "net", self.inputs, [result], initializer=constants
        )
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="skclf",
        )

    def parts(self, outputs):
        """The nodes and the constants that some values depend on, by their names."""
        nodes, used = [], set(outputs)
        for node in reversed(self._nodes):
            if used.intersection(node.output):
                nodes.append(node)
                used.update(node.input)
        constants = [
            numpy_helper.from_array(array, name)
            for name, array in self._constants.values()
            if name in used
        ]
        return nodes[::-1], constants

    def _name(self, value):
        if isinstance(value, Tensor):
            return value.name
        return value if isinstance(value, str) else self._constant(value)

    def _constant(self, value):
        """The name of a constant; equal ones, as of a layer called twice, are one."""
        array = np.asarray(value)
        kind = np.float32 if array.dtype.kind == "f" else np.int64
        kind = array.dtype if array.dtype in (np.int32, np.bool_) else kind
        array = np.array(array, dtype=kind, order="C")
        key = array.shape, array.dtype, blake2b(array.data).digest()
        if key not in self._constants:
            self._constants[key] = f"constant_{next(self._numbers)}", array
        return self._constants[key][0]
