"""What an ONNX graph may have in it; read without onnx, which serving does not need."""

# Of a message, the fields that hold messages: https://onnx.ai/onnx, onnx.proto.
_PARTS = {
    "model": {7: "graph", 20: "refused", 25: "refused"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {
        **{5: "tensor", 10: "tensor", 6: "graph", 11: "graph"},
        **{22: "sparse", 23: "sparse"},
    },
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "external"},
}
# What onnxruntime has itself.
_DOMAINS = {b"", b"ai.onnx", b"ai.onnx.ml", b"com.microsoft"}
_DOMAIN_OF_NODE = 7
_LOCATION_OF_TENSOR = 14
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_DEEPEST = 50


def check_graph(model):
    """Check that a graph has its data in itself, and operators of onnxruntime only.

    Parameters
    ----------
    model : bytes
        An ONNX model.

    Raises
    ------
    ValueError
        If data are in other files, an operator is of another domain or a function of
        the model's own, or it is no message of protobuf.

    Examples
    --------
    >>> from skclf.deploy.safe._graph_check import check_graph
    >>> check_graph(b"no model")
    Traceback (most recent call last):
        ...
    ValueError: its graph is no ONNX model
    """
    try:
        found = _walk(memoryview(model), "model", 0)
    except IndexError:
        found = None
    if not found:
        raise ValueError("its graph is no ONNX model")


def _walk(data, kind, depth):
    """Check a message, and say whether there was something in it."""
    if depth > _DEEPEST:
        raise ValueError("its graph has too many graphs inside of graphs")
    parts, place = _PARTS[kind], 0
    while place < len(data):
        key, place = _number(data, place)
        field, wire, value = key >> 3, key & 7, 0
        if wire == _BYTES:
            size, place = _number(data, place)
            end = place + size
        elif wire == _VARINT:
            value, end = _number(data, place)
        else:
            end = place + {_FIXED64: 8, _FIXED32: 4}.get(wire, len(data))
        if end > len(data) or key >= 1 << 32:
            raise IndexError
        _check_field(kind, field, data[place:end], value)
        if wire == _BYTES and field in parts:
            _walk(data[place:end], parts[field], depth + 1)
        place = end
    return place > 0


def _check_field(kind, field, content, value):
    part = _PARTS[kind].get(field)
    is_elsewhere = (kind, field) == ("tensor", _LOCATION_OF_TENSOR) and value
    if part == "external" or is_elsewhere:
        raise ValueError("its graph has data in other files")
    if part == "refused":
        raise ValueError("its graph has functions or a training of its own")
    if (kind, field) == ("node", _DOMAIN_OF_NODE) and bytes(content) not in _DOMAINS:
        raise ValueError(f"its graph has operators of {bytes(content[:50])!r}")


def _number(data, place):
    """A number of variable length, and the place behind it."""
    value = 0
    for shift in range(0, 70, 7):
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise IndexError
