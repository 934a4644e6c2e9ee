"""Compare classifiers, and look at what they get wrong."""

from skclf.evaluate._compare import compare
from skclf.evaluate._mistakes import confident_mistakes

__all__ = ["compare", "confident_mistakes"]
