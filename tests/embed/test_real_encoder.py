"""Encoders of PyTorch: real weights, compared with sentence-transformers.

``make test-encoders`` runs it. `SKCLF_ENCODER` is a folder with the weights of
all-MiniLM-L6-v2, `SKCLF_ENCODER_PYTHON` a Python with skclf's dependencies, torch,
transformers, onnx and sentence-transformers.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from skclf import SentenceEncoder
from skclf.embed import export_encoder, quantize_encoder

pytest.importorskip("onnxruntime")
pytest.importorskip("tokenizers")

TEXTS = [
    "Forest fire near La Ronge Sask. Canada",
    "I love fruits",
    "",
    "Rock & roll, #earthquake in 日本 \N{EXTRATERRESTRIAL ALIEN}",
    "a long story " * 100,
]
TEXTS += [f"tweet {i} " + "of words " * (i % 25) for i in range(100)]

# What sentence-transformers makes of them, and a folder with model.onnx.
PEER = """
import sys
import numpy as np
from sentence_transformers import SentenceTransformer
from skclf.embed import export_encoder
weights, folder, texts, vectors = sys.argv[1:]
if weights != folder:
    export_encoder(weights, folder)
model = SentenceTransformer(weights, device="cpu")
model.max_seq_length = 64
texts = open(texts, encoding="utf-8").read().split("\\n")
np.save(vectors, model.encode(texts, normalize_embeddings=True))
"""

# A random encoder of two layers, as transformers writes it.
RANDOM = """
import sys
import torch
from transformers import BertConfig, BertModel
torch.manual_seed(0)
sizes = dict(vocab_size=300, hidden_size=16, num_hidden_layers=2)
more = dict(num_attention_heads=2, intermediate_size=32, type_vocab_size=2)
BertModel(BertConfig(**sizes, **more)).save_pretrained(sys.argv[1])
"""


def needed(name):
    value = os.environ.get(name)
    if not value:
        pytest.skip(f"{name} is not set")
    return value


def run(code, *args):
    python = needed("SKCLF_ENCODER_PYTHON")
    offline = os.environ | {"HF_HUB_OFFLINE": "1"}
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [python, "-c", code, *map(str, args)],
        capture_output=True,
        text=True,
        env=offline | {"PYTHONPATH": root},
    )
    assert done.returncode == 0, done.stderr[-2000:]


def by_peer(weights, folder, tmp_path):
    (tmp_path / "texts").write_text("\n".join(TEXTS), encoding="utf-8")
    run(PEER, weights, folder, tmp_path / "texts", tmp_path / "vectors.npy")
    return np.load(tmp_path / "vectors.npy")


def test_random_weights_as_sentence_transformers_has_them(tmp_path):
    from tiny_encoder import make_tokenizer

    weights = tmp_path / "weights"
    weights.mkdir()
    run(RANDOM, weights)
    make_tokenizer().save(str(weights / "tokenizer.json"))
    config = '{"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]"}'
    (weights / "tokenizer_config.json").write_text(config)
    expected = by_peer(weights, tmp_path / "onnx", tmp_path)
    encoder = SentenceEncoder(tmp_path / "onnx", max_length=64)
    vectors = encoder.fit_transform(TEXTS)
    assert vectors.shape == (len(TEXTS), 16)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)


@pytest.fixture
def folder(tmp_path):
    """The folder of the variable, with model.onnx."""
    source = Path(needed("SKCLF_ENCODER"))
    if (source / "model.onnx").exists():
        return source
    run(
        "import sys; from skclf.embed import export_encoder\n"
        "export_encoder(*sys.argv[1:])",
        source,
        tmp_path / "onnx",
    )
    return tmp_path / "onnx"


def test_real_weights_as_sentence_transformers_has_them(folder, tmp_path):
    weights = Path(os.environ.get("SKCLF_ENCODER_WEIGHTS") or folder)
    if not (weights / "model.safetensors").exists():
        pytest.skip("neither folder has model.safetensors")
    expected = by_peer(weights, weights, tmp_path)
    vectors = SentenceEncoder(folder, max_length=64).fit_transform(TEXTS)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)


def test_real_vectors_know_what_texts_mean(folder):
    near, far = "a blaze is burning the woods", "I baked a cake for my friends"
    vectors = SentenceEncoder(folder).fit_transform([TEXTS[0], near, far])
    similarity = vectors @ vectors[0]
    assert similarity[1] > similarity[2] + 0.2


def test_real_weights_of_8_bits(folder, tmp_path):
    texts = TEXTS[:20]
    small = quantize_encoder(folder, tmp_path / "small", texts, min_similarity=0.9)
    sizes = [(path / "model.onnx").stat().st_size for path in (folder, small)]
    assert sizes[1] < 0.3 * sizes[0]


def test_export_refuses_before_it_begins(tmp_path, monkeypatch):
    (tmp_path / "model.onnx").touch()
    with pytest.raises(FileExistsError, match="without model.onnx"):
        export_encoder("owner/name", tmp_path)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match="needs the package 'torch'.*install torch"):
        export_encoder("owner/name", tmp_path / "new")
    assert not (tmp_path / "new").exists()
