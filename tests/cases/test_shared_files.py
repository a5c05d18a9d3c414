"""Files of the kinds that people bring, from the folder of shared cases: each is read right, or its cause is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.checks.check import check_data
from core.data.dataset import Dataset
from core.data.readiness import check_ready
from core.data.sources.load import load
from core.errors import DataError

HIRED = {"target": "hired", "positive": "yes", "sensitive": ["sex"]}


def read(path: Path, **roles: object) -> Dataset:
    found = load(path, **{**HIRED, **roles})
    check_ready(found.frame, found.schema)
    return found


@pytest.mark.parametrize("spelling", ["y10", "ydot", "ylow"])
def test_04_a_holdout_with_another_spelling(cases: Path, spelling: str) -> None:
    folder = cases / "04-holdout-other-spelling"
    found = read(folder / "input.csv", holdout=folder / f"holdout-{spelling}.csv", target="y", positive="Yes")
    assert found.holdout is not None
    assert float((found.holdout["y"] == "No").mean()) == pytest.approx(0.613, abs=0.001)


@pytest.mark.parametrize("name", ["input", "trailing-comma", "sep-line", "comment"])
def test_08_what_programs_write_around_a_table(cases: Path, name: str) -> None:
    found = read(cases / "08-index-and-preamble" / f"{name}.csv")
    assert found.frame.shape == (200, 3)
    assert found.schema.names == ["age", "sex", "hired"]
    again = read(cases / "08-index-and-preamble" / "input.csv", holdout=cases / "08-index-and-preamble" / f"{name}.csv")
    assert again.holdout is not None
    assert again.holdout.equals(found.frame)


@pytest.mark.parametrize("name", ["input.csv", "repeated.data"])
def test_09_no_header(cases: Path, name: str) -> None:
    with pytest.raises(DataError, match="looks like data and not like names of columns"):
        load(cases / "09-no-header" / name)


@pytest.mark.parametrize("name", ["list", "struct", "time", "duration", "blank-in-name"])
def test_19_odd_columns(cases: Path, name: str) -> None:
    found = read(cases / "19-parquet-odd-columns" / f"{name}.parquet")
    assert found.schema.names[:3] == ["age", "sex", "hired"]
    assert (name in found.schema.names) == (name == "time")
    assert any(repr(name) in note for note in found.notes) == (name != "blank-in-name")


def test_20_a_label_as_the_file_writes_it(cases: Path) -> None:
    assert read(cases / "20-float-label" / "input.csv", target="label", positive="1.0").schema.positive == "1"


def checked(found: Dataset) -> dict[str, str]:
    """What the checks of the data find, by the name of the first remedy."""
    issues = check_data(found.frame, found.schema)
    return {issue.remedies[0].name: issue.sentence for issue in issues if issue.remedies}


def test_07_weights_are_not_used_silently(cases: Path) -> None:
    found = read(cases / "07-survey-weights" / "input.csv", target="income", positive="1")
    assert "'PWGTP' is named as if it held weights, but every row counts once" in checked(found)["exclude:PWGTP"]


def test_11_spellings_of_one_group(cases: Path) -> None:
    path = cases / "11-one-group-many-spellings" / "input.csv"
    told = checked(read(path, positive="1"))["merge:sex"]
    assert "differ only in case or blanks" in told
    assert "'Male' and 'male' and 'Male '" in told
    merged = read(path, positive="1", apply=["merge:sex"])
    assert set(merged.frame["sex"]) == {"Male", "Female"}
    assert "merge:sex" not in checked(merged)


def test_22_a_feature_that_tells_the_outcome(cases: Path) -> None:
    path = cases / "22-target-leak" / "input.csv"
    assert "tells the target 'hired' by itself" in checked(read(path, positive="1"))["exclude:letter_sent"]
    assert "letter_sent" not in read(path, positive="1", apply=["exclude:letter_sent"]).schema.features
