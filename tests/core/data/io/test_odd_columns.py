"""One odd column never blocks a table."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from core.data.io.odd_columns import without_odd_columns
from core.data.sources.load import load
from core.errors import DataError

PLAIN = {"sex": ["f", "m", "f"], "hired": ["yes", "no", "yes"]}


@pytest.mark.parametrize(
    "odd",
    [
        pd.Series([["a"], [], None]),
        pd.Series([{"a": 1}, {}, None]),
        pd.Series([b"x", b"", b"y"]),
        pd.Series([(1, 2), (3,), ()]),
        pd.to_timedelta([1, 2, 3], unit="h").to_series(index=range(3)),
        pd.Series(["text", 1, {"a"}]),
        pd.Series(np.array(["2024-01-31", "393941-02-21", "NaT"], dtype="datetime64[ms]")),
        pd.Series(np.array([-2, 20_000, 0], dtype="datetime64[Y]").astype("datetime64[s]")),
    ],
)
def test_it_is_left_out_with_a_note(odd: pd.Series) -> None:
    found = load(pd.DataFrame({**PLAIN, "odd": odd}), target="hired", sensitive=["sex"])
    assert found.schema.names == ["sex", "hired"]
    assert any(note.startswith("Column 'odd' was left out") for note in found.notes)


def test_times_of_day_are_text() -> None:
    frame, notes = without_odd_columns(pd.DataFrame({"at": [dt.time(9, 30), None]}))
    assert frame["at"].tolist()[0] == "09:30:00"
    assert "read as text" in notes[0]


def test_a_table_of_odd_columns_alone_is_refused() -> None:
    with pytest.raises(DataError, match="No column of the table can be read"):
        without_odd_columns(pd.DataFrame({"a": [[1], [2]]}))
