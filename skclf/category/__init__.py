"""Canonical forms of categories."""

from skclf.category._canonicalizer import CategoryCanonicalizer
from skclf.category._location import LocationCanonicalizer
from skclf.category._place_names import LOCATION_ALIASES, LOCATION_JUNK

__all__ = [
    "LOCATION_ALIASES",
    "LOCATION_JUNK",
    "CategoryCanonicalizer",
    "LocationCanonicalizer",
]
