"""The Keras model of a fitted net."""

from sklearn.utils.validation import check_is_fitted


class HasKerasModel:
    """Mixin of a net that Keras has trained."""

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
