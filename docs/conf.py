"""How Sphinx builds the site: ``make docs``."""

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import _public_names  # noqa: E402

import skclf  # noqa: E402

project = "skclf"
author = "The skclf developers"
copyright = author
version = release = skclf.__version__
language = "en"
smartquotes = False  # "keep" is what one types
toc_object_entries_show_parents = "hide"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "examples/*.ipynb", "examples/GALLERY_HEADER.rst"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["config.cache"]  # functions and classes among the options

# The reference

autosummary_generate = True
autodoc_typehints = "none"  # types are in the docstrings, with shapes and defaults
autodoc_member_order = "bysource"
numpydoc_show_class_members = False  # the template lists them
numpydoc_attributes_as_param_list = True

(HERE / "api").mkdir(exist_ok=True)
(HERE / "api" / "index.rst").write_text(_public_names.reference(), encoding="utf-8")


def leave_out_what_others_wrote(app, what, name, found, skip, options):
    """Methods of scikit-learn's and pandas' classes are documented there."""
    module = getattr(getattr(found, "fget", found), "__module__", None)
    return True if module and not module.startswith("skclf") else None


def describe_constants(app, what, name, found, options, lines):
    """In the place of what their type says of itself."""
    if name in _public_names.CONSTANTS:
        lines[:] = [_public_names.CONSTANTS[name], ""]


def escape_names(app, what, name, found, options, lines):
    """``(n, max_len_)`` in a type is no link, and ``B. Efron`` no second item."""
    for i, line in enumerate(lines):
        is_type = " of shape (" in line or " : str, default=" in line
        if is_type and not line.lstrip().startswith(">>>"):
            lines[i] = re.sub(r"(\w)_(?=[,)\"])", r"\1\\_", line)
        lines[i] = re.sub(r"^(\.\. \[\d+\] [A-Z])\. ", r"\1\\. ", lines[i])


def name_in_skclf(app, doctree):
    """``skclf.compare`` is on the page of ``skclf.evaluate.compare``."""
    address = app.env.docname.removeprefix("api/")
    package, _, name = address.rpartition(".")
    if skclf._HOME.get(name) == package:
        domain = app.env.get_domain("py")
        kind = domain.objects[address].objtype
        domain.note_object(f"skclf.{name}", kind, address, aliased=True)


def include_security(app, name, source):
    """The page on security ends with SECURITY.md, where there is one."""
    if name == "security" and (HERE.parent / "SECURITY.md").exists():
        source[0] += "\n```{include} ../SECURITY.md\n:heading-offset: 1\n```\n"


# The gallery

RUN = (  # the others need arguments, a network or a browser
    "disaster_tweets|predict_stream|s[0-4]_.*|text_and_table|topics.*|word_vectors"
)


WRITTEN = TemporaryDirectory()  # what they write is not kept


def arguments(gallery_conf, script_vars):
    """Of an example, so that it writes nothing beside itself."""
    name = Path(script_vars["src_file"]).stem
    folder = Path(WRITTEN.name, name)
    folder.mkdir(exist_ok=True)
    if name == "disaster_tweets":
        return ["--output", str(folder / "labels.csv")]
    if name in ("s0_lstm_and_table", "s1_recurrent_nets", "s4_random_search"):
        return ["--output", str(folder)]
    if name in ("text_and_table", "topics", "topics_and_prices", "word_vectors"):
        return ["--plot", str(folder / "picture.png")]
    return []


sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "ignore_pattern": r"(^|/)_",
    "gallery_dirs": "examples",
    "filename_pattern": rf"/({RUN})\.py$",
    "reset_argv": arguments,
    "abort_on_example_error": True,
    "download_all_examples": False,
    "show_memory": False,
    "show_signature": False,
    "doc_module": ("skclf",),
    "reference_url": {"skclf": None},
    "backreferences_dir": "api/used",
    "within_subsection_order": "FileNameSortKey",
    "default_thumb_file": str(HERE / "_static" / "explanation.png"),
}

# The pages

html_theme = "pydata_sphinx_theme"
html_title = "skclf"
html_static_path = ["_static"]
html_css_files = ["skclf.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navbar_align": "left",
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_toc_level": 2,
}


def setup(app):
    app.connect("source-read", include_security)
    app.connect("doctree-read", name_in_skclf)
    app.connect("autodoc-skip-member", leave_out_what_others_wrote)
    app.connect("autodoc-process-docstring", escape_names, priority=400)
    app.connect("autodoc-process-docstring", describe_constants, priority=600)
