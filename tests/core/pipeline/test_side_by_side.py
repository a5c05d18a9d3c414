import pytest

from core.pipeline.side_by_side import differing_settings, runs_by_rows
from tests.kept_runs import keep

OTHER = {"train": "c" * 64, "holdout": "d" * 64}


@pytest.mark.parametrize(
    "unlike",
    [{"rows": OTHER}, {"facts": {"favorable_outcome": "<=50K"}}, {"facts": {"sha256": None}}],
    ids=["rows", "favourable value", "rows not recorded"],
)
def test_runs_of_other_rows_or_outcomes_stand_apart(tmp_path, unlike):
    first, second, third = keep(tmp_path / "a"), keep(tmp_path / "b", **unlike), keep(tmp_path / "c", seed=1)
    assert [[one.path.name for one in group] for group in runs_by_rows([first, second, third])] == [["a", "c"], ["b"]]


def test_runs_that_did_not_record_their_rows_share_them_with_none(tmp_path):
    folders = [keep(tmp_path / name, facts={"sha256": None}) for name in "ab"]
    assert len(runs_by_rows(folders)) == 2


def test_settings_that_differ_are_told_once_and_no_others(tmp_path):
    column = {"name": "age: at.start", "kind": "integer", "role": "ignored"}
    first = keep(tmp_path / "a")
    columns = [*first.manifest.read()["columns"], column]
    second = keep(tmp_path / "b", seed=1, epochs=3, repair_level=0.5, facts={"columns": columns})
    found = differing_settings([first, second], ["first", "second"])
    assert found.header == ("setting", "first", "second")
    rows = {cells[0].text: (cells[1].text, cells[2].text) for cells in found.rows}
    assert rows["seed"] == ("0", "1")
    assert rows["labels: repair level"] == ("1.0", "0.5")
    assert "repair level" not in rows
    assert rows["column age: at.start"] == ("–", "integer, ignored")
    assert "preset" not in rows
    assert len(rows) == len(found.rows)
    assert all(len(set(values)) == 2 for values in rows.values())
    assert differing_settings([first, first], ["a", "b"]).rows == ()
