"""Zips that mean harm are refused; honest ones are read without a file written."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from core.data.io import archive as module
from core.data.io.archive import open_archive
from core.errors import DataError


def zipped(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_members_without_hidden_ones(tmp_path: Path) -> None:
    members = {"a/b.png": b"1", "__MACOSX/a/._b.png": b"2", "a/.DS_Store": b"3", ".git/config": b"4", "a/": b""}
    with open_archive(zipped(tmp_path / "x.zip", members)) as archive:
        assert archive.members == ["a/b.png"]
        assert archive.read("a/b.png") == b"1"
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


@pytest.mark.parametrize("name", ["../up.png", "a/../../up.png", "/etc/x.png", "C:\\x.png", "a\\..\\x.png", "\\x.png"])
def test_a_path_that_leaves_the_folder(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "x.zip", {"ok.png": b"1", name: b"2"})
    with pytest.raises(DataError, match=r"'x\.zip' has a file '.*', whose path leaves the folder"), open_archive(path):
        pass


def test_a_bomb_by_what_it_says(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.bmp": bytes(module.SMALL + 1)})
    with (
        pytest.raises(DataError, match=r"'a\.bmp' in 'x\.zip' unpacks to more than 200 times its size"),
        open_archive(path),
    ):
        pass


def test_a_bomb_of_many_members(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {f"{number}.bmp": bytes(2**24) for number in range(5)})
    with (
        pytest.raises(DataError, match=r"^'x\.zip' unpacks to more than 200 times its size, as a zip bomb"),
        open_archive(path),
    ):
        pass


def test_a_bomb_whose_members_share_their_bytes(tmp_path: Path) -> None:
    """As Fifield's: each entry is honest, but all point at the same packed bytes."""
    path = tmp_path / "x.zip"
    zipped(path, {"0.bmp": bytes(2**24)})
    whole = path.read_bytes()
    start = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    entry = whole[start:end]
    count = 40
    entries = b"".join(entry.replace(b"0.bmp", bytes([48 + number]) + b".bmp") for number in range(count))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entries), start, 0)
    path.write_bytes(whole[:start] + entries + tail)
    with pytest.raises(DataError, match="as a zip bomb does"), open_archive(path):
        pass


def test_a_member_that_unpacks_to_more_than_it_says(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.png": b"x" * 5000})
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<L", 5000), struct.pack("<L", 10)))
    with open_archive(path) as archive, pytest.raises(DataError, match=r"'a\.png' in 'x\.zip' is damaged"):
        archive.read("a.png")


@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [
        ("MAX_MEMBERS", 1, "has 2 files, more than the 1"),
        ("MAX_BYTES", 5, "^'x.zip' unpacks to"),
        ("MAX_MEMBER_BYTES", 3, "^'b' in 'x.zip' unpacks to"),
    ],
)
def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, said: str) -> None:
    monkeypatch.setattr(module, limit, value)
    with pytest.raises(DataError, match=said), open_archive(zipped(tmp_path / "x.zip", {"a": b"12", "b": b"1234"})):
        pass


def test_an_encrypted_member(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.png": b"1"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with (
        pytest.raises(DataError, match=r"'a\.png' in 'x\.zip' is encrypted; make the zip without a password"),
        open_archive(path),
    ):
        pass


def test_a_name_that_stands_twice(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.png", b"2")
    with pytest.raises(DataError, match=r"has two files 'a\.png'; keep one"), open_archive(path):
        pass


def test_a_damaged_member_is_named(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.png": b"abcdef"}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"abcdef", b"abcdeg"))
    with open_archive(path) as archive, pytest.raises(DataError, match=r"'a\.png' in 'x\.zip' is damaged"):
        archive.read("a.png")


def test_what_is_no_zip(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"not a zip")
    with pytest.raises(DataError, match=r"'x\.zip' is damaged or not a zip"), open_archive(tmp_path / "x.zip"):
        pass
    with pytest.raises(DataError, match=r"There is no file 'y\.zip'"), open_archive(tmp_path / "y.zip"):
        pass
