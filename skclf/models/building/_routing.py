"""Parameters that are handed on by prefix, checked against what takes them."""

import inspect
from copy import copy

from sklearn.base import BaseEstimator

from skclf._validation import did_you_mean, excerpt, listed
from skclf.models.building._callbacks import callback_makers, cloned
from skclf.models.building._keras_objects import arguments, copied, takes_any
from skclf.models.building._losses import MEANS, Loss, check_object, find_loss
from skclf.models.building._scikeras import keras, optimizer_class

PREFIXES = ("optimizer", "loss", "callbacks", "model")


class RoutedParams(BaseEstimator):
    """An estimator with routed parameters besides those of its constructor.

    Names that start with ``optimizer__``, ``loss__``, ``callbacks__`` or ``model__``
    are kept as attributes and handed on.
    """

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        # The signature that tools see: the parameters that have a name of their own.
        signature = inspect.signature(cls.__init__)
        named = [p for p in signature.parameters.values() if p.kind != p.VAR_KEYWORD]
        cls.__signature__ = signature.replace(parameters=named[1:])

    @classmethod
    def _get_param_names(cls):
        """Names of the constructor, and of the parents' that it hands on."""
        names = set()
        for klass in cls.__mro__:
            if "__init__" not in vars(klass):
                continue
            parameters = list(inspect.signature(klass.__init__).parameters.values())[1:]
            kinds = {p.kind for p in parameters}
            variable = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
            names |= {p.name for p in parameters if p.kind not in variable}
            if inspect.Parameter.VAR_KEYWORD not in kinds:
                break
        return sorted(names)

    def _set_routed(self, routed):
        """Keep parameters with a known prefix; anything else is an unknown name."""
        for name, value in routed.items():
            if not self.is_routed(name):
                raise TypeError(
                    f"{type(self).__name__}() got an unexpected argument "
                    f"{excerpt(name)}."
                    f"{did_you_mean(name, self._get_param_names())}"
                )
            setattr(self, name, value)

    def routed_params(self, *prefixes):
        """The routed parameters with one of these prefixes, under their full names."""
        return {
            name: value
            for name, value in vars(self).items()
            if self.is_routed(name) and name.partition("__")[0] in prefixes
        }

    @staticmethod
    def is_routed(name):
        """Whether a name has one of the known prefixes."""
        prefix, separator, _ = name.partition("__")
        return bool(separator) and prefix in PREFIXES

    def __sklearn_clone__(self):
        """Clone; callbacks of clones report into the arguments that were given.

        Losses and metrics are used for copies only, which Keras cannot make of all.
        """
        given = self.routed_params("callbacks")
        bare = copy(self)
        for name in given:
            delattr(bare, name)
        bare.callbacks = bare.loss = bare.metrics = None
        new = super(RoutedParams, bare).__sklearn_clone__()
        given |= {"loss": self.loss, "metrics": copy(self.metrics)}
        vars(new).update(given, callbacks=cloned(self.callbacks))
        return new

    def get_params(self, deep=True):
        """Get the parameters, routed ones included.

        Parameters
        ----------
        deep : bool, default=True
            Without effect: there are no nested estimators.

        Returns
        -------
        dict
            Parameter names and values.
        """
        return super().get_params(deep=deep) | self.routed_params(*PREFIXES)

    def set_params(self, **params):
        """Set parameters by name.

        Parameters
        ----------
        **params : dict
            Names of the constructor, or routed names such as ``optimizer__beta_1``.

        Returns
        -------
        self : object
            The estimator, unchanged if there is an error.

        Raises
        ------
        ValueError
            If a name is unknown, or what it is routed to does not take it.
        """
        valid = self._get_param_names()
        for name in params:
            if name not in valid and not self.is_routed(name):
                raise ValueError(
                    f"Invalid parameter {excerpt(name)} for {type(self).__name__}."
                    f"{did_you_mean(name, valid)} Valid parameters are: {valid}."
                )
        before = vars(self).copy()
        vars(self).update(params)
        try:
            if self.routed_params(*PREFIXES):
                self._check_routed()
        except (TypeError, ValueError):
            vars(self).clear()
            vars(self).update(before)
            raise
        return self

    def _check_routed(self):
        """Raise an error where a routed parameter has no taker, or a wrong one."""
        if hasattr(self, "optimizer__learning_rate"):
            raise ValueError(
                f"Expected one learning rate, got learning_rate={self.learning_rate!r} "
                f"and optimizer__learning_rate={self.optimizer__learning_rate!r}. Set "
                "learning_rate only."
            )
        targets = {
            "optimizer": optimizer_class(self.optimizer),
            "loss": self._check_loss(),
            "model": self.model,
        }
        for prefix, target in targets.items():
            for name in self.routed_params(prefix):
                self._check_taken(name, name.partition("__")[2], target)
        callbacks = callback_makers(self.callbacks)
        for name in self.routed_params("callbacks"):
            key, separator, argument = name.partition("__")[2].partition("__")
            if not separator or key not in callbacks:
                raise ValueError(
                    f"Invalid parameter {excerpt(name)} for {type(self).__name__}: "
                    "expected "
                    f"callbacks__KEY__name with KEY among {listed(callbacks)}."
                )
            self._check_taken(name, argument, callbacks[key])

    def _check_loss(self):
        if getattr(self, "loss__from_logits", False):
            raise ValueError(
                "Expected loss__from_logits=False, got "
                f"{self.loss__from_logits!r}: the outputs of a net are probabilities. "
                "Leave it out, and end the net with a sigmoid or a softmax."
            )
        if getattr(self, "loss__reduction", MEANS[0]) not in MEANS:
            raise ValueError(
                f"Expected loss__reduction={MEANS[0]!r}, got {self.loss__reduction!r}: "
                "a net is trained on the mean of the loss. Leave it out."
            )
        loss = find_loss(self.loss, n_outputs=2)
        if isinstance(loss, Loss):
            check_object(copied(loss, "loss"))
        return loss

    def _check_taken(self, name, argument, target):
        if isinstance(target, keras.callbacks.Callback | Loss):
            raise ValueError(
                f"Invalid parameter {excerpt(name)} for {type(self).__name__}: an "
                "object is "
                f"used as it is, got {type(target).__name__}. Pass its class, or give "
                "it the argument yourself."
            )
        if takes_any(target) and "__" not in argument:
            return
        takes = list(arguments(target))
        if argument not in takes:
            close = did_you_mean(argument, takes)
            # It cannot be taken back, as a search over optimizers would have to.
            advice = f" Make the net without it: {name} stays once it is set."
            raise ValueError(
                f"Invalid parameter {excerpt(name)} for {type(self).__name__}: "
                f"{getattr(target, '__name__', repr(target))} does not take "
                f"{argument!r}.{close or advice}"
            )
