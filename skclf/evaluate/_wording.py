"""Names and numbers as tables and plots show them."""

import numpy as np

LONGEST_NAME = 28


def names_of(labels):
    """Labels as texts that are short enough to stand beside an axis."""
    return [shortened(str(label)) for label in labels]


def shortened(text, most=LONGEST_NAME):
    """A text with its middle left out, as beginnings of names are often alike.

    >>> shortened("no emotion toward brand or product")
    'no emotion tow…nd or product'
    """
    if len(text) <= most:
        return text
    half = (most - 1) // 2
    return f"{text[: most - 1 - half]}…{text[-half:]}"


def figure(number):
    """A number in three digits, never in powers of ten.

    >>> [figure(number) for number in (9e-7, 0.0123, 1.5, 24.61, 1234.5, float("nan"))]
    ['<0.001', '0.012', '1.5', '24.6', '1,234', '-']
    """
    if not np.isfinite(number):
        return "-"
    if 0 < abs(number) < 0.0005:
        return "<0.001"
    if abs(number) >= 100:
        return f"{number:,.0f}"
    digits = 3 if abs(number) < 1 else 2 if abs(number) < 10 else 1
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") or "0"
