from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from examples.file_store import FileStore
from feedbackkit.errors import StoreUnusable
from feedbackkit.stores import MemoryStore
from feedbackkit.testing import StoreAgreement, StoreContract
from feedbackkit.testing.records import change, create, name, put, update

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from feedbackkit.ports import Store


class TestFileStore(StoreContract):
    """The example of the page about writing a store passes the contract."""

    def make_store(self, folder: Path) -> FileStore:
        """A store in one file of the folder."""
        return FileStore(folder / "feedback.txt")


class FileAndMemory(StoreAgreement):
    """It answers like the reference."""

    openers: ClassVar[Mapping[str, Callable[[Path], Store]]] = {
        "memory": lambda _: MemoryStore(),
        "file": lambda folder: FileStore(folder / "feedback.txt"),
    }


TestAgreement = pytest.mark.no_cover(FileAndMemory.TestCase)  # the contract measures the same store


def test_what_cannot_be_saved_has_not_happened(tmp_path: Path) -> None:
    """A file that cannot be written is told, and memory goes back to what the file holds."""
    store = FileStore(tmp_path / "feedback.txt")
    store.write(create(put("a")))
    (tmp_path / "feedback.new").mkdir()
    with pytest.raises(StoreUnusable, match="cannot be written"):
        store.write([change("u", update("a", 1))])
    assert [head and head.version for head in store.heads([name("a")])] == [1]


@pytest.mark.parametrize("content", ["(", "1, 2", "{}, {}, {}, {}, open('x')"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: str) -> None:
    """It is not run, only read."""
    (tmp_path / "feedback.txt").write_text(content, "utf-8")
    with pytest.raises(StoreUnusable, match="unreadable"):
        FileStore(tmp_path / "feedback.txt")


def test_the_example_is_short() -> None:
    """A store is a small thing: less than 150 lines."""
    source = Path(FileStore.__init__.__code__.co_filename)
    assert len(source.read_text("utf-8").splitlines()) < 150
