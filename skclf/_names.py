"""Where classes and functions say that they live, and saved models look for them.

A pickle names the module of each class. Those of ours move as the code grows, so what
can be in a pickle is named by a module that stays.
"""

from collections.abc import Callable
from typing import TypeVar

import skclf.stored  # noqa: F401  # cloudpickle looks for names in loaded modules only

Target = TypeVar("Target")


def public(module: str) -> Callable[[Target], Target]:
    """Decorate a class or function that is imported from a module of this name."""

    def name(target: Target) -> Target:
        target.__module__ = module
        return target

    return name


# What only saved models name; each is listed in that module.
stored = public("skclf.stored")
