"""Files that were damaged, and files of an enemy: no code runs, no memory is filled."""

import io
import json
import os
import pickle
import random
import struct
import tracemalloc
import warnings
from contextlib import suppress
from zipfile import ZIP_BZIP2, ZIP_LZMA, ZIP_STORED, ZipInfo

import numpy as np
import onnx
import pytest
from forged_files import forge, mutated, parts_of_file
from onnx import TensorProto, helper
from sklearn.linear_model import LogisticRegression
from tiny_encoder import write_encoder
from watched import no_code_runs

from skclf import load, make_text_classifier, save
from skclf.deploy import read_report
from skclf.deploy.safe._graph_check import check_graph

TEXTS = ["the house is on fire", "a day on the beach", "smoke", "sunny"] * 5
LABELS = ["bad", "good"] * 10
MB = 1 << 20
SEED = os.environ.get("SKCLF_FUZZ_SEED", "0")


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Files of models, each with what it predicts."""
    folder = tmp_path_factory.mktemp("models")
    encoder = write_encoder(folder / "encoder")
    made = {
        "svm": make_text_classifier("tfidf-svm"),
        "nb": make_text_classifier("nb"),
        "encoder": make_text_classifier("encoder-logreg", encoder=encoder),
    }
    found = []
    for name, model in made.items():
        model.fit(TEXTS, LABELS)
        path = folder / f"{name}.skclf"
        save(model, path, format="safe", compress=9 if name == "nb" else 0)
        found.append((path, model.predict_proba(TEXTS[:4])))
    return found


@pytest.fixture(scope="module")
def real(models):
    """The manifest and the parts of a real file."""
    return parts_of_file(models[0][0])


# Damage


def tried(path):
    """What is in a file, or None if it is refused; whatever it is, no code runs."""
    with no_code_runs(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return load(path)
        except ValueError:
            return None
        except ImportError as error:  # of a name in the list of versions
            if "needs packages that are not installed" not in str(error):
                raise
            return None


def damage(models, path, rng):
    """A damaged file is refused, or predicts what it did."""
    whole, expected = rng.choice(models)
    path.write_bytes(mutated(whole.read_bytes(), rng))
    loaded = tried(path)
    if loaded is None:
        return "refused"
    np.testing.assert_array_equal(loaded.predict_proba(TEXTS[:4]), expected)
    return "right"


def damage_with_right_sums(models, path, rng):
    """What is damaged before its sums are computed is refused, or loads as it may."""
    manifest, parts = parts_of_file(rng.choice(models)[0])
    name = rng.choice(sorted(parts))
    forge(path, manifest, parts | {name: mutated(parts[name], rng)})
    return "refused" if tried(path) is None else "loaded"


@pytest.mark.parametrize("way", [damage, damage_with_right_sums])
def test_damaged_files(way, models, tmp_path):
    rng = random.Random(SEED)
    outcomes = [way(models, tmp_path / "file", rng) for _ in range(250)]
    assert outcomes.count("refused") > 125


@pytest.mark.slow
@pytest.mark.parametrize("way", [damage, damage_with_right_sums])
def test_thousands_of_damaged_files(way, models, tmp_path):
    rng = random.Random(f"more {SEED}")
    for _ in range(2500):
        way(models, tmp_path / "file", rng)


# Forgeries


class Gadget:
    """Runs a command when it is unpickled."""

    def __reduce__(self):
        return os.system, ("true",)


def refused(path, match):
    """A file is refused, at no more than 64 MB above its size."""
    size = path.stat().st_size
    tracemalloc.start()
    try:
        with no_code_runs(), pytest.raises(ValueError, match=match) as caught:
            load(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < size + 64 * MB
    assert len(str(caught.value)) < 600


ZEROS = bytes(100 * MB)
UNPACKS = "unpacks to much more than a model does"
OTHER = "other files than its manifest lists"
SIZE = "has another size than its manifest lists"


@pytest.mark.parametrize("name", ["model.json", "arrays.npy", "part-0.bin"])
def test_bombs(name, real, tmp_path):
    manifest, parts = real
    forge(tmp_path / "file", manifest, parts | {name: ZEROS})
    refused(tmp_path / "file", UNPACKS)


def test_a_bomb_whose_size_is_a_lie(real, tmp_path):
    manifest, parts = real
    forge(tmp_path / "file", manifest, parts | {"arrays.npy": ZEROS})
    listed, _ = parts_of_file(tmp_path / "file")
    listed["members"]["arrays.npy"]["size"] = 1000
    members = listed["members"]
    forge(tmp_path / "file", manifest, parts | {"arrays.npy": ZEROS}, members=members)
    refused(tmp_path / "file", SIZE)
    content = (tmp_path / "file").read_bytes()
    small = struct.pack("<L", 1000)
    content = content.replace(struct.pack("<L", len(ZEROS)), small)
    (tmp_path / "file").write_bytes(content)
    refused(tmp_path / "file", "another size|another SHA-256|Bad CRC")


def test_files_that_are_not_listed(real, tmp_path):
    manifest, parts = real
    link = ZipInfo("link.bin")
    link.external_attr = 0o120777 << 16
    for name in ("../../evil", "/etc/evil", "model.joblib", "x" * 1000, link):
        more = [(name, pickle.dumps(Gadget()))]
        forge(tmp_path / "file", manifest, parts, more=more)
        refused(tmp_path / "file", OTHER)


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_a_file_that_is_there_twice(real, tmp_path):
    manifest, parts = real
    forge(tmp_path / "file", manifest, parts, more=[("model.json", b"{}")])
    refused(tmp_path / "file", OTHER)


def test_a_report_that_is_not_listed(real, tmp_path):
    more = [("report.html", b"<h1>Perfect</h1>")]
    forge(tmp_path / "file", *real, more=more)
    with pytest.raises(ValueError, match="is not the one that its manifest lists"):
        read_report(tmp_path / "file")


@pytest.mark.parametrize("name", ["../model.json", "/model.json", "a/b.npy"])
def test_names_that_leave_the_archive(name, real, tmp_path):
    manifest, parts = real
    forge(tmp_path / "file", manifest, parts | {name: b"1"})
    refused(tmp_path / "file", "a dict of files or null as 'members'")


@pytest.mark.parametrize("pack", [ZIP_BZIP2, ZIP_LZMA])
def test_other_ways_to_pack(pack, real, tmp_path):
    forge(tmp_path / "file", *real, pack=pack)
    refused(tmp_path / "file", "packed in another way")


def test_a_pickle_that_says_it_is_safe(real, tmp_path):
    manifest, _ = real
    forge(tmp_path / "file", manifest, {"model.joblib": pickle.dumps(Gadget())})
    refused(tmp_path / "file", "has no model.json or no arrays.npy")
    more = [("model.joblib", pickle.dumps(Gadget()))]
    forge(tmp_path / "file", manifest, {}, more=more, members=None)
    refused(tmp_path / "file", "a dict of files as 'members', got None")
    forge(tmp_path / "file", manifest, {}, more=more, contents="pickle")
    refused(tmp_path / "file", "is a pickle, which runs the code")


def with_model(real, path, node, **parts):
    """A file with another ``model.json``."""
    manifest, others = real
    text = node if isinstance(node, bytes) else json.dumps(node).encode()
    parts = {name.replace("_", "."): part for name, part in parts.items()}
    forge(path, manifest, others | {"model.json": text} | parts)


CLEANER = "skclf.text.TextCleaner"
NAMES = [
    *("os.system", "builtins.eval", "builtins.getattr", "subprocess.Popen"),
    *("pickle.loads", "joblib.load", "numpy.load", "skclf.deploy.load"),
    *("sklearn.ensemble._forest.RandomForestClassifier", "skclf.models.CNNClassifier"),
    *(f"{CLEANER}.fit.__globals__", "skclf.stored.find_again", "", "skclf", 5, None),
]
NOT_TRUSTED = "which is not in skclf.deploy.TRUSTED_TYPES"


@pytest.mark.parametrize("name", NAMES, ids=str)
@pytest.mark.parametrize(
    "kind", [lambda n: {"name": n}, lambda n: {"object": n, "args": ["true"]}]
)
def test_names_that_are_not_in_the_list(kind, name, real, tmp_path):
    with_model(real, tmp_path / "file", {"list": [kind(name)]})
    refused(tmp_path / "file", NOT_TRUSTED)


FUNCTION = "sklearn.preprocessing._function_transformer.FunctionTransformer"


@pytest.mark.parametrize(
    ("node", "match"),
    [
        ({"call": "os.system", "args": ["true"]}, "it calls 'os.system'"),
        ({"call": CLEANER, "args": []}, "it calls 'skclf.text"),
        ({"object": "numpy.log1p"}, "takes 'numpy.log1p' for a class"),
        ({"object": FUNCTION, "state": {"func": {"name": "os.system"}}}, NOT_TRUSTED),
        ({"object": CLEANER, "items": [["a", 1]]}, "expected <class"),
        ({"object": CLEANER, "state": {"list": [1]}}, "refers|no node|does not write"),
        ({"object": CLEANER, "state": [1]}, "does not write"),
        ({"reduce": ["os.system", "true"]}, "of the kind 'reduce'"),
        ({}, "of the kind 'None'"),
        ([], "a list that is no node"),
        ({"ref": 0}, "does not write .IndexError"),
        ({"list": [{"ref": -1}]}, "refers to -1"),
        ({"set": [{"ref": 0}]}, "refers to 0"),
        ({"tuple": [{"tuple": [1]}, {"ref": 0}]}, "refers to 0"),
        ({"list": [{"tuple": [1]}, {"tuple": [{"ref": 1}] * 2}]}, "refers to another"),
        ({"array": 10**6}, "does not write .IndexError"),
        ({"array": -1}, "an array -1"),
        ({"bytes": "manifest.json"}, "which it has not"),
        ({"scalar": ["O", 1]}, "of the type 'O'"),
        ({"scalar": ["i4,O", 1]}, "of the type"),
        ({"dtype": "|V9"}, "of the type"),
        ({"objects": [1], "shape": [10**12]}, "objects of the shape"),
        ({"objects": [], "shape": [-1, 0]}, "objects of the shape"),
        ({"sparse": "eval", "shape": [1, 1], "parts": []}, "sparse matrix of the kind"),
        ({"path": ["/etc/passwd"]}, "expected <class 'str'>"),
        ({"plain": 5}, "expected"),
    ],
    ids=str,
)
def test_nodes_that_are_not_of_ours(node, match, real, tmp_path):
    with_model(real, tmp_path / "file", node)
    refused(tmp_path / "file", match)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (b'{"list":' * 100_000 + b"[]" + b"}" * 100_000, "RecursionError|recursion"),
        (b'{"plain": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "recursion"),
        (b'{"plain": [NaN]}', "which is no JSON"),
        (b'{"plain": [' + b"9" * 5000 + b"]}", "digits"),
        (b"\x80\x04.", "damaged or cut off"),
        (b"", "damaged or cut off"),
    ],
    ids=["nodes", "lists", "nan", "digits", "pickle", "empty"],
)
def test_json_that_is_none_of_ours(text, match, real, tmp_path):
    with_model(real, tmp_path / "file", text)
    refused(tmp_path / "file", match)


def test_tuples_that_would_take_for_ever_to_be_hashed(real, tmp_path):
    turns = [{"tuple": [1]}] + [{"tuple": [{"ref": i}] * 2} for i in range(1, 60)]
    with_model(real, tmp_path / "file", {"set": turns})
    refused(tmp_path / "file", "a tuple that refers to another one")


def npy(descr, shape, order="False"):
    """The head of an array."""
    text = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}"
    text = text.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def pickled_array():
    file = io.BytesIO()
    np.save(file, np.array([Gadget()]), allow_pickle=True)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (pickled_array(), "of the type"),
        (npy("'<f8'", "(1000000000000,)"), "but not its data"),
        (npy("'<f8'", "(-1,)"), "but not its data|damaged"),
        (npy("'<f8'", "(2, 3)") + bytes(8), "but not its data"),
        (npy("'<U0'", "(1000000000000,)"), "of the type"),
        (npy("[('a', 'O')]", "(1,)") + bytes(8), "of the type"),
        (npy("__import__('os').system('true')", "(1,)"), "damaged"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\x7f" + bytes(64), "of the version"),
        (b"\x93NUMPY\x01\x00\xff\xff" + bytes(64), "damaged"),
        (b"PK\x03\x04" + bytes(64), "damaged"),
    ],
)
def test_arrays_that_are_none(content, match, real, tmp_path):
    manifest, parts = real
    forge(tmp_path / "file", manifest, parts | {"arrays.npy": content})
    refused(tmp_path / "file", match)


def arrays(*values):
    """A file of arrays, as ours are."""
    file = io.BytesIO()
    for value in values:
        np.lib.format.write_array(file, value, allow_pickle=False)
        file.write(bytes(-file.tell() % 64))
    return file.getvalue()


@pytest.mark.parametrize("indices", [[0, 10**6], [0, -5]])
def test_sparse_data_that_point_outside(indices, real, tmp_path):
    parts = [{"array": 0}, {"array": 1}, {"array": 2}]
    node = {"sparse": "csr_matrix", "shape": [1, 5], "parts": parts}
    content = arrays(np.ones(2), np.array(indices), np.array([0, 2]))
    with_model(real, tmp_path / "file", node, arrays_npy=content)
    refused(tmp_path / "file", "index|indices")


@pytest.mark.parametrize("wrong", [2, -1, "0", 0.5, None])
def test_ids_of_a_vocabulary_that_point_outside(wrong, real, tmp_path):
    vocabulary = {"plain": {"fire": 0, "beach": wrong}}
    name = "sklearn.feature_extraction.text.CountVectorizer"
    node = {"object": name, "state": {"vocabulary_": vocabulary}}
    with_model(real, tmp_path / "file", node)
    refused(tmp_path / "file", "its vocabulary has the id")


@pytest.mark.parametrize(
    ("attributes", "match"),
    [
        ({"input": "filename"}, "takes texts for names of files"),
        ({"n_jobs": 10**6}, "asks for n_jobs=1000000"),
        ({"n_jobs": {"float": "inf"}}, "asks for n_jobs=inf"),
        ({"n_threads": -(10**6)}, "asks for n_threads=-1000000"),
    ],
    ids=str,
)
def test_attributes_that_reach_beyond_the_file(attributes, match, real, tmp_path):
    name = "sklearn.feature_extraction.text.CountVectorizer"
    with_model(real, tmp_path / "file", {"object": name, "state": attributes})
    refused(tmp_path / "file", match)


# Graphs


def graph(nodes=None, initializers=(), **of_model):
    """A model that computes the ReLU of a number."""
    value = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1]) for n in "xy"]
    nodes = [helper.make_node("Relu", ["x"], ["y"])] if nodes is None else nodes
    made = helper.make_graph(nodes, "g", value[:1], value[1:], initializers)
    return helper.make_model(made, **of_model)


def external():
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")
    return tensor


def only_location():
    tensor = external()
    del tensor.external_data[:]
    return tensor


def hidden_in_a_branch():
    tensor = helper.make_node("Constant", [], ["y"], value=external())
    value = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    branch = helper.make_graph([tensor], "b", [], [value])
    return [
        helper.make_node("If", ["x"], ["y"], then_branch=branch, else_branch=branch)
    ]


def own_function():
    node = helper.make_node("Relu", ["x"], ["y"])
    made = helper.make_function("own", "F", ["x"], ["y"], [node], [])
    return graph(functions=[made])


GRAPHS = {
    "external": (lambda: graph(initializers=[external()]), "data in other files"),
    "location": (lambda: graph(initializers=[only_location()]), "data in other files"),
    "branch": (lambda: graph(hidden_in_a_branch()), "data in other files"),
    "operator": (
        lambda: graph([helper.make_node("Run", ["x"], ["y"], domain="evil")]),
        "operators of b'evil'",
    ),
    "function": (own_function, "functions or a training of its own"),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_graphs_that_reach_outside(name, models, tmp_path):
    make, match = GRAPHS[name]
    manifest, parts = parts_of_file(models[-1][0])
    (file,) = [name for name in parts if name.endswith(".onnx")]
    content = make().SerializeToString()
    forge(tmp_path / "file", manifest, parts | {file: content})
    refused(tmp_path / "file", match)


def test_graphs_that_do_not(models):
    check_graph(graph().SerializeToString())
    _, parts = parts_of_file(models[-1][0])
    (content,) = [part for name, part in parts.items() if name.endswith(".onnx")]
    assert onnx.load_from_string(content).graph.node
    check_graph(content)
    rng = random.Random(0)
    for _ in range(500):
        with suppress(ValueError):
            check_graph(mutated(content, rng))


def test_a_graph_that_is_elsewhere(models, tmp_path):
    manifest, parts = parts_of_file(models[-1][0])
    (file,) = [name for name in parts if name.endswith(".onnx")]
    model = parts["model.json"].replace(
        json.dumps({"bytes": file}, separators=(",", ":")).encode(), b'"/tmp/m.onnx"'
    )
    assert model != parts["model.json"]
    forge(tmp_path / "file", manifest, parts | {"model.json": model})
    refused(tmp_path / "file", "expected <class 'bytes'>, got a str")


def test_attributes_cannot_make_another_class(tmp_path):
    save(LogisticRegression().fit([[0], [1]], [0, 1]), tmp_path / "file")
    manifest, parts = parts_of_file(tmp_path / "file")
    node = json.loads(parts["model.json"])
    node["state"]["__class__"] = {"name": CLEANER}
    parts["model.json"] = json.dumps(node).encode()
    forge(tmp_path / "file", manifest, parts, pack=ZIP_STORED)
    with no_code_runs():
        assert type(load(tmp_path / "file")) is LogisticRegression
