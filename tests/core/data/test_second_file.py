"""A second file is held against the first: what is certain is matched, what is not is refused with both spellings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.dataset import Dataset
from core.data.examples import Examples
from core.data.sources.load import load
from core.errors import DataError
from core.pipeline.external_file import read_synthetic

ROLES = {"target": "hired", "positive": "Yes", "sensitive": ["sex"]}


def people(rows: int = 200, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "pay": rng.normal(30, 5, rows).round(2),
            "sex": rng.choice(["F", "M"], rows),
            "job": rng.choice(["Cook", "Clerk"], rows),
            "hired": rng.choice(["Yes", "No"], rows),
        }
    )


def with_holdout(table: pd.DataFrame, holdout: pd.DataFrame, **roles: object) -> Dataset:
    return load(table, holdout=holdout, **{**ROLES, **roles})


def notes_of(found: Dataset) -> str:
    return " ".join(note for note in found.notes if note.startswith("Holdout"))


@pytest.mark.parametrize("values", [{"Yes": "1", "No": "0"}, {"Yes": "yes ", "No": "no"}, {"Yes": "YES.", "No": "NO."}])
def test_an_outcome_of_another_spelling_is_matched_and_said(values: dict[str, str]) -> None:
    other = people(80, seed=1)
    found = with_holdout(people(), other.assign(hired=other["hired"].map(values)))
    assert found.holdout is not None
    assert found.holdout["hired"].tolist() == other["hired"].tolist()
    assert "Column 'hired' is written differently" in notes_of(found)


def test_numbers_and_words_are_matched_both_ways() -> None:
    table = people().replace({"hired": {"Yes": 1, "No": 0}}).astype({"hired": int})
    other = people(80, seed=1)
    found = with_holdout(table, other, positive="1.0")
    assert found.holdout is not None
    assert found.schema.positive == "1"
    assert found.holdout["hired"].tolist() == (other["hired"] == "Yes").astype(int).tolist()


def test_headers_and_groups_and_categories_are_matched() -> None:
    other = people(80, seed=1)
    file = other.assign(sex=other["sex"].str.lower(), job=other["job"].str.upper()).rename(
        columns={"sex": " Sex", "pay": "PAY"}
    )
    found = with_holdout(people(), file)
    assert found.holdout is not None
    pd.testing.assert_frame_equal(found.holdout, other, check_dtype=False)


@pytest.mark.parametrize(
    ("column", "values", "told"),
    [
        ("hired", {"Yes": "hired", "No": "rejected"}, r"'hired', 'rejected' in the file and 'No', 'Yes' in the table"),
        ("hired", {"Yes": "1", "No": "2"}, r"'1', '2' in the file and 'No', 'Yes' in the table"),
        ("sex", {"F": "Female", "M": "Male"}, r"'Female', 'Male' in the file and 'F', 'M' in the table"),
        ("sex", {"F": "Woman", "M": "M"}, r"'M', 'Woman' in the file and 'F', 'M' in the table"),
    ],
)
def test_what_is_not_certain_is_refused_with_both_spellings(column: str, values: dict[str, str], told: str) -> None:
    other = people(80, seed=1)
    file = other.assign(**{column: other[column].map(values)})
    with pytest.raises(DataError, match=told) as found:
        with_holdout(people(), file)
    assert found.value.field == "holdout"
    dataset = load(people(), **ROLES)
    parts = Examples(dataset.frame[:150]), Examples(dataset.frame[150:])
    with pytest.raises(DataError, match=told) as found:
        read_synthetic(file, dataset.schema, *parts)
    assert found.value.field == "synthetic"


def test_a_synthetic_file_is_matched_in_the_same_way(tmp_path: Path) -> None:
    dataset = load(people(), **ROLES)
    other = people(80, seed=1)
    other.assign(hired=(other["hired"] == "Yes").astype(int), sex=other["sex"].str.lower()).to_csv(tmp_path / "s.csv")
    found = read_synthetic(
        tmp_path / "s.csv", dataset.schema, Examples(dataset.frame[:150]), Examples(dataset.frame[150:])
    )
    assert found.examples.frame["hired"].tolist() == other["hired"].tolist()
    assert found.examples.frame["sex"].tolist() == other["sex"].tolist()


def test_a_few_rows_of_a_new_group_are_kept_and_said() -> None:
    other = people(80, seed=1)
    other.loc[:3, "sex"] = "X"
    assert "hold values that the original does not have ('X')" in notes_of(with_holdout(people(), other))


def test_rows_that_stand_in_both_files_are_counted() -> None:
    table = people()
    other = pd.concat([table[:30], people(50, seed=1)])
    said = notes_of(with_holdout(table, other))
    assert "31 of 80 rows are the same as a row of the table" in said  # one person is alike by chance
    assert "part of the file was copied" in said
    assert "part of the file was copied" not in notes_of(with_holdout(table, people(80, seed=1)))


def test_people_who_are_alike_are_no_copies() -> None:
    coarse = [people(300, seed)[["sex", "job", "hired"]] for seed in (0, 1)]
    said = notes_of(with_holdout(*coarse))
    assert "300 of 300 rows are the same" in said
    assert "alike by chance: 1,000 of 1,000" in said


def test_people_of_both_files_are_counted_by_their_number() -> None:
    table = people().assign(person_id=[f"p{n}" for n in range(200)])
    other = people(80, seed=1).assign(person_id=[f"p{n}" for n in range(190, 270)])
    assert "10 of 80 rows have an identifier 'person_id'" in notes_of(with_holdout(table, other))


def test_numbers_that_count_the_rows_of_each_file_are_nobodys() -> None:
    table, other = people().assign(lfd=range(1, 201)), people(80, seed=1).assign(lfd=range(1, 81))
    read = with_holdout(table, other)
    assert read.schema.column("lfd").kind == "identifier"
    assert "have an identifier" not in notes_of(read)


def test_a_feature_with_other_values_is_refused_with_both_spellings() -> None:
    other = people(80, seed=1)
    with pytest.raises(DataError, match=r"Column 'job' is 'C1', 'C2' in the file and 'Clerk', 'Cook' in the table"):
        with_holdout(people(), other.assign(job=other["job"].map({"Cook": "C1", "Clerk": "C2"})))


def test_hyphens_are_no_other_value() -> None:
    table = people().replace({"job": {"Cook": "Never-married"}})
    other = people(80, seed=1).replace({"job": {"Cook": "never married"}})
    found = with_holdout(table, other)
    assert found.holdout is not None
    assert set(found.holdout["job"]) == {"Never-married", "Clerk"}


@pytest.mark.parametrize(("factor", "is_told"), [(0.001, True), (1.0, False), (1.1, False)])
def test_numbers_of_another_unit_are_told(factor: float, is_told: bool) -> None:
    other = people(80, seed=1)
    notes = notes_of(with_holdout(people(), other.assign(pay=(other["pay"] * factor).round(4))))
    assert ("If it has another unit or scale" in notes) == is_told
