"""How the documentation is built: `sphinx-build -W --keep-going -n docs docs/_build/html`, offline."""

from __future__ import annotations

import zlib
from importlib.metadata import version as version_of
from pathlib import Path

project = "feedbackkit"
author = "The feedbackkit authors"
copyright = "2026, the feedbackkit authors"  # noqa: A001 - Sphinx names it so
version = release = version_of("feedbackkit")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.intersphinx", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "furo"
html_title = "feedbackkit"
html_copy_source = False

myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

add_module_names = False
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_member_order = "bysource"
autodoc_preserve_defaults = False
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
python_use_unqualified_type_names = True


def inventory(name: str) -> str:
    """Pack `_inv/NAME.txt` as an inventory: the few names used here, so that the build needs no network."""
    here = Path(__file__).parent
    packed = here / "_build" / f"{name}.inv"
    packed.parent.mkdir(exist_ok=True)
    head = f"# Sphinx inventory version 2\n# Project: {name}\n# Version: 3\n# compressed with zlib\n"
    packed.write_bytes(head.encode() + zlib.compress((here / "_inv" / f"{name}.txt").read_bytes()))
    return str(packed)


intersphinx_mapping = {"python": ("https://docs.python.org/3", inventory("python"))}
intersphinx_disabled_reftypes = ["std:*"]

nitpick_ignore_regex = [
    ("py:.*", r"pendulum(\..*)?"),  # publishes no inventory
]
