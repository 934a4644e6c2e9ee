"""A net as it is before training."""

from sklearn.base import clone

from skclf.models.rows._targets import learn_targets
from skclf.models.training._fit import architecture_of, make_stages
from skclf.models.training._fitted import FittedNet
from skclf.models.training._workbench import prepare


def untrained(net, X, y):
    """A clone of a net with initial weights, which predicts like a fitted one.

    Parameters
    ----------
    net : KerasTextClassifier
        The net; it is not changed.
    X : TokenSequences, EmbeddedSequences, SequencesAndTable or array
        Some documents, which decide on shapes only.
    y : array-like of shape (n_documents,)
        Their labels.

    Returns
    -------
    KerasTextClassifier
        The net, built as `fit` does, with the same checks.
    """
    net = clone(net)
    net._begin(resume=False)
    source = net._input.learn(X, net)
    learn_targets(net, y, len(source), resume=False)
    stage = make_stages(net, source, net.epochs, None)[-1]
    architecture = architecture_of(net, stage)
    workbench, key, _ = prepare(architecture, seed=0)
    weights = [weight.numpy() for weight in architecture.build(seed=0).weights]
    net._net = FittedNet(architecture, key, weights, workbench.predictor)
    return net
