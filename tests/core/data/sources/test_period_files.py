"""Several files as one table: what is stacked, in which order, and what is refused, with the file."""

from pathlib import Path

import pandas as pd
import pytest

from core.data.column import Role
from core.data.periods import PeriodColumn, read_periods
from core.data.sources.load import load
from core.data.sources.period_files import FILE_PERIOD, file_periods, load_periods
from core.errors import ConfigError, DataError

TABLE = pd.DataFrame({"y": [0, 1, 0, 1], "sex": ["f", "m", "f", "m"], "score": [0.1, 0.9, 0.4, 0.6]})
ROLES = {"target": "y", "positive": "1", "sensitive": ["sex"]}


def files(folder, **tables) -> dict[str, Path]:
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return {name: folder / f"{name}.csv" for name in tables}


def test_rows_are_stacked_and_the_periods_have_the_order_given(tmp_path):
    dataset = load_periods(files(tmp_path, new=TABLE, old=TABLE[["score", "sex", "y"]].iloc[:3]), **ROLES)
    assert dataset.frame[FILE_PERIOD].tolist() == ["new"] * 4 + ["old"] * 3
    assert dataset.frame["score"].tolist() == [0.1, 0.9, 0.4, 0.6, 0.1, 0.9, 0.4]
    assert dataset.schema.column(FILE_PERIOD).role is Role.IGNORED
    assert dataset.name == "new, old"
    periods, notes = read_periods(dataset.frame, dataset.schema, file_periods(["new", "old"], None, None))
    assert (periods.names, periods.codes.tolist()) == (("new", "old"), [0, 0, 0, 0, 1, 1, 1])
    assert notes == ["Periods are in this order: new, old."]


def test_the_table_is_the_one_that_a_single_file_of_all_rows_gives(tmp_path):
    both = pd.concat([TABLE, TABLE], ignore_index=True)
    once = load(files(tmp_path, all=both)["all"], **ROLES)
    parts = load_periods(files(tmp_path, a=TABLE, b=TABLE), **ROLES)
    pd.testing.assert_frame_equal(parts.frame.drop(columns=FILE_PERIOD), once.frame)
    assert parts.schema.columns[:-1] == once.schema.columns


def test_names_that_are_numbers_or_dates_stay_names():
    dataset = load_periods({"2025-01": TABLE, "2024": TABLE}, **ROLES)
    period = PeriodColumn(FILE_PERIOD, order=("2025-01", "2024"))
    assert read_periods(dataset.frame, dataset.schema, period)[0].names == ("2025-01", "2024")


def test_frames_and_files_go_together(tmp_path):
    dataset = load_periods({**files(tmp_path, old=TABLE), "new": TABLE.assign(score=[1, 0, 1, 0])}, **ROLES)
    assert dataset.frame["score"].tolist()[4:] == [1, 0, 1, 0]
    assert dataset.schema.column("score").is_numeric


def test_a_given_schema_is_kept():
    schema = load(TABLE, **ROLES).schema.edited("score", role=Role.IGNORED)
    found = load_periods({"a": TABLE, "b": TABLE}, schema=schema).schema
    assert found.columns[:-1] == schema.columns


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (TABLE.drop(columns="sex"), "Period 'b' does not have the columns of 'a': it lacks column 'sex'"),
        (TABLE.assign(z=1), "only it has column 'z'"),
        (TABLE.assign(score=["low"] * 4), "'score' holds numbers in period 'a' and none in 'b', for example 'low'"),
        (TABLE.iloc[:0], "Period 'b' has no rows"),
    ],
)
def test_files_that_do_not_go_together_are_refused_with_the_period(tmp_path, second, words):
    with pytest.raises(DataError, match=words):
        load_periods(files(tmp_path, a=TABLE, b=second), **ROLES)


def test_one_period_and_too_many_are_refused():
    for count in (1, 25):
        with pytest.raises(DataError, match=f"compares 2 to 24 periods, and {count} are given"):
            load_periods({str(place): TABLE for place in range(count)}, **ROLES)


def test_files_leave_no_room_for_a_column_of_periods():
    with pytest.raises(ConfigError, match="column 'day' cannot name periods too"):
        file_periods(["a", "b"], "day", None)
    with pytest.raises(ConfigError, match="periods have no length"):
        file_periods(["a", "b"], None, "month")


def test_the_schema_of_an_earlier_audit_fits_the_same_files():
    schema = load_periods({"a": TABLE, "b": TABLE}).schema
    assert load_periods({"a": TABLE, "b": TABLE}, schema=schema).schema.names == schema.names
