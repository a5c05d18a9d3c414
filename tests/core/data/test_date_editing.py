"""Dates that could be two: the user says what comes first, and the rows are read anew."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.app.column_table import edited
from core.data.column import Kind, Role
from core.data.dataset import Dataset
from core.data.io.table_writer import csv_text
from core.data.schema_editing import choose_column, choose_date_order, with_schema
from core.data.sources.load import load
from core.errors import ConfigError, SchemaError

ROWS = "".join(f"0{1 + n % 9}/0{1 + n % 7}/2024,{'fm'[n % 2]},{n % 2}\n" for n in range(60))


@pytest.fixture
def doubtful(tmp_path: Path) -> Dataset:
    (tmp_path / "t.csv").write_text("seen,sex,hired\n" + ROWS)
    return load(tmp_path / "t.csv")


def test_the_order_can_be_chosen_and_chosen_again(doubtful: Dataset) -> None:
    first = doubtful.frame["seen"][7]
    for order, moment, other in (("day", "2024-01-08", "month"), ("month", "2024-08-01", "day")):
        chosen = with_schema(doubtful, choose_date_order(doubtful.schema, doubtful, "seen", order))
        assert chosen.frame["seen"][7] == pd.Timestamp(moment)
        assert (chosen.schema.column("seen").kind, chosen.schema.column("seen").role) == (Kind.DATETIME, Role.FEATURE)
        assert first in csv_text(chosen.frame, chosen.schema)
        again = with_schema(doubtful, choose_date_order(chosen.schema, doubtful, "seen", other))
        assert again.frame["seen"][7] != pd.Timestamp(moment)


def test_the_kind_alone_does_not_decide(doubtful: Dataset) -> None:
    with pytest.raises(SchemaError, match="choose its date order"):
        choose_column(doubtful.schema, doubtful.frame, "seen", Kind.DATETIME, Role.FEATURE)
    with pytest.raises(SchemaError, match="has no dates with the day first"):
        choose_date_order(doubtful.schema, doubtful, "sex", "day")


def test_the_table_of_columns_offers_it(doubtful: Dataset) -> None:
    line = {"column": "seen", "kind": "categories", "role": "feature"}
    schema = edited(doubtful.schema, doubtful, line, {"date order": "month first"})
    assert schema.column("seen").datetime_format == "%m/%d/%Y"


def test_built_in_data_take_no_order() -> None:
    with pytest.raises(ConfigError, match="goes with files of a table, not with 'demo'"):
        load("demo", date_order="day")
