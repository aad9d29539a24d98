"""The watermark in a file: never lowered, whole, shared by threads and processes, and no alarm by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from feedbackkit.desk import Desk, FileWatermark
from feedbackkit.desk.runs.watermark import watermark_of
from feedbackkit.errors import SetupError, StoreUnusable
from feedbackkit.stores import MemoryStore, SQLiteStore
from tests.desk.house import SECRET, Mark

if TYPE_CHECKING:
    from feedbackkit.ports import Watermark

COUNTS = 100


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a mark is to be."""
    return tmp_path / "feedback.db.mark"


@pytest.fixture
def watermark(path: Path) -> Watermark:
    """The kind that is shipped."""
    return FileWatermark(path)


def test_nothing_is_noted_at_first(watermark: Watermark) -> None:
    """And looking notes nothing."""
    assert [watermark.read(), watermark.read()] == [0, 0]


def test_it_is_raised_and_never_lowered(watermark: Watermark) -> None:
    """A lower number, or the same, changes nothing."""
    seen: list[int] = []
    for number in (5, 3, 5, 7, 0, 8):
        watermark.raise_to(number)
        seen.append(watermark.read())
    assert seen == [5, 5, 5, 7, 7, 8]


def test_another_one_over_the_same_file_goes_on(path: Path) -> None:
    """It outlives the program."""
    FileWatermark(path).raise_to(5)
    assert FileWatermark(str(path)).read() == 5


def test_it_stays_where_it_is_when_the_program_goes_elsewhere(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path is meant as it was given."""
    monkeypatch.chdir(path.parent)
    mark = FileWatermark(path.name)
    monkeypatch.chdir("/")
    mark.raise_to(5)
    assert FileWatermark(path).read() == 5


@pytest.mark.parametrize(
    "content", [b"", b"12", b"1", b"\x00\x00\x00\n", b"-4\n", b"12x\n", b"9" * 40 + b"\n", b"1\n2\n"]
)
def test_what_is_no_whole_number_counts_as_nothing_and_is_begun_again(path: Path, content: bytes) -> None:
    """Cut off or damaged, it raises no alarm."""
    path.write_bytes(content)
    mark = FileWatermark(path)
    assert mark.read() == 0
    mark.raise_to(3)
    assert (mark.read(), path.read_bytes()) == (3, b"3\n")


def test_a_mark_that_was_lost_is_begun_again(path: Path) -> None:
    """As if nothing had ever been noted."""
    mark = FileWatermark(path)
    mark.raise_to(5)
    path.unlink()
    assert mark.read() == 0
    mark.raise_to(2)
    assert mark.read() == 2


def test_it_leaves_one_line_and_its_lock(path: Path) -> None:
    """However often it is raised, and whatever a writer that died has left."""
    path.with_name(f"{path.name}.new").write_text("12345678", "ascii")
    for number in range(1, 50):
        FileWatermark(path).raise_to(number)
    assert sorted(each.name for each in path.parent.iterdir()) == ["feedback.db.mark", "feedback.db.mark.lock"]
    assert path.read_bytes() == b"49\n"


def test_a_power_cut_finds_the_old_number_or_the_new_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes its place was on the disk before, and the folder is written after."""
    done: list[str] = []
    names = {path.parent.stat().st_ino: "folder"}

    def fsync(descriptor: int, keep: Any = os.fsync) -> None:
        done.append(names.get(os.fstat(descriptor).st_ino, "draft"))
        keep(descriptor)

    def replace(self: Path, target: Path, keep: Any = Path.replace) -> Any:
        done.append("replace")
        return keep(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    FileWatermark(path).raise_to(1)
    assert done == ["draft", "replace", "folder"]


PROGRAM = """\
import sys
from feedbackkit.desk import FileWatermark
mark = FileWatermark(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2]), int(sys.argv[3]), 2):
    mark.raise_to(number)
    assert mark.read() >= number, (mark.read(), number)
"""


def test_two_processes_raise_it_at_once_and_neither_lowers_it(path: Path) -> None:
    """They begin together, with numbers by turns; each finds its own or a higher one after every raise."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(path), str(first), str(2 * COUNTS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for first in (0, 1)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], [error for _, error in ended]
    assert FileWatermark(path).read() == 2 * COUNTS - 1


def test_threads_raise_it_at_once_and_none_lowers_it(watermark: Watermark) -> None:
    """Each finds its own number or a higher one after every raise."""
    barrier = threading.Barrier(3)
    lower: list[int] = []

    def work(first: int) -> None:
        barrier.wait()
        for number in range(first, COUNTS, 3):
            watermark.raise_to(number)
            if watermark.read() < number:
                lower.append(number)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (lower, watermark.read()) == ([], COUNTS - 1)


def test_what_cannot_be_read_or_written_is_told_and_not_taken_for_nothing(tmp_path: Path) -> None:
    """Otherwise the store would have no watermark, and nobody would know."""
    with pytest.raises(StoreUnusable, match=r"the watermark .* cannot be read: Is a directory"):
        FileWatermark(tmp_path).read()
    with pytest.raises(StoreUnusable, match=r"the watermark .* cannot be written: No such file or directory"):
        FileWatermark(tmp_path / "nowhere" / "mark").raise_to(1)


def test_its_repr_tells_where_it_is(path: Path) -> None:
    """And nothing else."""
    assert repr(FileWatermark(path)) == f"FileWatermark({str(path)!r})"


# Which desk has one


def test_a_store_in_a_file_has_it_beside_itself(tmp_path: Path) -> None:
    """Where its secret lies, too; unless the program has another, or wants none."""
    store, other = SQLiteStore(tmp_path / "feedback.db"), Mark()
    assert repr(watermark_of(store, given=None)) == repr(FileWatermark(tmp_path / "feedback.db.mark"))
    assert watermark_of(store, given=other) is other
    assert watermark_of(store, given=False) is None
    store.close()


def test_a_store_without_a_file_has_none_but_what_it_is_given() -> None:
    """There is no place of its own for it."""
    other = Mark()
    assert watermark_of(MemoryStore(), given=None) is None
    assert watermark_of(MemoryStore(), given=other) is other


@pytest.mark.parametrize("thing", [object(), "feedback.db.mark", MemoryStore()])
def test_what_is_no_watermark_is_refused_with_what_it_lacks(thing: Any) -> None:
    """At once."""
    with pytest.raises(SetupError, match=r"is no watermark: it has no .*raise_to"):
        Desk(MemoryStore(), secret=SECRET, watermark=thing)


def test_a_watermark_that_must_be_awaited_is_refused() -> None:
    """Both desks ask it plainly."""

    class Awaited:
        """Waits for something."""

        def read(self) -> int:
            """Nothing."""
            return 0

        async def raise_to(self, number: int) -> None:
            """Wait."""

    awaited: Any = Awaited()
    with pytest.raises(SetupError, match="Awaited must be awaited"):
        Desk(MemoryStore(), secret=SECRET, watermark=awaited)
