"""Encoders in 8 bits: written if they say the same, and only then."""

import logging

import numpy as np
import pytest

from skclf import SentenceEncoder
from skclf.embed import quantize_encoder

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from tiny_encoder import write_encoder, write_static

TEXTS = ["Fire in the house!", "a sunny beach", "help: burning forest near the garden"]


@pytest.fixture
def source(tmp_path):
    return write_encoder(tmp_path / "encoder", modules=[{"type": "a.Transformer"}])


def test_nearly_the_same_vectors(source, tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        folder = quantize_encoder(source, tmp_path / "small", TEXTS)
    assert folder == tmp_path / "small"
    assert not caplog.records
    names = {path.name for path in folder.iterdir()}
    assert names == {"model.onnx", "modules.json", "tokenizer.json"}
    small, own = (SentenceEncoder(path).fit(TEXTS) for path in (folder, source))
    assert small.model_digest_ != own.model_digest_
    similar = np.einsum("nd,nd->n", small.transform(TEXTS), own.transform(TEXTS))
    assert similar.min() > 0.95
    assert similar.min() < 1 - 1e-7


def test_a_ruined_one_is_not_written(source, tmp_path):
    message = r"similarity of 1 to the encoder's, got .* for .* Keep the encoder"
    with pytest.raises(ValueError, match=message):
        quantize_encoder(source, tmp_path / "small", TEXTS, min_similarity=1)
    assert not (tmp_path / "small").exists()


def test_what_is_not_taken(source, tmp_path):
    with pytest.raises(FileExistsError, match="that does not exist"):
        quantize_encoder(source, source, TEXTS)
    with pytest.raises(ValueError, match="model2vec"):
        quantize_encoder(write_static(tmp_path / "table"), tmp_path / "new", TEXTS)
    with pytest.raises(ValueError, match="min_similarity"):
        quantize_encoder(source, tmp_path / "new", TEXTS, min_similarity=2)
    with pytest.raises(ValueError, match="quantize_encoder"):
        quantize_encoder(source, tmp_path / "new", [])
    assert not (tmp_path / "new").exists()
