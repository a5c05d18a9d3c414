import json
import math
import os

import pytest

from core.runs import files


def test_text_is_written_as_given(tmp_path):
    files.write_text(tmp_path / "deep" / "a.txt", "é\r\n")
    assert (tmp_path / "deep" / "a.txt").read_bytes() == "é\r\n".encode()


def test_a_failing_rename_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    files.write_json(path, {"old": 1})

    def broken(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        files.write_json(path, {"new": 2})
    assert json.loads(path.read_text()) == {"old": 1}
    assert [found.name for found in tmp_path.iterdir()] == ["a.json"]


def test_a_write_that_stops_half_way_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.bin"
    files.write_bytes(path, b"old")
    with pytest.raises(RuntimeError), files.atomic_replace(path) as temporary:  # noqa: PT012
        temporary.write_bytes(b"ne")
        raise RuntimeError
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_no_number_becomes_null(tmp_path):
    files.write_json(tmp_path / "a.json", {"x": math.nan, "y": [math.inf, 1.5]})
    assert json.loads((tmp_path / "a.json").read_text()) == {"x": None, "y": [None, 1.5]}


@pytest.mark.parametrize(("rows", "text"), [([], "[]\n"), ([{"a": 1}, {"a": 2}], '[\n{"a": 1},\n{"a": 2}\n]\n')])
def test_lists_are_written_one_element_a_line(tmp_path, rows, text):
    files.write_json_lines(tmp_path / "a.json", rows)
    assert (tmp_path / "a.json").read_text() == text


def test_sha256_is_the_known_one(tmp_path):
    files.write_bytes(tmp_path / "a", b"abc")
    assert files.sha256(tmp_path / "a").startswith("ba7816bf8f01cfea")
