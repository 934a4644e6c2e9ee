"""The reference: a page for each public name, in the order of its package.

It is written anew by each build, so that it cannot miss a name.
"""

from importlib import import_module
from inspect import cleandoc

import skclf

BEGINNING = """\
Reference
=========

What is listed here is public, and all that is: see :doc:`/stability`. The names in
``skclf`` itself are those of the subpackages that one needs most: ``skclf.compare`` is
``skclf.evaluate.compare``.
"""
# Data has no docstring that Sphinx would find where it is imported from.
CONSTANTS = {
    "skclf.deploy.TRUSTED_TYPES": "Classes and functions that a safe file may name "
    "(list of str); see :func:`~skclf.deploy.save`.",
    "skclf.category.LOCATION_ALIASES": "Other names of places (dict of str), the "
    "default `aliases` of :class:`~skclf.category.LocationCanonicalizer`.",
    "skclf.category.LOCATION_JUNK": "What is no place (frozenset of str), the default "
    "`junk` of :class:`~skclf.category.LocationCanonicalizer`.",
    "skclf.testing.TEXT_TRANSFORMER_CHECKS": "The checks (tuple of functions) of "
    ":func:`~skclf.testing.check_text_transformer`; each takes a transformer and "
    "documents.",
    "skclf.text.ENGLISH_STOP_WORDS": "Stop words (frozenset of str) of "
    ':class:`~skclf.text.TextCleaner` with ``stop_words="english"``.',
    "skclf.text.PRESETS": "Parameters (dict of dict) of "
    ":meth:`skclf.text.TextCleaner.preset`, by its names.",
}
SECTION = """
{package}
{underline}

{summary}

.. currentmodule:: {package}

.. autosummary::
   :toctree:

{names}
"""


def packages():
    """Names of the public subpackages, each with those of what it exports."""
    names = sorted(f"skclf.{name}" for name in skclf._SUBPACKAGES)
    return {name: sorted(import_module(name).__all__, key=str.lower) for name in names}


def reference():
    """The first page of the reference, from which Sphinx makes the others."""
    sections = [section(package, names) for package, names in packages().items()]
    return "".join([BEGINNING, *sections])


def section(package, names):
    return SECTION.format(
        package=package,
        underline="-" * len(package),
        summary=cleandoc(import_module(package).__doc__).partition("\n\n")[0],
        names="\n".join(f"   {name}" for name in names),
    )
