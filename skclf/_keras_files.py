"""Files of Keras with layers of ours load wherever skclf is imported.

Keras looks layers up among the classes that it was told of, which are imported only
where they are needed: ``import skclf`` loads no TensorFlow.
"""

import sys
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.util import find_spec

LAYERS = {  # and a loss
    "ClassLoss": "skclf.models.building._losses",
    "MaxConvolutions": "skclf.models.layers._convolutions",
    "PoolOverTime": "skclf.models.layers._layers",
    "TableFeatures": "skclf.models.layers._layers",
    "WordConvolutions": "skclf.models.layers._convolutions",
    "WordDropout": "skclf.models.layers._layers",
    "WordVectors": "skclf.models.layers._layers",
}


class _Layer:
    """Stands for a layer until a file has one: importing it puts it in this place."""

    def __init__(self, name):
        self._name = name

    def from_config(self, config):
        layer = getattr(import_module(LAYERS[self._name]), self._name)
        return layer.from_config(config)


class _WhenKerasComes(MetaPathFinder):
    """Name the layers to Keras at the end of its import, and leave."""

    def find_spec(self, name, path=None, target=None):
        if name != "keras":
            return None
        sys.meta_path.remove(self)  # all other finders are asked, as without this one
        try:
            spec = find_spec(name)
        finally:
            sys.meta_path.insert(0, self)
        if spec is not None:
            run = spec.loader.exec_module
            spec.loader.exec_module = lambda module: self._exec(run, module)
        return spec

    def _exec(self, run, keras):
        run(keras)
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        _name_layers(keras)


def _name_layers(keras):
    known = keras.saving.get_custom_objects()
    for name in LAYERS:
        known.setdefault(f"skclf>{name}", _Layer(name))


def name_layers_to_keras():
    """Let Keras know the layers, now or as soon as it is imported."""
    if "keras" in sys.modules:
        _name_layers(sys.modules["keras"])
    else:
        sys.meta_path.insert(0, _WhenKerasComes())
