"""The package as others meet it: its face, its layers, its README and what is committed."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import feedbackkit
from feedbackkit.cli import commands

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS: dict[str, Any] = {contract["id"]: contract for contract in PYPROJECT["tool"]["importlinter"]["contracts"]}
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("**/*.md")])


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this interpreter, unmeasured, and return what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def modules() -> list[str]:
    """All modules of the package, by name."""
    found = pkgutil.walk_packages(feedbackkit.__path__, "feedbackkit.")
    return ["feedbackkit", *(module.name for module in found if not module.name.endswith("__main__"))]


# The face


def test_the_face_is_sorted_and_every_name_is_there() -> None:
    """`feedbackkit.__all__` is sorted (constants, classes, the rest), and every name in it can be had."""
    assert list(feedbackkit.__all__) == sorted(
        set(feedbackkit.__all__), key=lambda name: (not name.isupper(), not name[0].isupper(), name)
    )
    assert [name for name in feedbackkit.__all__ if not hasattr(feedbackkit, name)] == []


def test_the_face_lists_its_names() -> None:
    """`dir(feedbackkit)` shows every public name, also those that load when first used."""
    assert set(feedbackkit.__all__) <= set(dir(feedbackkit))


def test_an_unknown_name_of_the_face_is_an_attribute_error() -> None:
    """A misspelt name fails as on any module, and is not taken for one that loads later."""
    with pytest.raises(AttributeError, match="Deks"):
        _ = feedbackkit.Deks  # type: ignore[attr-defined] # pyright: ignore - that is the claim


@pytest.mark.parametrize("name", modules())
def test_every_module_says_truly_what_is_public(name: str) -> None:
    """Where a module has `__all__`, it names nothing twice and nothing that is not there."""
    module = importlib.import_module(name)
    public = list(getattr(module, "__all__", ()))
    assert len(public) == len(set(public))
    assert [each for each in public if not hasattr(module, each)] == []


def test_everything_can_be_imported_at_once() -> None:
    """`from feedbackkit import *` binds exactly the public names."""
    names: dict[str, object] = {}
    exec("from feedbackkit import *", names)  # noqa: S102 - a star import is allowed at module level only
    assert set(names) - {"__builtins__"} == set(feedbackkit.__all__)


# What an import costs and needs


def test_the_import_is_isolated_and_loads_no_extra() -> None:
    """`import feedbackkit` needs nothing but its dependencies, and loads no extra even where one is installed."""
    code = "import feedbackkit, json, sys; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    done = python("-W", "error", "-Ic", code)
    assert done.stderr == ""
    assert set(json.loads(done.stdout)).isdisjoint(
        {"hypothesis", "opentelemetry", "orjson", "pytest", "sqlalchemy", "sqlite3"}
    )


EXTRAS = [
    "cryptography",
    *("aiosmtpd", "babel", "holidays", "hypothesis", "icalendar", "itsdangerous", "jinja2", "opentelemetry", "orjson"),
    *("pytest", "sqlalchemy"),
]


def without_extras(code: str) -> subprocess.CompletedProcess[str]:
    """Run a program where nothing but the core dependencies can be imported."""
    return python("-W", "error", "-Ic", f"import sys; sys.modules.update(dict.fromkeys({EXTRAS}))\n{code}")


def test_no_module_needs_an_extra_to_be_imported() -> None:
    """Without any extra all modules import, but for the insides of the SQL store and of the kit that pytest runs."""
    insides = ("feedbackkit.testing.", "feedbackkit.stores.sql.")
    bare = [name for name in modules() if not name.startswith(insides)]
    done = without_extras(f"import importlib\nfor name in {bare}: importlib.import_module(name)")
    assert done.stderr == ""


@pytest.mark.parametrize(("name", "needed"), [("StoreContract", "pytest"), ("StoreAgreement", "hypothesis")])
def test_a_missing_extra_is_named_in_one_sentence(name: str, needed: str) -> None:
    """What needs an extra says so when it is first used, with the command that installs it."""
    done = without_extras(f"import feedbackkit.testing\nfeedbackkit.testing.{name}")
    *_, last = done.stderr.splitlines()
    assert last == f"feedbackkit.errors.MissingExtra: feedbackkit.testing.{name} needs {needed}: pip install {needed}"


@pytest.mark.parametrize("name", ["SQLStore", "AsyncSQLStore"])
def test_a_store_in_a_database_says_what_it_needs(name: str) -> None:
    """The face has it where SQLAlchemy is not installed too, and then tells the command that installs it."""
    done = without_extras(f"from feedbackkit import {name}")
    *_, last = done.stderr.splitlines()
    said = f"feedbackkit.stores.sql.{name} needs SQLAlchemy: pip install 'feedbackkit[sql]'"
    assert last == f"feedbackkit.errors.MissingExtra: {said}"


def test_a_signature_says_what_it_needs() -> None:
    """Only where one is made or checked, and with the command that installs it."""
    done = without_extras("from feedbackkit.export import Ed25519Signer\nEd25519Signer(bytes(32))")
    *_, last = done.stderr.splitlines()
    said = "signatures of feedbackkit.export need cryptography: pip install 'feedbackkit[credentials]'"
    assert last == f"feedbackkit.errors.MissingExtra: {said}"


# Metadata


def supported() -> list[tuple[int, int]]:
    """The Python versions that the classifiers name."""
    found = (
        re.fullmatch(r"Programming Language :: Python :: 3\.(\d+)", it) for it in PYPROJECT["project"]["classifiers"]
    )
    return [(3, int(match[1])) for match in found if match]


def test_the_supported_pythons_are_one_list() -> None:
    """`requires-python` begins where the classifiers begin, and the tests run on one that they name."""
    oldest, *_ = supported()
    assert PYPROJECT["project"]["requires-python"] == f">={oldest[0]}.{oldest[1]}"
    assert sys.version_info[:2] in supported()


def test_the_core_stands_on_three_packages() -> None:
    """A bare install brings attrs, cattrs and pendulum, and nothing else of its own."""
    names = [re.split(r"[<>=~! ]", each)[0] for each in PYPROJECT["project"]["dependencies"]]
    assert names == ["attrs", "cattrs", "pendulum"]


def test_the_package_says_that_it_is_typed() -> None:
    """The marker of PEP 561 lies in the package, so that users' type checkers read it."""
    assert (Path(feedbackkit.__file__).parent / "py.typed").read_bytes() == b""


# The layers


def layers() -> list[list[str]]:
    """The rows of the configured contract, each the names that stand side by side."""
    return [re.findall(r"\w+", row) for row in CONTRACTS["layers"]["layers"]]


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of pyproject.toml on a copy of the package."""
    program = Path(sysconfig.get_path("scripts")) / "lint-imports"
    command: list[str | Path] = [program, "--no-cache", "--config", ROOT / "pyproject.toml"]
    environment = {**os.environ, "PYTHONPATH": str(tree), "NO_COLOR": "1"}
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


def plant(tree: Path, module: str, line: str) -> None:
    """Append a line to a module of the copy, whether it is a file or a package."""
    package = tree / "feedbackkit" / module / "__init__.py"
    target = package if package.exists() else package.parent.with_suffix(".py")
    with target.open("a") as file:
        file.write(f"\n{line}\n")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of src that a test may spoil."""
    return Path(shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__")))


def test_the_package_keeps_its_contracts(tree: Path) -> None:
    """Every import obeys the rows, and every module has its row."""
    done = lint_imports(tree)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("domain", "import feedbackkit.ports", "layers"),
        ("errors", "import feedbackkit.domain", "layers"),
        ("policies", "import feedbackkit.workflow", "layers"),
        ("workflow", "import feedbackkit.policies", "layers"),
        ("ports", "import feedbackkit.codec", "layers"),
        ("codec", "import feedbackkit.desk", "layers"),
        ("stores", "import feedbackkit.channels", "layers"),
        ("observers", "import feedbackkit.desk", "layers"),
        ("desk", "import feedbackkit.stores", "layers"),
        ("testing", "import feedbackkit.cli", "layers"),
        ("cli", "import feedbackkit.testing", "layers"),
        ("domain", "def late() -> None:\n    from feedbackkit import ports", "layers"),
        ("stores", "import feedbackkit", "face"),
        ("policies", "import time", "pure"),
        ("domain", "from random import random", "pure"),
        ("workflow", "import sqlite3", "pure"),
        ("stores", "import cattrs", "wire"),
    ],
)
def test_a_wrong_import_is_refused(tree: Path, module: str, line: str, contract: str) -> None:
    """An import against a rule, planted in an otherwise clean tree, breaks the rule that forbids it."""
    plant(tree, module, line)
    done = lint_imports(tree)
    assert done.returncode == 1
    assert f"{CONTRACTS[contract]['name']} BROKEN" in done.stdout


@pytest.mark.parametrize("path", ["feedbackkit/surprise.py", "feedbackkit/surprise/__init__.py"])
def test_a_module_without_a_row_is_refused(tree: Path, path: str) -> None:
    """A new module or package has to be placed in the rows, or the check fails."""
    (tree / path).parent.mkdir(exist_ok=True)
    (tree / path).touch()
    done = lint_imports(tree)
    assert done.returncode == 1
    assert "surprise" in done.stdout


def test_the_written_rows_are_the_configured_rows() -> None:
    """CONTRIBUTING draws the rows that the configuration checks."""
    drawn = re.search(r"## Layers\n\n```text\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    assert drawn is not None
    assert [re.findall(r"\w+", row) for row in drawn[1].splitlines()] == layers()


def test_the_pure_rows_are_checked_for_purity() -> None:
    """Whatever stands in the rows of the law, the opinions, the worth and the nouns is held to be pure."""
    pure = {name for row in layers() if {"workflow", "domain"} & set(row) for name in row}
    there = {f"feedbackkit.{name}" for name in pure if f"feedbackkit.{name}" in modules()}
    assert there <= set(CONTRACTS["pure"]["source_modules"])


# The README, the pages and the changelog


def fences(page: Path) -> Iterator[tuple[str, str]]:
    """The language and the text of each fence of a page."""
    for match in re.finditer(r"^(`{3,}|:{3,})(\S*).*?\n(.*?)^\1$", page.read_text(), re.DOTALL | re.MULTILINE):
        yield match[2], match[3]


@pytest.mark.parametrize("heading", ["Run it", "Test it"])
def test_the_readme_has_one_command_to_run_and_one_to_test(heading: str) -> None:
    """Under each of the two headings stands one fence with one command line, which sets up its own environment."""
    (section,) = re.findall(
        rf"^## {heading}\n(.*?)(?=^## )", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE
    )
    assert section.count("```") == len(["opening", "closing"])
    (command,) = re.findall(r"^```console\n(.*)\n```$", section, re.MULTILINE)
    assert command.startswith("python3 -m venv .venv && ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_program_hides_from_the_tests(page: Path) -> None:
    """What is Python is fenced as `python`, which is executed, and as nothing else."""
    program = re.compile(r"^\s*(>>> |import feedbackkit|from \w+(\.\w+)* import )", re.MULTILINE)
    languages = {language for language, _ in fences(page)}
    assert languages.isdisjoint({"", "py", "py3", "pycon", "python3", "{code}", "{code-block}", "{sourcecode}"})
    assert [text for language, text in fences(page) if language != "python" and program.search(text)] == []


def documented() -> set[str]:
    """The names that the reference pages tell: those of whole modules, and single ones."""
    pages = "\n".join(page.read_text() for page in (ROOT / "docs").glob("**/*.md"))
    names = set(re.findall(r"(?:auto(?:class|function|data)::|`)\s*feedbackkit[\w.]*\.(\w+)", pages))
    for module in re.findall(r"automodule:: (\S+)", pages):
        names.update([module.rpartition(".")[2], *importlib.import_module(module).__all__])
    return names


@pytest.mark.parametrize("package", [name for name in modules() if name.count(".") <= 1 and name != "feedbackkit.cli"])
def test_every_public_name_is_documented(package: str) -> None:
    """Each name in the `__all__` of the face and of each package is told by the reference."""
    module = importlib.import_module(package)
    assert set(getattr(module, "__all__", ())) - documented() == set()


def test_every_extra_is_told_on_the_first_page() -> None:
    """The first page says of each extra what it is for, and names no other."""
    told = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/index.md").read_text(), re.MULTILINE)
    assert told == sorted(PYPROJECT["project"]["optional-dependencies"])


def test_every_command_is_told_by_the_reference() -> None:
    """Each command of the command line has its row, and there is no other."""
    told = re.findall(r"^\| `([\w-]+)` \|", (ROOT / "docs/reference/command-line.md").read_text(), re.MULTILINE)
    assert sorted(told) == sorted(name.replace("_mandates", "").replace("_", "-") for name in commands.__all__)


def test_the_changelog_keeps_its_form() -> None:
    """The changelog is one that Keep a Changelog describes: unreleased first, then versions, newest first."""
    text = (ROOT / "CHANGELOG.md").read_text()
    first, *released = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert first == "[Unreleased]"
    versions = [re.fullmatch(r"\[(\d+)\.(\d+)\.(\d+)\] - \d{4}-\d{2}-\d{2}", heading) for heading in released]
    assert None not in versions
    numbers = [tuple(map(int, match.groups())) for match in versions if match]
    assert all(newer > older for newer, older in pairwise(numbers))
    kinds = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


# What is committed


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="asks git what is committed")
def test_nothing_committed_knows_the_machine() -> None:
    """No committed file names a folder of somebody's machine, or a host that packages come from."""
    git = shutil.which("git")
    assert git is not None
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    told = re.compile(rb"(?<![\w.])/(?:work|root|home|opt|Users)/|(?:pypi|pythonhosted|npmjs)\.org")
    names = [os.fsdecode(name) for name in listed.split(b"\0") if name]
    assert [name for name in names if (ROOT / name).exists() and told.search((ROOT / name).read_bytes())] == []
