"""A trained net: plain weights, the recipe of its architecture, and prediction."""

from functools import partial

from skclf._fork import check_not_forked
from skclf._names import stored
from skclf.models.training._predictor import PREDICTORS
from skclf.models.training._workbench import workbench_for


@stored
class FittedNet:
    """Weights and architecture; this is what a pickle of a classifier holds.

    Parameters
    ----------
    architecture : Architecture
        The recipe.
    key : object
        Where the compiled functions of the architecture are cached.
    weights : list of ndarray
        One array for each of the model's weights.
    predictor : Predictor
        Predicts in this process.
    """

    def __init__(self, architecture, key, weights, predictor):
        self.architecture = architecture
        self.key = key
        self.weights = weights
        self._live = {"predictor": predictor}

    def __getstate__(self):
        return vars(self) | {"_live": {}}

    def keep_optimizer(self, state):
        """Remember the optimizer's state, for training that goes on in this process."""
        self._live["optimizer"] = state

    def optimizer_state(self):
        """What `keep_optimizer` kept, or None after loading."""
        return self._live.get("optimizer")

    def probabilities(self, source):
        """Class probabilities, float64 of shape ``(n_rows, n_classes)``."""
        check_not_forked()
        predictor = self.predictor()
        if "tensors" not in self._live:
            self._live["tensors"] = predictor.tensors(self.weights)
        source = source.bound(self.architecture.n_vectors, predictor.feed.n_slots)
        return predictor.probabilities(self._live["tensors"], source)

    def predictor(self):
        """What predicts; after loading that of a net of the same architecture."""
        if "predictor" not in self._live:
            found = PREDICTORS.get(self.key)
            if found is None:
                model = self.architecture.build(roomy=True)
                # A function of the user's may build something else by now.
                workbench, self.key = workbench_for(model, self.architecture)
                found = workbench.predictor
            self._live["predictor"] = found
        return self._live["predictor"]

    def model(self):
        """A Keras model of its own with the weights in it, made on first use."""
        if "model" not in self._live:
            model = self.architecture.build()
            model.set_weights(self.weights)
            # Or its file would not load without a warning: it has no optimizer's state.
            model.optimizer.build(model.trainable_variables)
            if self.architecture.is_ours() and self.architecture.n_vectors:
                for part in (model.get_layer("embedding"), model.optimizer):
                    part.load_own_variables = partial(_load_rows, part)
            self._live["model"] = model
        return self._live["model"]


def _load_rows(part, store):
    """Load what a callback saved: the net in training may have had rows to spare."""
    for i, variable in enumerate(part.variables):
        variable.assign(store[str(i)][tuple(map(slice, variable.shape))])
