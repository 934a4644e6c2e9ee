"""The Keras model of a net: how it is built, and what has become of it."""

from sklearn.utils.validation import check_is_fitted


class HasKerasModel:
    """Mixin of a net that Keras computes."""

    def build(self, meta):
        """Build the net; override it to bring another architecture.

        Parameters
        ----------
        meta : dict
            What the data decides, see Notes of the class.

        Returns
        -------
        keras.Model
            A model that is not compiled, from one input to class probabilities.
        """
        raise ValueError(
            f"{type(self).__name__} needs an architecture. Pass a function that builds "
            "one, model=..., or derive a class and override build(meta)."
        )

    @property
    def model_(self):
        check_is_fitted(self)
        return self._net.model()

    def summary(self):
        """Describe the layers of the fitted net.

        Returns
        -------
        str
            A table of layers, shapes and numbers of weights, to be printed.
        """
        lines = []
        self.model_.summary(line_length=80, print_fn=lambda text: lines.append(text))
        return "\n".join(lines)

    def __getstate__(self):
        state = super().__getstate__()
        return {name: value for name, value in state.items() if name != "callbacks_"}
