import math

import pytest
from pydantic import BaseModel

from core.audit.records import Record, Status
from core.data.column import Column
from core.data.schema import Schema
from core.errors import RunError
from core.runs.run_folder import RunFolder
from core.runs.stored_files import JsonFile, ModelFile, StoredFile, TextFile


class Config(BaseModel):
    seed: int = 3


@pytest.fixture
def folder(tmp_path):
    return RunFolder.create(tmp_path / "run")


@pytest.mark.parametrize("name", ["config", "schema", "environment", "metrics"])
def test_what_was_not_reached_is_said(folder, name):
    file = getattr(folder, name)
    with pytest.raises(RunError, match=rf"no {name}\.json"):
        file.read(*([Record] if name == "metrics" else []))


@pytest.mark.parametrize("name", ["config", "schema", "environment", "metrics", "notes"])
def test_damaged_files_are_said(folder, name):
    (folder.path / f"{name}.json").write_bytes(b"\xff{")
    file = getattr(folder, name)
    with pytest.raises(RunError, match="damaged"):
        file.read(*([Record] if name == "metrics" else []))


def test_config_schema_environment_notes_manifest_come_back(folder):
    schema = Schema(columns=(Column(name="pay", kind="integer", role="target"),), threshold=5)
    folder.config.save(Config())
    folder.schema.save(schema)
    folder.environment.save("cpu", 2)
    folder.notes.save(["Column 'id' was left out."])
    folder.manifest.save({"rows": 10})
    again = RunFolder.open(folder.path)
    assert again.config.read() == {"seed": 3}
    assert again.schema.read() == schema
    assert again.environment.read()["threads"] == 2
    assert again.notes.read() == ["Column 'id' was left out."]
    assert again.manifest.read() == {"rows": 10}


def test_notes_and_manifest_may_be_absent(folder):
    assert folder.notes.read() == []
    assert folder.manifest.read() == {}


def test_records_come_back_and_nan_is_null(folder):
    records = [
        Record(source="original", protocol="A", metric="accuracy", value=0.1 + 0.2, n=5),
        Record(source="constant", protocol="A", metric="auc", value=math.nan, status=Status.UNDEFINED),
    ]
    folder.metrics.save(records)
    assert "NaN" not in (folder.path / "metrics.json").read_text()
    first, second = folder.metrics.read(Record)
    assert first == records[0]
    assert (second.value, second.status) == (None, Status.UNDEFINED)


def test_the_same_records_make_the_same_bytes(folder):
    records = [Record(source="original", protocol="A", metric="accuracy", value=1 / 3)]
    folder.metrics.save(records)
    first = (folder.path / "metrics.json").read_bytes()
    folder.metrics.save(folder.metrics.read(Record))
    assert (folder.path / "metrics.json").read_bytes() == first


class Answer(BaseModel):
    text: str = ""


def test_an_optional_file_reads_as_empty_and_another_is_reported_missing(tmp_path):
    assert JsonFile(tmp_path, "a.json", optional=True).read() == {}
    assert ModelFile(tmp_path, "a.json", optional=True).read(Answer) == Answer()
    with pytest.raises(RunError, match=r"no a\.json"):
        JsonFile(tmp_path, "a.json").read()
    with pytest.raises(RunError, match=r"no a\.json"):
        ModelFile(tmp_path, "a.json").read(Answer)


def test_an_optional_file_that_is_damaged_is_reported(tmp_path):
    file = JsonFile(tmp_path, "a.json", optional=True)
    file.path.write_text("[]")
    with pytest.raises(RunError, match="damaged"):
        file.read()


def test_after_save_is_called_with_the_name_once_the_file_is_there(tmp_path):
    seen = []
    file = TextFile(tmp_path, "a.txt", after_save=lambda name: seen.append((name, (tmp_path / name).read_text())))
    assert file.save("one") == tmp_path / "a.txt"
    assert seen == [("a.txt", "one")]


def test_a_failing_save_does_not_call_after_save(tmp_path):
    (tmp_path / "a.txt").mkdir()  # nothing can replace a folder
    seen = []
    with pytest.raises(OSError, match=r"a\.txt"):
        TextFile(tmp_path, "a.txt", after_save=seen.append).save("one")
    assert seen == []


def test_removing_what_is_not_there_is_no_error(tmp_path):
    file = StoredFile(tmp_path, "deep/a.csv")
    file.remove()
    assert not file.exists()
