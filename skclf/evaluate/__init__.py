"""Compare classifiers, look at what they get wrong, audit a split."""

from skclf.evaluate._audit import audit_split
from skclf.evaluate._compare import compare
from skclf.evaluate._mistakes import confident_mistakes

__all__ = ["audit_split", "compare", "confident_mistakes"]
