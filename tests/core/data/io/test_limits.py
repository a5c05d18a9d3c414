"""Each limit is stated, names its remedy, and can be changed by whoever runs Evenhand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from core.data.io.limits import LIMITS
from core.data.io.table_files import read_table
from core.errors import ConfigError, DataError
from core.location import ROOT

FRAME = pd.DataFrame({"a": range(10), "b": ["x" * 20] * 10, "c": range(10)})
WRITERS: dict[str, Callable[[Path], None]] = {
    "t.csv": lambda path: FRAME.to_csv(path, index=False),
    "t.xlsx": lambda path: FRAME.to_excel(path, index=False),
    "t.parquet": FRAME.to_parquet,
    "t.feather": FRAME.to_feather,
    "t.orc": FRAME.to_orc,
    "t.dta": lambda path: FRAME.to_stata(path, write_index=False),
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize(
    ("variable", "at_most", "said"),
    [
        ("EVENHAND_MAX_ROWS", 10, "rows"),
        ("EVENHAND_MAX_COLUMNS", 3, "3 columns"),
        ("EVENHAND_MAX_CELLS", 33, "cells"),
        ("EVENHAND_MAX_CELL_CHARACTERS", 20, "20 characters in one cell"),
    ],
)
def test_a_table_above_a_limit_is_refused_and_one_at_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, variable: str, at_most: int, said: str
) -> None:
    WRITERS[name](tmp_path / name)
    monkeypatch.setenv(variable, str(at_most))
    assert len(read_table(tmp_path / name)[0]) == 10
    monkeypatch.setenv(variable, str(at_most - (4 if "CELLS" in variable else 1)))
    with pytest.raises(DataError) as error:
        read_table(tmp_path / name)
    assert name in str(error.value)
    assert said in str(error.value)
    assert f"or raise {variable} where Evenhand runs" in str(error.value)


def test_size_and_lines_have_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 300_000)
    monkeypatch.setenv("EVENHAND_MAX_FILE_MIB", "1")
    with pytest.raises(DataError, match="has 2 MiB, and at most 1 are read"):
        read_table(path)
    path.write_bytes(b"a,b\n1," + b"x" * 5000 + b"\n")
    monkeypatch.setenv("EVENHAND_MAX_LINE_CHARACTERS", "4000")
    with pytest.raises(DataError, match=r"5,002 characters in one line.*write one row a line"):
        read_table(path)


@pytest.mark.parametrize("text", ["0", "-1", "many", "1e6"])
def test_a_limit_that_is_no_number_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("EVENHAND_MAX_ROWS", text)
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ConfigError, match="EVENHAND_MAX_ROWS must be a whole number above 0"):
        read_table(tmp_path / "t.csv")


def test_every_limit_is_in_the_reference() -> None:
    reference = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
    for limit in LIMITS:
        assert f"`{limit.variable}`" in reference
        assert f"{limit.default:,}" in reference
