"""Where classes and functions say that they live, and saved models look for them.

A pickle names the module of each class. Those of ours move as the code grows, so what
can be in a pickle is named by a module that stays.
"""


def public(module):
    """Decorate a class or function that is imported from a module of this name."""

    def name(target):
        target.__module__ = module
        return target

    return name


# What only saved models name; each is listed in that module.
stored = public("skclf.stored")
