"""How the documentation is built: `sphinx-build -W --keep-going -n docs docs/_build/html`, offline."""

from __future__ import annotations

import re
import zlib
from importlib import import_module
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.ext.napoleon import Config, GoogleDocstring
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from docutils.nodes import Element, Node, TextElement
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "feedbackkit"
author = "The feedbackkit authors"
copyright = "2026, the feedbackkit authors"  # noqa: A001 - Sphinx names it so
version = release = version_of("feedbackkit")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.intersphinx"]
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
    ("py:class", r"hypothesis\..*"),  # likewise
    ("py:class", r"sqlalchemy\..*"),  # its inventory is large, and only types are named
    ("py:class", r"(opentelemetry\..*|MeterProvider|TracerProvider)"),  # likewise
    ("py:class", r"(matplotlib\..*|Figure)"),  # likewise
    ("py:class", r"feedbackkit\.testing\.contract\..*"),  # the contract's parts are told as one class
    ("py:class", r"ssl\.SSLContext"),  # only named
    ("py:class", r"feedbackkit\.channels\.smtp\.channel\._Mails"),  # what two channels have in common
    ("py:(class|obj)", r"(.*\.)?T"),  # a type variable stands for any type
]


def sections(app: Sphinx, what: str, name: str, documented: object, options: object, lines: list[str]) -> None:
    """Read Google's sections, but not "What: why" under a field as "type: text", as the extension for it does."""
    if re.fullmatch(r"See `Async\w+\.\w+`\. *", " ".join(lines)):
        lines.clear()  # the awaited method stands right below
    elif what not in {"attribute", "data", "property"}:
        lines[:] = GoogleDocstring(lines, Config(), app, what, name, documented, options).lines()


class Theme(SphinxDirective):
    """All methods of one module of `feedbackkit.desk.faces`, each plain and awaited, as methods of the two desks."""

    required_arguments = 1

    def run(self) -> list[Node]:
        """Make what autodoc makes of them, in the order of the module."""
        module = import_module(f"feedbackkit.desk.faces.{self.arguments[0]}")
        [face] = [getattr(module, name) for name in module.__all__ if not name.startswith("Async")]
        desks = ("feedbackkit.desk.desk.Desk", "feedbackkit.desk.async_desk.AsyncDesk")
        methods = [f"{desk}.{name}" for name in vars(face) if not name.startswith("_") for desk in desks]
        return self.parse_text_to_nodes("\n\n".join(f".. automethod:: {method}" for method in methods))


imported = {"Path": "pathlib.Path", "timedelta": "datetime.timedelta"}
"""What some modules import by its last name, for type checkers alone."""


def by_last_name(app: Sphinx, env: BuildEnvironment, node: Element, content: TextElement) -> Element | None:
    """Find a public name under the path where it is documented, whatever path the code has it from."""
    target = node["reftarget"]
    if target.startswith("dt."):  # as the code imports it
        target = target.replace("dt.", "datetime.", 1)
    node["reftarget"] = imported.get(target, target)
    domain: Any = env.get_domain("py")
    last = node["reftarget"].rpartition(".")[2]
    paths = [path for path, entry in domain.objects.items() if path.rpartition(".")[2] == last and not entry.aliased]
    if node.get("refdomain") != "py" or len(paths) != 1:
        return None
    found: Element | None = domain.resolve_xref(env, node["refdoc"], app.builder, "obj", paths[0], node, content)
    return found


def setup(app: Sphinx) -> None:
    """Connect what is defined here."""
    app.add_directive("theme", Theme)
    app.connect("autodoc-process-docstring", sections)
    app.connect("missing-reference", by_last_name, priority=400)  # before intersphinx
