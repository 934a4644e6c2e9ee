"""Sentence encoders with weights of 8 bits, if they still say the same."""

import os
import shutil
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, validate_params

from skclf._names import public
from skclf._optional import import_optional
from skclf._validation import check_documents, check_not_empty, excerpt
from skclf.embed._encoder_folder import OF_WEIGHTS, read_folder
from skclf.embed._sentence_encoder import SentenceEncoder


@public("skclf.embed")
@validate_params(
    {
        "model": [str, os.PathLike],
        "folder": [str, os.PathLike],
        "min_similarity": [Interval(Real, 0, 1, closed="both")],
    },
    prefer_skip_nested_validation=True,
)
def quantize_encoder(
    model: str | os.PathLike,
    folder: str | os.PathLike,
    texts: Any,
    *,
    min_similarity: float = 0.95,
) -> Path:
    """Write a sentence encoder with weights of 8 bits, if it does on your texts.

    The folder takes a quarter of the space. Its vectors are others, most of them
    hardly, but some encoders are ruined by it, which nothing tells but a comparison:
    so vectors of both are compared first, and one that fails is not written.

    Parameters
    ----------
    model : str or PathLike
        The folder of an encoder, see :class:`~skclf.embed.SentenceEncoder`, with
        ``model.onnx``.
    folder : str or PathLike
        Where to write the smaller one. It is made, and must not exist.
    texts : array-like of str of shape (n_documents,)
        Some texts of yours, a hundred say.
    min_similarity : float, default=0.95
        The least cosine similarity of the two vectors of each text.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    FileExistsError
        If the folder exists.
    ValueError
        If the vectors of a text are less similar, or `model` is one of model2vec.
    ImportError
        If the package onnx or onnxruntime is not installed.

    See Also
    --------
    skclf.embed.export_encoder : Makes the folder of an encoder.

    Notes
    -----
    Activations are scaled by the values at hand ("dynamic quantization"), which are
    those of all texts that are computed together. So :class:`SentenceEncoder` computes
    each text alone. Fit your classifier on the vectors of the encoder that it will
    have.

    Examples
    --------
    >>> from skclf.embed import quantize_encoder
    >>> quantize_encoder("minilm", "minilm-8-bits", tweets[:100])  # doctest: +SKIP
    PosixPath('minilm-8-bits')
    """
    texts = check_documents(texts)
    check_not_empty(texts, "quantize_encoder")
    source, folder = Path(model).expanduser(), Path(folder).expanduser()
    if folder.exists():
        raise FileExistsError(
            f"Expected a folder that does not exist, got {excerpt(str(folder))}."
        )
    files = read_folder(source)
    if files.is_static:
        raise ValueError(
            f"Expected an encoder with model.onnx, got {excerpt(str(source))} of "
            "model2vec, whose table is small."
        )
    onnx, quantization = [
        import_optional(name, feature="quantize_encoder", extra="onnx")
        for name in ("onnx", "onnxruntime.quantization")
    ]
    graph = onnx.load(files.model)
    # Without it onnxruntime advises, through the root logger, to fuse nodes before.
    props = {"onnx.quant.pre_process": "onnxruntime.quant"}
    onnx.helper.set_model_props(graph, props)
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns(*OF_WEIGHTS))
    try:
        quantization.quantize_dynamic(
            graph,
            folder / "model.onnx",
            op_types_to_quantize=["Gather", "MatMul"],
            per_channel=True,  # without it, MiniLM falls to a similarity of .6
            # Sums of two products fit into 16 bits, which older processors have.
            reduce_range=True,
            weight_type=quantization.QuantType.QInt8,
        )
        _compare(source, folder, texts, min_similarity)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return folder


def _compare(source, folder, texts, min_similarity):
    vectors = [
        SentenceEncoder(path, store_weights=False).fit_transform(texts)
        for path in (source, folder)
    ]
    similarity = np.einsum("nd,nd->n", *vectors)
    similarity[~np.any(vectors[0], axis=1)] = 1  # without tokens
    worst = int(similarity.argmin())
    if not similarity[worst] >= min_similarity:
        raise ValueError(
            f"Expected vectors of 8 bits with a similarity of {min_similarity} to the "
            f"encoder's, got {similarity[worst]:.2g} for {excerpt(texts[worst])} "
            f"({similarity.mean():.2g} in the mean). Keep the encoder as it is."
        )
