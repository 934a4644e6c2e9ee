"""The examples of public classes and functions run.

pytest finds those of a module's own members only, and public ones say that they live in
the package that they are imported from.
"""

import doctest
import inspect
from importlib import import_module

import pytest
from sklearn.base import BaseEstimator

import skclf

OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
PACKAGES = [f"skclf.{name}" for name in skclf._SUBPACKAGES]


def public_names():
    for package in PACKAGES:
        module = import_module(package)
        for name in module.__all__:
            target = getattr(module, name)
            if inspect.isclass(target) or inspect.isfunction(target):
                yield pytest.param(target, package, id=f"{package}.{name}")


@pytest.mark.parametrize(("target", "package"), list(public_names()))
def test_public_names_live_where_they_are_imported_from(target, package):
    assert target.__module__ == package


@pytest.mark.parametrize(("target", "package"), list(public_names()))
def test_examples_run(target, package):
    found = doctest.DocTestFinder().find(target, target.__name__, module=False)
    found = [example for example in found if example.examples]
    is_exception = inspect.isclass(target) and issubclass(target, Exception)
    assert found or is_exception, "no example"
    for example in found:
        told = []
        runner = doctest.DocTestRunner(verbose=False, optionflags=OPTIONS)
        runner.run(example, out=told.append)
        assert not runner.failures, "".join(told)


def test_all_estimators_are_public_or_named_for_saved_models():
    """No saved model depends on the name of a private module."""

    def all_below(cls):
        for child in cls.__subclasses__():
            yield child
            yield from all_below(child)

    for package in PACKAGES:
        for name in import_module(package).__all__:
            getattr(import_module(package), name)
    ours = {c for c in all_below(BaseEstimator) if c.__module__.startswith("skclf.")}
    bases = {cls for cls in ours if "._" in cls.__module__ and cls.__subclasses__()}
    assert [cls for cls in ours - bases if "._" in cls.__module__] == []
    for cls in ours - bases:
        assert getattr(import_module(cls.__module__), cls.__name__) is cls
