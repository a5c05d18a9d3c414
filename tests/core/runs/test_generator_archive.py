"""A zip file with a generator is read only if it is what was exported."""

import json
import zipfile
from pathlib import Path

import pytest

from core.errors import RunError
from core.runs import generator_archive
from core.runs.generator_archive import GeneratorManifest, packed, unpacked

CONTENTS = {"a.json": b'{"a": 1}', "weights.bin": bytes(range(256)) * 40}
STATED = GeneratorManifest(
    evenhand="1.0", name="people", settings={}, columns=("x",), groups=("f",), holds=("Names.",), lacks=("Rows.",)
)


@pytest.fixture
def entries(tmp_path: Path) -> dict[str, bytes]:
    """The entries of a good file."""
    return read(write(tmp_path / "good.zip", packed(STATED, CONTENTS)))


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def read(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def test_what_was_packed_is_unpacked_and_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    content = packed(STATED, CONTENTS)
    assert content == packed(STATED, CONTENTS)
    manifest, found = unpacked(write(tmp_path / "m.zip", content), tuple(CONTENTS))
    assert found == CONTENTS
    assert manifest.holds == ("Names.",)
    assert set(manifest.sha256) == set(CONTENTS)


def test_a_changed_file_is_named(tmp_path: Path, entries: dict[str, bytes]) -> None:
    path = zipped(tmp_path / "m.zip", {**entries, "weights.bin": b"other"})
    with pytest.raises(RunError, match=r"weights.bin .* checksum differs.*export the run again"):
        unpacked(path, tuple(CONTENTS))


def test_a_missing_file_is_named(tmp_path: Path, entries: dict[str, bytes]) -> None:
    del entries["a.json"]
    with pytest.raises(RunError, match=r"lacks a.json"):
        unpacked(zipped(tmp_path / "m.zip", entries), tuple(CONTENTS))


@pytest.mark.parametrize("name", ["../evil.py", "/etc/passwd", "C:\\evil.py", "a/../../b", "..\\evil.py"])
def test_paths_that_lead_out_are_refused(tmp_path: Path, entries: dict[str, bytes], name: str) -> None:
    with pytest.raises(RunError, match="a path that leads out of it"):
        unpacked(zipped(tmp_path / "m.zip", {**entries, name: b"x"}), tuple(CONTENTS))
    assert [path.name for path in tmp_path.iterdir()] == ["good.zip", "m.zip"] or len(list(tmp_path.iterdir())) == 2


def test_files_that_do_not_belong_there_are_refused(tmp_path: Path, entries: dict[str, bytes]) -> None:
    with pytest.raises(RunError, match=r"a file that no generator has: 'rows.pkl'"):
        unpacked(zipped(tmp_path / "m.zip", {**entries, "rows.pkl": b"x"}), tuple(CONTENTS))


def test_an_entry_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, entries: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generator_archive, "MAX_BYTES", 100_000)
    path = zipped(tmp_path / "m.zip", {**entries, "weights.bin": bytes(1_000_000)})
    assert path.stat().st_size < 5_000
    with pytest.raises(RunError, match=r"weights.bin .* is larger than"):
        unpacked(path, tuple(CONTENTS))


def test_a_wrong_stated_size_does_not_help(
    tmp_path: Path, entries: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The directory of the zip states a small size; the content is larger."""
    path = zipped(tmp_path / "m.zip", {**entries, "weights.bin": bytes(1_000_000)})
    content = path.read_bytes()
    forged = content.replace((1_000_000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    assert forged != content
    monkeypatch.setattr(generator_archive, "MAX_BYTES", 100_000)
    with pytest.raises(RunError):
        unpacked(write(path, forged), tuple(CONTENTS))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": 1}, "has version 1 of the format, and this Evenhand reads version 3"),
        ({"version": None}, "version None"),
        ({"format": "something"}, "manifest.json in .* is damaged"),
        ({"columns": 3}, "manifest.json in .* is damaged"),
    ],
)
def test_other_versions_and_damaged_manifests_are_refused(
    tmp_path: Path, entries: dict[str, bytes], changes: dict[str, object], said: str
) -> None:
    manifest = json.dumps({**json.loads(entries["manifest.json"]), **changes}).encode()
    with pytest.raises(RunError, match=said):
        unpacked(zipped(tmp_path / "m.zip", {**entries, "manifest.json": manifest}), tuple(CONTENTS))


def test_the_version_is_told_before_files_that_another_version_has_or_lacks(
    tmp_path: Path, entries: dict[str, bytes]
) -> None:
    manifest = json.dumps({**json.loads(entries["manifest.json"]), "version": 2}).encode()
    others = {name: content for name, content in entries.items() if name != "weights.bin"}
    with pytest.raises(RunError, match="has version 2 of the format"):
        unpacked(zipped(tmp_path / "m.zip", {**others, "manifest.json": manifest}), tuple(CONTENTS))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"a,b\n1,2\n"])
def test_what_is_no_zip_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RunError, match="is not a generator"):
        unpacked(write(tmp_path / "m.zip", content), tuple(CONTENTS))


@pytest.mark.parametrize("content", [b"[]", b"nonsense", b"\xff\xfe"])
def test_a_manifest_that_is_no_object_is_refused(tmp_path: Path, entries: dict[str, bytes], content: bytes) -> None:
    with pytest.raises(RunError, match=r"manifest.json in .* is damaged"):
        unpacked(zipped(tmp_path / "m.zip", {**entries, "manifest.json": content}), tuple(CONTENTS))


def test_a_file_damaged_on_the_way_is_refused(tmp_path: Path) -> None:
    """Every run of two wrong bytes: in headers, in packed content, in the list of entries."""
    content = packed(STATED, CONTENTS)
    for place in range(0, len(content) - 1, 3):
        damaged = bytearray(content)
        damaged[place] ^= 0xFF
        damaged[place + 1] ^= 0xFF
        path = write(tmp_path / "m.zip", bytes(damaged))
        try:
            manifest, found = unpacked(path, tuple(CONTENTS))
        except RunError:
            continue
        assert found == CONTENTS  # dates and the like do not matter
        assert manifest.sha256


def test_a_missing_zip_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"There is no file '.*nothere.zip'"):
        unpacked(tmp_path / "nothere.zip", tuple(CONTENTS))
