"""Settings of the documentation site. Build it with ``make docs``; it needs no network and reads offline."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "docs" / "_ext")]

project = "Evenhand"
author = "the Evenhand developers"
copyright = f"2026, {author}"  # noqa: A001  # Sphinx reads this name
release = version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

extensions = [
    "generated_pages",
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
# The gallery's own index would show one thumbnail.
exclude_patterns = ["_build", "tutorials/scripts/*.rst", "tutorials/python/index.rst"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}

myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline"]
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_numpy_docstring = False

# The tutorial is a script. It runs in the build, and its results stand below its code.
sphinx_gallery_conf = {
    "examples_dirs": ["tutorials/scripts"],
    "gallery_dirs": ["tutorials/python"],
    "filename_pattern": r"\.py$",
    "image_scrapers": (),
    "reset_modules": (),
    "download_all_examples": False,
    "show_memory": False,
    "show_signature": False,
    "write_computation_times": False,
    "abort_on_example_error": True,
    "first_notebook_cell": None,
    "capture_repr": ("_repr_html_", "__repr__"),
}

html_theme = "furo"
html_title = "Evenhand"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_copy_source = False
html_theme_options = {"footer_icons": []}
