"""A made file of employees, from the file to its audit: roles, forms and figures."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.audit.record_set import RecordSet
from core.config import run_config
from core.data.groups import MISSING_GROUP
from core.data.io.table_writer import csv_text
from core.data.sources.load import load
from core.pipeline import audit_dataset, run
from tests.hr_file import POSTCODES, ROLES, ROWS, check_forms, employee_file, employees


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "employees.csv"
    place.write_bytes(employee_file())
    return place


def test_roles_are_found_and_forms_are_kept(path: Path) -> None:
    data = load(path)
    schema = data.schema
    assert (schema.target, schema.positive, schema.sensitive) == (
        ROLES["target"],
        ROLES["positive"],
        ROLES["sensitive"],
    )
    assert (schema.favorable, bool(schema.favorable_guess)) == ("positive", True)
    assert schema.column("Employee ID").role == "ignored"
    assert schema.column("Birth date").kind == "datetime"
    assert set(data.frame["Postcode"]) == set(POSTCODES)  # leading zeros are kept
    assert int(data.frame["Gender"].isna().sum()) == int((employees()["Gender"] == "").sum())
    assert csv_text(data.frame, schema).encode() == employee_file()


@pytest.mark.slow
def test_the_file_is_audited(path: Path) -> None:
    data = load(path)
    records = RecordSet(audit_dataset(data).records).main
    raw = employees()
    promoted = (raw["Promoted"] == "Yes").groupby(raw["Gender"].replace("", MISSING_GROUP)).mean()
    found = records.where(metric="base_rate", source="original", protocol="data", sensitive="Gender")
    assert {str(one.group): one.value for one in found} == pytest.approx(promoted.to_dict())
    assert sum(one.n or 0 for one in found) == ROWS
    ratio = records.one(metric="demographic_parity_ratio", source="original", protocol="data", sensitive="Gender")
    known = pd.Series(promoted)
    assert ratio.value == pytest.approx(known.min() / known.max())
    assert {one.protocol for one in records.where(source="original")} >= {"A", "B", "data"}


@pytest.mark.slow
def test_fair_rows_keep_every_form_and_nobody_s_identifier(path: Path, tmp_path: Path) -> None:
    run(load(path), run_config(preset="fast", pictures="none"), tmp_path / "run")
    rows = pd.read_csv(tmp_path / "run" / "synthetic.csv", dtype="str", keep_default_na=False)
    check_forms(rows)
    assert abs((rows["Promoted"] == "Yes").mean() - (employees()["Promoted"] == "Yes").mean()) < 0.01
