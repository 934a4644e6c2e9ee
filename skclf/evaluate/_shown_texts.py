"""Lists of texts: wrapped in terminals, whole and escaped in HTML."""

import textwrap
from html import escape

import pandas as pd


def wrapped_item(text):
    """A text as an item of a list, in lines of at most 80 columns."""
    # In one piece, as lines of its own would look like other texts.
    shown = " ".join(text.split())
    return textwrap.fill(
        f"- {shown}",
        80,
        initial_indent="  ",
        subsequent_indent="    ",
        break_on_hyphens=False,
    )


def text_lists(blocks):
    """Blocks of a title and texts for a terminal."""
    return "\n\n".join(
        "\n".join([title, *map(wrapped_item, texts)]) for title, texts in blocks
    )


def html_lists(blocks):
    """A page of titles, each with a list of whole texts.

    Parameters
    ----------
    blocks : iterable of (str, list of str)
        Titles and texts, which are escaped here.

    Returns
    -------
    str
        The page.
    """
    pieces = []
    for title, texts in blocks:
        items = "".join(
            '<li style="white-space:pre-wrap;overflow-wrap:anywhere">'
            f"{escape(text)}</li>"
            for text in texts
        )
        pieces.append(f"<p><b>{escape(title)}</b></p><ul>{items}</ul>")
    return f'<div style="max-width:60em">{"".join(pieces)}</div>'


def html_table(frame, index=True):
    """A table with whole texts, which scrolls where it is too wide."""
    with pd.option_context("display.max_colwidth", None):
        form = {"index": index, "border": 0, "float_format": "{:.3g}".format}
        table = frame.to_html(escape=True, **form)
    return f'<div style="overflow-x:auto">{table}</div>'
