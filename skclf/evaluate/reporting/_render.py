"""Sections as an HTML page and as Markdown."""

import re
from importlib import resources

import pandas as pd

from skclf._optional import import_optional
from skclf.evaluate._shown_texts import html_table
from skclf.evaluate.reporting._pictures import as_png
from skclf.evaluate.reporting._sections import (
    Bullets,
    Code,
    MarkedTexts,
    Picture,
    Table,
    Text,
)

_LONGEST_CELL = 200  # characters of a text in a Markdown table


def to_html(title, subtitle, sections, evidence):
    """One page without anything from outside of it.

    Parameters
    ----------
    title, subtitle : str
        What stands on top.
    sections : list of Section
        What is below.
    evidence : Evidence
        What pictures are drawn from.

    Returns
    -------
    str
        The page.
    """
    jinja2 = import_optional("jinja2", feature="A report as HTML", extra="plot")
    source = resources.files(__package__).joinpath("page.html.jinja").read_text("utf-8")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    # pandas escapes; an explanation escapes what it marks.
    environment.filters |= {
        "table": lambda frame: html_table(frame, index=False),
        "picture": lambda draw: as_png(draw, evidence),
        "words": lambda explanation: explanation._repr_html_(),
        "kind": lambda block: type(block).__name__,
    }
    page = environment.from_string(source)
    return page.render(title=title, subtitle=subtitle, sections=sections)


def to_markdown(title, subtitle, sections):
    """The same without pictures.

    Parameters
    ----------
    title, subtitle : str
        What stands on top.
    sections : list of Section
        What is below.

    Returns
    -------
    str
        Markdown of the kind that GitHub shows.
    """
    pieces = [f"# {_line(title)}", _line(subtitle)]
    for section in sections:
        pieces.append(f"## {section.title}")
        pieces += [piece for block in section.blocks if (piece := _markdown(block))]
    return "\n\n".join(pieces) + "\n"


def _markdown(block):
    match block:
        case Text(text):
            return _line(text)
        case Bullets(lines):
            return "\n".join(f"- {_line(item)}" for item in lines)
        case Table(frame):
            return _markdown_table(frame)
        case Code(text):
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
            return f"{fence}text\n{text}\n{fence}"
        case MarkedTexts(explanations, captions):
            pairs = zip(explanations, captions, strict=True)
            return "\n".join(
                f"- {_line(caption)}: {_line(explanation.text)}"
                for explanation, caption in pairs
            )
        case Picture():
            return ""


def _markdown_table(frame):
    rows = [frame.columns, *frame.itertuples(index=False, name=None)]
    lines = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(frame.columns), *lines[1:]])


def _cell(value):
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.3g}"
    text = str(value)
    cut = text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"
    return _line(cut)


def _line(text):
    """A text of the user's in one line, with nothing in it that Markdown would read."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!$&])", r"\\\1", " ".join(str(text).split()))
