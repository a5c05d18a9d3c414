"""A file that is read apart gives the same table, and whatever happens to its reader is a sentence here."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tempfile
import zipfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pandas as pd
import psutil
import pytest

from core.data.io import bounded_reader
from core.data.io.bounded_reader import read_apart
from core.data.io.reader_process import Request, answer
from core.data.io.table_files import read_table
from core.errors import DataError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(autouse=True)
def _private_folders_are_the_tests_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is made in this process; the way back is the same."""
    monkeypatch.setattr(bounded_reader, "_ask", lambda request, _name: answer(request))


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[deque[subprocess.Popen[bytes]]]:
    """No process waits at first, and none in the end."""
    mine: deque[subprocess.Popen[bytes]] = deque()
    monkeypatch.setattr(bounded_reader, "_waiting", mine)
    yield mine
    for process in mine:
        bounded_reader._end(process)


def plain() -> pd.DataFrame:
    return pd.DataFrame({"code": ["007", "", "x, y"], "age": [1, 2, 3], "pay": [1.5, None, 2.25]})


def typed() -> pd.DataFrame:
    moments = pd.to_datetime(["2020-01-01 00:00", "2021-01-01 10:00", None])
    return pd.DataFrame(
        {
            "text": ["x", None, "z"],
            "truth": [True, None, False],
            "day": [dt.date(1200, 1, 1), None, dt.date(2999, 12, 31)],
            "money": [Decimal("1.20"), None, Decimal("3.50")],
            "list": [[1], None, [2, 3]],
            "record": [{"a": 1}, None, {"a": 2}],
            "time": [dt.time(1, 2), None, dt.time(3)],
            "bytes": [b"x", None, b"y"],
            "large": pd.Series([2**60, None, 2**53 + 1], dtype="Int64"),
            "kind": pd.Categorical(["a", "b", "a"]),
            "moment": moments,
            "zoned": moments.tz_localize("Europe/Berlin"),
            "length": pd.to_timedelta([1, 2, None], unit="s"),
        }
    )


def stata(path: Path) -> None:
    old = pd.to_datetime(["1500-01-01", "2020-01-01", None]).astype("datetime64[s]")
    frame = plain().assign(kind=pd.Categorical(["u", "v", "u"]), since=old)
    frame.to_stata(path, write_index=False, convert_dates={"since": "td"})


WRITERS = {
    "t.csv": lambda path: plain().to_csv(path, index=False, sep=";", decimal=","),
    "t.xlsx": lambda path: plain().assign(since=dt.datetime(2020, 1, 2)).to_excel(path, index=False),
    "t.parquet": lambda path: typed().to_parquet(path),
    "t.feather": lambda path: typed().drop(columns=["list", "record"]).to_feather(path),
    "t.dta": stata,
}


@pytest.mark.parametrize("name", WRITERS)
def test_the_table_is_the_same_as_if_it_was_read_here(here: None, folder: Path, name: str) -> None:
    WRITERS[name](folder / name)
    found = read_apart(folder / name)
    frame, notes = read_table(folder / name)
    assert found.frame is not None
    pd.testing.assert_frame_equal(found.frame, frame)
    assert found.frame.attrs == frame.attrs
    assert found.notes == notes
    assert not list(Path(tempfile.gettempdir()).iterdir())


def test_a_process_of_its_own_reads_it(folder: Path, waiting: deque[subprocess.Popen[bytes]]) -> None:
    (folder / "t.csv").write_text("sex,hired\nf,yes\nm,no\n")
    found = read_apart(folder / "t.csv")
    assert found.frame is not None
    assert found.frame.to_dict("list") == {"sex": ["f", "m"], "hired": ["yes", "no"]}
    bounded_reader.keep_one_waiting()
    assert len(waiting) == 1
    assert waiting[0].poll() is None


def test_of_two_files_at_once_the_second_starts_a_process_once(
    folder: Path, waiting: deque[subprocess.Popen[bytes]]
) -> None:
    """Starting one takes longer than reading most files, and most of it is processor time that others wait for."""
    (folder / "t.csv").write_text("sex,hired\n" + "f,yes\nm,no\n" * 200_000)
    seen = []
    for _ in range(2):
        with ThreadPoolExecutor(2) as people:
            found = list(people.map(read_apart, [folder / "t.csv"] * 2))
        assert [len(one.frame) for one in found if one.frame is not None] == [400_000] * 2
        seen.append({process.pid for process in waiting})
    assert len(seen[0]) == 2
    assert seen[1] == seen[0]
    bounded_reader.keep_one_waiting()
    assert len(waiting) == 1
    assert waiting[0].poll() is None


def test_one_process_has_each_file_read_by_a_child_of_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch, waiting: deque[subprocess.Popen[bytes]]
) -> None:
    (folder / "large.csv").write_bytes(b"a,b\n" + b"12345678,12345678\n" * 2_000_000)
    (folder / "t.csv").write_text("sex,hired\nf,yes\nm,no\n")
    read_apart(folder / "t.csv")
    (first,) = waiting
    with monkeypatch.context() as bound:
        bound.setenv("EVENHAND_READER_MIB", "150")
        with pytest.raises(DataError):
            read_apart(folder / "large.csv")
    found = read_apart(folder / "t.csv", encoding="utf-8")
    assert found.frame is not None
    assert list(waiting) == [first]
    assert psutil.Process(first.pid).children() == []


def test_a_busy_child_ends_with_the_process_that_started_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import os, time; input(); child = os.fork(); child or time.sleep(600); os.waitpid(child, 0)"
    monkeypatch.setattr(bounded_reader, "_COMMAND", (sys.executable, "-c", code))
    process = bounded_reader._started()
    assert bounded_reader._outcome(process, b"read\n", 1.5) is None
    assert not [one for one in psutil.process_iter() if _in_session(one, process.pid)]


def _in_session(process: psutil.Process, leader: int) -> bool:
    try:
        return os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, psutil.Error):
        return False


def test_the_bound_of_processor_time_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_READER_SECONDS", "1")
    (folder / "long.csv").write_bytes(b"a,b,c\n" + b"12345678,x y,2020-01-01\n" * 3_000_000)
    with pytest.raises(DataError, match=r"'long.csv' took more than 1 seconds"):
        read_apart(folder / "long.csv")


def test_sheets_encodings_and_images_are_told(here: None, folder: Path) -> None:
    with pd.ExcelWriter(folder / "two.xlsx") as book:
        plain().to_excel(book, sheet_name="people", index=False)
        plain().to_excel(book, sheet_name="notes", index=False)
    found = read_apart(folder / "two.xlsx")
    assert (found.frame, found.sheets) == (None, ("people", "notes"))
    chosen = read_apart(folder / "two.xlsx", sheet="notes")
    assert chosen.frame is not None
    assert len(chosen.frame) == 3
    (folder / "latin.csv").write_bytes("ville,a\nBesançon,1\nOrléans,2\n".encode("cp1252"))
    assert read_apart(folder / "latin.csv").encoding == "cp1252"
    with zipfile.ZipFile(folder / "images.zip", "w") as archive:
        archive.writestr("a.png", b"x")
        archive.writestr("labels.csv", b"image,y\na.png,1\n")
    assert read_apart(folder / "images.zip").holds_images


def test_what_cannot_be_used_is_said_as_it_would_be_here(here: None, folder: Path) -> None:
    (folder / "ragged.csv").write_text("a,b\n1,2\n3\n")
    with pytest.raises(DataError) as there:
        read_apart(folder / "ragged.csv")
    with pytest.raises(DataError) as here_too:
        read_table(folder / "ragged.csv")
    assert there.value.problem == here_too.value.problem


def test_memory_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "large.csv"
    path.write_bytes(b"a,b\n" + b"12345678,12345678\n" * 2_000_000)
    monkeypatch.setenv("EVENHAND_READER_MIB", "150")
    with pytest.raises(DataError, match=r"'large.csv' could not be read with 150 MiB.*EVENHAND_READER_MIB"):
        read_apart(path)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; input(); os.abort()", "could not be read"),
        ("import os, signal; input(); os.kill(os.getpid(), signal.SIGKILL)", "could not be read"),
        ("import sys; sys.exit(3)", "could not be read"),
        (
            "import json; found = json.loads(input()); open(found['folder'] + '/answer.json', 'w').write('cos system')",
            "could not be read",
        ),
        (
            "import json; found = json.loads(input()); open(found['folder'] + '/answer.json', 'w').write("
            '\'{"kind": "table"}\'); open(found["folder"] + "/table.arrow", "w").write("ARROW1 no")',
            "could not be read",
        ),
        ("import time; input(); time.sleep(600)", "took more than 1 seconds"),
        ("import os, signal; input(); os.kill(os.getpid(), signal.SIGXCPU)", "took more than 1 seconds"),
    ],
    ids=["abort", "killed", "ended", "forged-answer", "forged-table", "hangs", "busy"],
)
def test_a_reader_that_fails_ends_nothing_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch, waiting: deque[subprocess.Popen[bytes]], code: str, said: str
) -> None:
    monkeypatch.setattr(bounded_reader, "_COMMAND", (sys.executable, "-c", code))
    monkeypatch.setattr(bounded_reader, "PATIENCE", 3)
    monkeypatch.setenv("EVENHAND_READER_SECONDS", "1")
    (folder / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match=f"'t.csv'.*{said}|{said}"):
        read_apart(folder / "t.csv")
    assert not list(Path(tempfile.gettempdir()).iterdir())
    assert not waiting


def test_an_answer_never_holds_a_value_of_an_unexpected_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.data.io import reader_process

    def broken(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("secret of a row")

    monkeypatch.setattr(reader_process, "read_table", broken)
    (folder / "t.csv").write_text("a,b\n1,2\n")
    found = answer(Request(path=folder / "t.csv", folder=folder, memory_mib=1, seconds=1))
    assert "secret" not in found.model_dump_json()
    assert found.kind == "failed"
