"""A vector for each token, whose mean is that of a text: what model2vec makes."""

import json

import numpy as np

from skclf._names import stored
from skclf._optional import import_optional
from skclf._validation import type_and_shape
from skclf.embed._folder_model import FolderModel, made


@stored
class StaticTable(FolderModel):
    """The table of ``model.safetensors``. Unknown tokens do not count."""

    package = "safetensors"
    adds_special_tokens = False
    mixes_texts = False

    def left_out(self, tokenizer):
        """The token that stands for unknown ones."""
        model = json.loads(tokenizer.to_str())["model"]
        if model.get("unk_token") is not None:
            return tokenizer.token_to_id(model["unk_token"])
        return model.get("unk_id")

    def states(self, ids):
        """The mean of each text's vectors.

        Parameters
        ----------
        ids : list of ndarray of shape (2, n_tokens)
            Tokens of texts, at least one for each.

        Returns
        -------
        states : ndarray of float32 of shape (n, d)
            Vectors of the texts.
        mask : None
            There is no padding.
        """
        table, rows, weights = self.started()
        states = np.empty((len(ids), table.shape[1]), dtype=np.float32)
        for i, (tokens, _) in enumerate(ids):
            if tokens.max() >= len(rows):
                raise ValueError(
                    f"Expected a table of {tokens.max() + 1} tokens or more, as the "
                    f"tokenizer has them, got one of {len(rows)}."
                )
            vectors = table[rows[tokens]].astype(np.float32, copy=False)
            states[i] = weights[tokens] @ vectors / len(tokens)
        return states, None

    def start(self, model):
        """The table, and for each token its row and its weight."""
        safetensors = import_optional(
            "safetensors.numpy", feature="SentenceEncoder", extra="encoders"
        )
        is_file = isinstance(model, str)
        read = safetensors.load_file if is_file else safetensors.load
        arrays = made(read, model, "model.safetensors")
        table = arrays.get("embeddings")
        if table is None or table.ndim != 2:
            got = sorted(arrays) if table is None else type_and_shape(table)
            raise ValueError(
                "Expected a table 'embeddings' of shape (tokens, features) in "
                f"model.safetensors, got {got}."
            )
        rows = arrays.get("mapping", np.arange(len(table)))
        weights = arrays.get("weights", np.ones(len(rows)))
        return table, rows, weights.astype(np.float32)
