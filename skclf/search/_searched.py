"""The parameters of a pipeline that are searched for."""

from skclf._validation import did_you_mean, excerpt


class Searched:
    """What is drawn, and what it is in a pipeline.

    Parameters
    ----------
    name : str
        The ready-made pipeline.
    estimator : Pipeline
        It, unfitted. On columns of a table its steps are deeper in it, or in several
        places, and a name means each parameter that ends in it.
    space : dict of str to distribution
        What there is to search for.
    options : dict or None
        What the pipeline was made with, which is not searched for, nor is what it does
        not have. None if the user wants to search for all of `space`.

    Attributes
    ----------
    distributions : dict of str to distribution
        What is searched for, by the names in `space`.
    """

    def __init__(self, name, estimator, space, options=None):
        self._values = estimator.get_params()
        self._targets = {param: self._places(param) for param in space}
        if options is not None:
            space = {p: d for p, d in space.items() if self._is_open(p, options)}
        for param in space:
            if not self._targets[param]:
                raise ValueError(
                    f"Expected in space names of parameters of {name!r}, got "
                    f"{excerpt(param)}.{did_you_mean(str(param), self._values)}"
                )
        if not space:
            raise ValueError(
                f"Expected parameters of {name!r} to search for, got none, as all that "
                "there are have been set."
            )
        self.distributions = space

    def _places(self, param):
        if param in self._values:
            return [param]
        return [name for name in self._values if name.endswith(f"__{param}")]

    def _is_open(self, param, options):
        """Whether the pipeline has the parameter, and the user has not set it."""
        if param == "classify__embedding_dim" and options.get("vectors") is not None:
            return False  # they have a length of their own
        parts = [place.split("__") for place in self._targets[param]]
        names = {"__".join(p[:i]) for p in parts for i in range(1, len(p) + 1)}
        return bool(names) and not names & options.keys()

    def in_pipeline(self, params):
        """The same by the names that ``set_params`` of the pipeline takes."""
        return {
            place: value
            for param, value in params.items()
            for place in self._targets[param]
        }

    def present(self):
        """The values of the pipeline as it is, as far as they may be drawn."""
        found = {p: self._values[self._targets[p][0]] for p in self.distributions}
        return {
            param: value
            for param, value in found.items()
            if _may_draw(self.distributions[param], value)
        }


def _may_draw(distribution, value):
    choices = getattr(distribution, "choices", distribution)
    if isinstance(choices, list | tuple):
        return any(type(c) is type(value) and c == value for c in choices)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and distribution.low <= value <= distribution.high
