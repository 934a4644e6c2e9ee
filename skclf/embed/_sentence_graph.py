"""The graph of a sentence encoder, computed by onnxruntime."""

import numpy as np

from skclf._names import stored
from skclf._optional import import_optional
from skclf._threads import count_threads
from skclf._validation import listed
from skclf.embed._encoder_folder import INPUTS
from skclf.embed._folder_model import FolderModel, made

_OF_TOKENS = ("last_hidden_state", "token_embeddings")
_TYPES = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}


@stored
class SentenceGraph(FolderModel):
    """An ONNX model, and the session that runs it."""

    package = "onnxruntime"

    def states(self, ids):
        """What the graph makes of texts.

        Parameters
        ----------
        ids : list of ndarray of shape (2, n_tokens)
            Tokens of at least one text, at least one for each.

        Returns
        -------
        states : ndarray of float32 of shape (n, n_tokens, d) or (n, d)
            Vectors of tokens, or of texts if the graph pools them itself.
        mask : ndarray of bool of shape (n, n_tokens)
            Where there are tokens.
        """
        session, inputs, output, _ = self.started()
        lengths = np.array([row.shape[1] for row in ids])
        padded = np.zeros((2, len(ids), lengths.max()), dtype=np.int64)
        for i, row in enumerate(ids):
            padded[:, i, : row.shape[1]] = row
        mask = np.arange(lengths.max()) < lengths[:, None]
        given = dict(zip(INPUTS, (padded[0], mask, padded[1]), strict=True))
        given = {name: given[name].astype(dtype) for name, dtype in inputs.items()}
        try:
            states = session.run([output], given)[0]
        except Exception as error:
            raise ValueError(
                f"The encoder cannot compute texts of {lengths.max()} tokens: "
                f"{str(error)[:200]}. Pass a smaller max_length if that is too long."
            ) from error
        return states.astype(np.float32, copy=False), mask

    @property
    def mixes_texts(self):
        """Whether a text has other vectors among other texts."""
        return self.started()[3]

    def start(self, model):
        """The session, its inputs with their types, its output, whether rows mix."""
        onnxruntime = import_optional(
            "onnxruntime", feature="SentenceEncoder", extra="encoders"
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.n_threads or count_threads()
        options.log_severity_level = 3  # errors are raised

        def start(model):
            return onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )

        session = made(start, model, "the model")
        return session, _inputs(session), _output(session), _quantizes(model)


def _inputs(session):
    given = session.get_inputs()
    names = [value.name for value in given]
    if not {*INPUTS[:2]} <= {*names} <= {*INPUTS}:
        raise ValueError(
            "Expected a model with the inputs 'input_ids' and 'attention_mask', and "
            f"perhaps 'token_type_ids', got {listed(names)}. Export it for feature "
            "extraction."
        )
    for value in given:
        fixed = len(value.shape) != 2 or any(isinstance(n, int) for n in value.shape)
        if fixed or value.type not in _TYPES:
            raise ValueError(
                "Expected whole numbers for any number of texts and tokens as input "
                f"{value.name!r}, got {value.type} of shape {listed(value.shape)}. "
                "Export the model with dynamic axes."
            )
    return {value.name: _TYPES[value.type] for value in given}


def _output(session):
    """Name of the output to take, by its shape: vectors of tokens, or else of texts."""
    outputs = session.get_outputs()
    for rank in (3, 2):
        names = [value.name for value in outputs if len(value.shape) == rank]
        known = [name for name in _OF_TOKENS if name in names]
        if len(names) == 1 or known:
            return (known or names)[0]
        if names:
            break
    shapes = [f"{value.name}: {value.shape}" for value in outputs]
    raise ValueError(
        "Expected a model with one output of shape (texts, tokens, features) or "
        f"(texts, features), got {listed(shapes)}. Export it for feature extraction."
    )


def _quantizes(model):
    """Whether ranges are those of all rows that are computed together."""
    if not isinstance(model, bytes):
        with open(model, "rb") as file:
            model = file.read()
    return b"DynamicQuantize" in model
