"""What the transformers of texts and of sequences share."""

from functools import lru_cache

from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils._param_validation import validate_parameter_constraints

import skclf._row_labels  # noqa: F401, unions of our transformers need it
from skclf._validation import did_you_mean, excerpt, listed

DOCUMENTATION = "https://skclf.readthedocs.io/en/stable/"  # as in pyproject.toml

_PLAIN = frozenset([str, int, float, bool, type(None)])


class DocumentedMixin:
    """scikit-learn's diagrams link to the page of the estimator in the reference."""

    _doc_link_module = "skclf"
    _doc_link_template = DOCUMENTATION + "api/{estimator_module}.{estimator_name}.html"


class HelpfulParamsMixin(DocumentedMixin):
    """``set_params`` that suggests the near name for a misspelt one."""

    def set_params(self, **params):
        """Set parameters by name; a wrong name is an error with a suggestion.

        Parameters
        ----------
        **params : dict
            Parameter names and their new values.

        Returns
        -------
        self : object
            The estimator.

        Raises
        ------
        ValueError
            If a name is not a parameter of the estimator.
        """
        valid = self.get_params(deep=True)
        for name in params:
            step, nested, _ = name.partition("__")
            # What is nested may belong to an estimator that is itself being set.
            if name not in valid and not (nested and step in params):
                raise ValueError(
                    f"Invalid parameter {excerpt(name)} for {type(self).__name__}."
                    f"{did_you_mean(name, valid)} Valid parameters are: "
                    f"{listed(sorted(valid), most=40)}."
                )
        return super().set_params(**params)


class ReadsTexts:
    """Mixin of estimators that take documents, some of which may be missing."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.input_tags.allow_nan = True
        return tags


class SequenceTransformer(HelpfulParamsMixin, TransformerMixin, BaseEstimator):
    """Base of transformers whose output is no table, but texts or sequences.

    ``set_output`` is accepted and does nothing: they are never wrapped in a DataFrame.
    """

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(auto_wrap_output_keys=None, **kwargs)

    def set_output(self, *, transform=None):
        """Do nothing: the output is not a table.

        Parameters
        ----------
        transform : object, default=None
            Ignored, so that ``Pipeline.set_output`` can be used.

        Returns
        -------
        self : object
            The transformer.
        """
        return self


class TextTransformer(ReadsTexts, SequenceTransformer):
    """Base of transformers of texts."""

    def _validate_params(self):
        """Check the parameters: plain values only once, as it takes longer than work.

        ``transform`` of one document would spend most of its time on it.
        """
        values = [getattr(self, name) for name in self._parameter_constraints]
        if _PLAIN.issuperset(map(type, values)):
            _validate_once(type(self), *values)
        else:
            super()._validate_params()


@lru_cache(maxsize=256, typed=True)
def _validate_once(estimator_class, *values):
    constraints = estimator_class._parameter_constraints
    params = dict(zip(constraints, values, strict=True))
    validate_parameter_constraints(
        constraints, params, caller_name=estimator_class.__name__
    )
