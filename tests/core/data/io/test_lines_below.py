"""Lines that are no rows, below the header and below the table; rows with gaps and rare values are rows."""

from __future__ import annotations

import pytest

from core.data.io.lines_below import lines_below_header, lines_below_table

ROWS = [[str(20 + at % 30), "fm"[at % 2], "city"] for at in range(40)]


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ([["---", "---", "----"]], 1),
        ([["=====+=====+====="]], 1),
        ([["Age in years", "Sex of the person", "Where"]], 1),
        ([["What is your age?", "What is your sex?", "Where?"], ["{Q1}", "{Q2}", "{Q3}"]], 2),
        ([["(years)", "", ""]], 1),
        ([["--", "f", "city"]], 0),
        ([["unknown", "f", "city"]], 0),
        ([["Age in years", "f", "city"]], 0),
        ([["34", "x", "a place"]], 0),
        ([], 0),
    ],
)
def test_below_the_header(lines: list[list[str]], count: int) -> None:
    assert lines_below_header([*lines, *ROWS]) == count


def test_a_few_rows_tell_no_description() -> None:
    assert lines_below_header([["Age in years", "Sex of the person", "Where"], *ROWS[:5]]) == 0


@pytest.mark.parametrize(
    ("lines", "fields", "cells"),
    [
        ([["(40 rows)"]], 1, 0),
        ([["# the end"]], 1, 0),
        ([[], ["Total", "40", ""]], 2, 2),
        ([["", "", ""], ["Total", "40", ""], [], ["Source: payroll"]], 4, 4),
        ([["51"]], 0, 0),
        ([["51", "", ""]], 0, 0),
        ([[], ["51", "f", "city"]], 0, 0),
    ],
)
def test_below_the_table(lines: list[list[str]], fields: int, cells: int) -> None:
    assert lines_below_table([*ROWS, *lines], single_fields=True) == fields
    assert lines_below_table([*ROWS, *lines], single_fields=False) == cells


def test_one_column_has_no_lines_below() -> None:
    assert lines_below_table([["a"], ["b"], [], ["c"]], single_fields=True) == 0
