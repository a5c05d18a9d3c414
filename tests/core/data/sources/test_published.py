"""Published tables that the gallery downloads: their roles, their checks, and the same files as uploads.

The files are made look-alikes, since the published ones are not at hand where the tests run.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import evenhand as eh
from core.data.dataset import Dataset
from core.data.readiness import check_ready
from core.data.schema_match import schema_mismatches
from core.data.sources import acs_income, bank, german, law
from core.data.sources.catalog import BUILT_IN
from core.data.sources.load import load
from core.errors import DataError
from core.pipeline import audit_dataset
from tests.core.data.sources import look_alikes

FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "german": (german.TABLE.file, look_alikes.of_german),
    "bank": (bank.TABLE.file, lambda: look_alikes.in_zip(bank.MEMBER, look_alikes.of_bank())),
    "law": (law.TABLE.file, look_alikes.of_law),
    "acs-income": (
        acs_income.TABLE.file,
        lambda: look_alikes.in_zip(acs_income.MEMBER, look_alikes.of_acs_income()),
    ),
}
TABLES = {one.name: one for one in (german.TABLE, bank.TABLE, law.TABLE, acs_income.TABLE)}


def put(folder: Path, name: str, content: bytes) -> None:
    place = folder / FILES[name][0]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Dataset]:
    folder = tmp_path_factory.mktemp("data")
    for name, (_, make) in FILES.items():
        put(folder, name, make())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVENHAND_DATA", str(folder))
        return {name: load(name) for name in FILES}


@pytest.mark.parametrize(
    ("name", "rows", "target", "positive", "sensitive"),
    [
        ("german", 1000, "risk", "good", ["age", "sex"]),
        ("bank", 45_211, "y", "yes", ["age", "marital"]),
        ("law", 20_798, "pass_bar", "1", ["male", "race"]),
        ("acs-income", None, "income_above_50000", "yes", ["SEX", "RAC1P"]),
    ],
)
def test_roles_are_set(
    loaded: dict[str, Dataset], name: str, rows: int | None, target: str, positive: str, sensitive: list[str]
) -> None:
    data, schema = loaded[name], loaded[name].schema
    assert rows in (None, len(data.frame))
    assert (schema.target, schema.positive, schema.favorable, schema.favorable_guess) == (
        target,
        positive,
        "positive",
        "",
    )
    assert schema.sensitive == sensitive
    assert schema_mismatches(data.frame, schema) == []
    assert not any(column.guessed for column in schema.columns)
    check_ready(data.frame, schema)
    assert BUILT_IN[name].credit


def test_german_has_sex_and_marital_status_in_place_of_one_code(loaded: dict[str, Dataset]) -> None:
    frame, schema = loaded["german"].frame, loaded["german"].schema
    assert "personal_status" not in frame
    assert set(frame.loc[frame["marital_status"] == "single", "sex"]) == {"male"}
    assert schema.column("age").bin_edges == (26.0,)
    assert frame["risk"].value_counts().to_dict() == {"good": 700, "bad": 300}


def test_no_model_learns_the_length_of_a_call(loaded: dict[str, Dataset]) -> None:
    assert "duration" not in loaded["bank"].schema.features
    assert any("'duration' is ignored" in note for note in loaded["bank"].notes)


def test_acs_income_is_folktables_selection(loaded: dict[str, Dataset]) -> None:
    frame = loaded["acs-income"].frame
    assert 0 < len(frame) < 3000
    assert frame["AGEP"].min() > 16
    assert set(frame["SEX"]) == {"male", "female"}
    assert {"White", "Black"} < set(frame["RAC1P"])
    assert loaded["acs-income"].schema.column("OCCP").kind == "categorical"
    assert "0010" in set(frame["OCCP"])  # leading zeros are kept


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("german", look_alikes.of_german(699, 301), "700 of '1' and 300 of '2'"),
        ("german", look_alikes.of_german().replace(b"A91 ", b"A99 ", 1), "column 'personal_status' holds 'A99'"),
        ("german", b"a page that says sorry\n", "does not have 21 values"),
        ("bank", b"no zip", "not the published zip"),
        ("bank", look_alikes.in_zip("other.csv", b""), "not the published zip with 'bank-full.csv'"),
        ("bank", look_alikes.in_zip(bank.MEMBER, look_alikes.of_bank(5, 5)), "5,289 of 'yes'"),
        ("law", look_alikes.of_law(100), "20,798 rows: it has 100"),
        ("law", look_alikes.of_law(3).replace(b"race", b"ethnicity"), "no column 'race'"),
        (
            "acs-income",
            look_alikes.in_zip(acs_income.MEMBER, look_alikes.of_acs_income(9).replace(b",01,", b",02,")),
            "column 'ST' holds '02'",
        ),
    ],
)
def test_another_file_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    put(tmp_path, name, content)
    monkeypatch.setenv("EVENHAND_DATA", str(tmp_path))
    with pytest.raises(DataError, match=why):
        load(name)


@pytest.mark.parametrize("name", list(FILES))
def test_a_file_that_is_absent_names_its_source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.setenv("EVENHAND_DATA", str(tmp_path))
    with pytest.raises(DataError) as raised:
        load(name)
    assert TABLES[name].url in str(raised.value)


def test_german_is_audited(loaded: dict[str, Dataset]) -> None:
    found = audit_dataset(loaded["german"])
    assert {one.sensitive for one in found.records if one.protocol == "data"} >= {"sex", "age"}


UPLOADS = {
    "bank": (look_alikes.of_bank(180, 1320), "y", "yes", ["marital"]),
    "law": (look_alikes.of_law(1500), "pass_bar", "1", ["male", "race"]),
    "students": (look_alikes.of_students(), "G3", None, ["sex"]),
    "aequitas": (look_alikes.of_aequitas(), "label_value", "1", ["race", "sex", "age_cat"]),
}


@pytest.mark.parametrize("name", list(UPLOADS))
def test_an_upload_gets_sensible_roles_and_is_audited(tmp_path: Path, name: str) -> None:
    content, target, positive, sensitive = UPLOADS[name]
    path = tmp_path / f"{name}.csv"
    path.write_bytes(content)
    data = load(path)
    assert (data.schema.target, data.schema.positive, data.schema.sensitive) == (target, positive, sensitive)
    if name == "students":
        assert data.schema.threshold == data.frame["G3"].median()
        assert any("from its median" in note for note in data.notes)
    if name == "law":
        assert (data.schema.favorable, bool(data.schema.favorable_guess)) == ("positive", True)
    found = audit_dataset(data)
    assert {one.sensitive for one in found.records} >= set(sensitive)


def test_the_binary_score_of_aequitas_is_a_prediction(tmp_path: Path) -> None:
    path = tmp_path / "compas_for_aequitas.csv"
    path.write_bytes(look_alikes.of_aequitas())
    found = eh.audit(path, target="label_value", positive="1", sensitive=["race", "sex"], prediction="score")
    assert "score" in set(found.to_frame()["source"])


def test_an_upload_of_the_census_asks_for_the_outcome(tmp_path: Path) -> None:
    path = tmp_path / "psam_p01.csv"
    path.write_bytes(look_alikes.of_acs_income(1500))
    read = load(path)
    assert read.schema.sensitive == ["SEX", "RAC1P"]
    chosen = load(path, target="PINCP", threshold=50_001, favorable="60000")
    assert (chosen.schema.target, chosen.schema.threshold, chosen.schema.favorable) == ("PINCP", 50_001, "positive")
    assert chosen.frame["PINCP"].notna().all()
