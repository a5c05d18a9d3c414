from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from core.data.io.nested_xml import DEEPEST, check_nesting
from core.errors import DataError


def packed(folder: Path, ending: str = "xml", **parts: str | bytes) -> Path:
    path = folder / "book.xlsx"
    with ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(f"xl/{name}.{ending}", content)
    return path


def nested(depth: int) -> str:
    return "<a>" * depth + "</a>" * depth


def test_elements_beside_each_other_are_not_nested(tmp_path: Path) -> None:
    check_nesting(packed(tmp_path, sheet=f"<a>{'<b/>' * 10 * DEEPEST}</a>"))


def test_the_limit_is_where_it_says(tmp_path: Path) -> None:
    check_nesting(packed(tmp_path, sheet=nested(DEEPEST)))
    with pytest.raises(DataError, match=r"'xl/sheet.xml' in 'book.xlsx' has elements nested more than"):
        check_nesting(packed(tmp_path, styles="<a/>", sheet=nested(DEEPEST + 1)))


def test_an_open_end_is_as_deep(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nested"):
        check_nesting(packed(tmp_path, sheet="<a>" * 2_000_000))


def test_the_name_of_a_part_does_not_matter(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nested"):
        check_nesting(packed(tmp_path, "bin", sheet=nested(DEEPEST + 1)))


def test_a_part_that_is_not_xml_is_left_to_the_reader(tmp_path: Path) -> None:
    check_nesting(packed(tmp_path, notes="no XML at all <", picture=b"\x89PNG\r\n\x00\xff"))


def test_a_damaged_part_is_left_to_the_reader(tmp_path: Path) -> None:
    path = packed(tmp_path, notes="<a>" + "text " * 50 + "</a>")
    path.write_bytes(path.read_bytes().replace(b"text ", b"test ", 1))
    check_nesting(path)
