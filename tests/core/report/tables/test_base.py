import pytest

from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.report.tables import base, details
from tests.core.report.samples import sample_records

SEES = "model sees the group"


@pytest.fixture(scope="module")
def records():
    return RecordSet(sample_records()).main


def row(table, *labels):
    return next(cells for cells in table.rows if tuple(cell.text for cell in cells[: len(labels)]) == labels)


def column(table, row_cells, head):
    return row_cells[table.header.index(head)]


def test_undefined_figures_are_called_so_with_their_note():
    cell = base.figure_cell(Record(source="a", protocol="A", metric="m", status=Status.UNDEFINED, note="0/0."))
    assert (cell.text, cell.note) == ("undefined", "0/0.")


def test_statuses_are_shown():
    cell = base.figure_cell(Record(source="a", protocol="A", metric="m", value=0.5, status=Status.SMALL_N))
    assert cell.plain() == "0.500 too few rows"


def test_fairness_table_has_constant_original_and_the_null_beside_the_ratio(records):
    table = base.fairness_table(records, "sex")
    assert [cells[1].text for cells in table.rows[:5]] == [
        "original",
        "always-the-same guess",
        "full model",
        "compact model",
        "synthetic",
    ]
    assert table.header.index("chance limit") == table.header.index("parity ratio") + 1
    synthetic = row(table, SEES, "synthetic")
    assert column(table, synthetic, "parity ratio").plain() == "0.978 [0.948, 1.000]"
    assert column(table, row(table, SEES, "always-the-same guess"), "parity ratio").text == "undefined"


def test_group_table_lists_every_group(records):
    table = base.group_table(records, "A", "sex")
    assert [cells[1].text for cells in table.rows if cells[0].text == "original"] == ["Female", "Male", "(missing)"]
    small = row(table, "original", "(missing)")
    assert column(table, small, "n").text == "12"
    assert column(table, small, "share predicted positive").status == "too few rows"


def test_base_rates_stand_side_by_side_by_source_and_split(records):
    table = base.base_rate_table(records, "sex")
    assert table.header == ("group", "figure", "original, train rows", "original, test rows", "synthetic")
    assert row(table, "all groups", "parity ratio")[2].text == "0.360"


def test_missing_values_are_listed_by_column(records):
    assert base.missing_table(records).rows[0][0].text == "workclass"


def test_seeds_stand_side_by_side():
    table = details.seed_table(RecordSet(sample_records()))
    assert table.header[-2:] == ("seed 0", "seed 1")
    assert all(len(cells) == len(table.header) for cells in table.rows)


def test_splits_are_named_where_a_figure_stands_on_several():
    copies = {"protocol": "privacy", "metric": "exact_copies", "value": 0.1}
    records = [Record(source="a", split=split, **copies) for split in ("train", "holdout")]
    records.append(Record(source="a", split="train", protocol="privacy", metric="nndr_median", value=0.9))
    table = base.protocol_table(RecordSet(records), "privacy", "", "")
    assert [cells[1].text for cells in table.rows] == ["all, train rows", "all, test rows", "all"]
    assert table.header == ("figure", "over", "a")


def test_figures_of_single_columns_have_a_table_of_their_own():
    records = RecordSet([Record(source="a", protocol="fidelity", metric="column_shape:age: years", value=0.9)])
    assert base.protocol_table(records, "fidelity", "", "").rows == ()
    assert details.columns_table(records, "fidelity").rows[0][0].text == "age: years"


def test_every_row_is_as_long_as_its_header(records):
    made = [
        base.fairness_table(records, "sex"),
        details.utility_table(records),
        details.leftover_table(records),
    ]
    made += [base.protocol_table(records, name, "", "") for name in ("fidelity", "privacy", "horoscope", "none")]
    assert all(len(cells) == len(table.header) for table in made for cells in table.rows)
