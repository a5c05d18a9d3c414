"""What tells persons apart where a person has several rows."""

import numpy as np
import pandas as pd
import pytest

from core.data.checks.check import check_data
from core.data.column import Kind, Role
from core.data.schema_editing import with_inferred_roles
from core.data.sources.load import load

PERSONS, VISITS = 150, 3


@pytest.fixture
def visits():
    rng = np.random.default_rng(3)
    person = np.repeat(np.arange(PERSONS), VISITS)
    numbers = rng.choice(np.arange(100_000, 999_999), PERSONS, replace=False)
    sex = rng.choice(["F", "M"], PERSONS)
    born = pd.Timestamp("1950-01-01") + pd.to_timedelta(rng.integers(0, 18_000, PERSONS), unit="D")
    return pd.DataFrame(
        {
            "tracking": numbers[person],
            "who": [f"Person {chr(65 + one % 26)}{one}" for one in person],
            "mail": [f"p{one}@example.org" for one in person],
            "NHS Number": [f"{one:03d} 555 {7 * one:04d}" for one in person],
            "Sex": sex[person],
            "born": born.to_numpy()[person],
            "ward": rng.choice([f"ward {one}" for one in range(25)], len(person)),
            "cost": rng.integers(100, 400, len(person)),
            "ready": rng.choice(["yes", "no"], len(person)),
        }
    )


def loaded(frame, path):
    frame.to_csv(path / "visits.csv", index=False)
    return load(path / "visits.csv", target="ready", positive="yes", sensitive=["Sex"])


def test_keys_of_persons_are_identifiers_though_they_repeat(visits, tmp_path):
    data = loaded(visits, tmp_path)
    found = {one.name for one in data.schema.columns if one.kind is Kind.IDENTIFIER and one.role is Role.IGNORED}
    assert found == {"tracking", "who", "mail", "NHS Number"}


def test_what_a_person_shares_with_others_is_none(visits, tmp_path):
    data = loaded(visits, tmp_path)
    assert {"ward", "cost", "born"} <= set(data.schema.features)


def test_a_few_errors_of_typing_change_nothing(visits, tmp_path):
    wrong = visits.copy()
    wrong.loc[[3, 100], "Sex"] = wrong.loc[[3, 100], "Sex"].map({"F": "M", "M": "F"})
    assert loaded(wrong, tmp_path).schema.column("tracking").kind is Kind.IDENTIFIER


def test_a_person_in_train_and_test_rows_is_told(visits, tmp_path):
    data = with_inferred_roles(loaded(visits, tmp_path))
    (told,) = [one for one in check_data(data.frame, data.schema) if one.check == "persons"]
    assert "450 rows have 150 different values" in told.sentence


def test_rows_that_were_entered_twice_make_no_keys(visits, tmp_path):
    once = visits.groupby("tracking", as_index=False).first()[["Sex", "born", "ward", "ready"]]
    once["cost"] = np.arange(len(once)) * 37 % 9_001 + 100
    twice = pd.concat([once, once.head(80)], ignore_index=True)
    twice.insert(0, "id", np.arange(len(twice)))
    assert "cost" in loaded(twice, tmp_path).schema.features
