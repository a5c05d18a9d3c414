"""No file ends a process, takes more memory than is stated, or shows a traceback: it is a table, or a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.data.io.bombs import BOMBS, MIB
from tests.core.data.io.damage import damaged
from tests.core.data.io.reading import outcomes

MEMORY = 768 * MIB
SAID = {
    "far-row.xlsx": "EVENHAND_MAX",
    "wide-rows.xlsx": "EVENHAND_MAX_COLUMNS",
    "many-strings.xlsx": "zip bomb",
    "deep-xml.xlsx": "nested",
    "entities.xlsx": "damaged",
    "runs.parquet": "EVENHAND_MAX_ROWS",
    "long-texts.parquet": "EVENHAND_MAX_TEXT_MIB",
    "many-columns.csv": "EVENHAND_MAX_COLUMNS",
    "many-columns.parquet": "EVENHAND_MAX_COLUMNS",
    "one-line.csv": "EVENHAND_MAX_LINE_CHARACTERS",
    "one-cell.csv": "EVENHAND_MAX_CELL_CHARACTERS",
    "delimiters.csv": "delimiters.csv",
    "packed.zip": "zip bomb",
    "packed.csv.gz": "unpack",
    "nested.zip": "one table",
    "runs.feather": "runs.feather",
    "runs.orc": "EVENHAND_MAX_ROWS",
}


def test_every_bomb_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for name, write in BOMBS.items():
        write(tmp_path / name)
    found = outcomes([tmp_path / name for name in BOMBS], MEMORY)
    assert found.pop("far-dimension.xlsx") == "table"  # a million empty rows are one
    wrong = {name: said for name, said in found.items() if not said.startswith("said: ") or SAID[name] not in said}
    assert not wrong, wrong


def test_300_damaged_files_are_tables_or_sentences(tmp_path: Path) -> None:
    _all_are_told(tmp_path, range(300))


@pytest.mark.slow
def test_5000_damaged_files_are_tables_or_sentences(tmp_path: Path) -> None:
    for first in range(1000, 6000, 500):
        _all_are_told(tmp_path, range(first, first + 500))


def _all_are_told(folder: Path, seeds: range) -> None:
    paths = [damaged(seed, folder) for seed in seeds]
    found = outcomes(paths, MEMORY)
    assert len(found) == len(paths)
    wrong = {name: said for name, said in found.items() if not said.startswith(("table", "said: "))}
    assert not wrong
    assert {said.startswith("table") for said in found.values()} == {True, False}  # damage of both kinds is there
    unnamed = {name: said for name, said in found.items() if said.startswith("said: ") and "'" not in said}
    assert not unnamed
