"""Another kind of data: the module `sequences` and one entry in DATA_KINDS."""

import pandas as pd
import pytest

from core.audit import adversary
from core.audit.record_set import RecordSet
from core.audit.run import AuditInput, audit
from core.config import run_config
from core.data.data_kinds import DATA_KINDS
from core.data.examples import Examples
from core.downstream_classifiers import random_forest
from core.errors import ConfigError, DataError
from core.modalities.catalog import modality_of
from core.modalities.reopen import reopened
from core.pipeline import GenerateRequest, audit_dataset, generate, run, verify
from core.pipeline.method_runs import in_catalog_order, read_method_run
from core.report.frameworks.wording import about_method
from core.report.tables.limits import untested_table
from core.runs.run_folder import RunFolder
from tests.core.modalities import sequences


@pytest.fixture(autouse=True)
def third_kind(monkeypatch):
    """Sequences beside tables and images; small classifiers, as nothing is measured here."""
    monkeypatch.setitem(DATA_KINDS, "sequence", sequences.DATA_KIND)
    monkeypatch.setattr(random_forest, "TREES", 10)
    monkeypatch.setattr(adversary, "ROUNDS", 10)


def test_a_third_kind_is_audited_with_a_file_and_reopened(tmp_path):
    modality, theirs = modality_of(sequences.SCHEMA), sequences.sequences(240, 1)
    modality.write([theirs], sequences.SCHEMA, tmp_path / "theirs.csv")
    data = sequences.dataset()
    result = audit_dataset(data, synthetic=tmp_path / "theirs.csv", out=tmp_path / "run")
    where = {"protocol": "B", "metric": "accuracy", "sensitive": None, "seed": None, "positive": "yes"}
    for source in ("original", "theirs"):
        assert RecordSet(result.records).one(source=source, **where).value > 0.8
        assert RecordSet(result.records).one(source=source, metric="sequence_copies").value == 0
    assert not any(record.metric.startswith("proxy") for record in result.records)
    assert any("step by step" in record.note for record in result.records if record.protocol == "fidelity")
    assert {record.source for record in result.records if record.protocol == "overlay"} == {"theirs"}
    folder = RunFolder.open(tmp_path / "run")
    manifest = folder.manifest.read()
    assert manifest["sequences"] == {"steps": 8}
    not_tested = dict(
        tuple(cell.text for cell in row) for row in untested_table(RecordSet(result.records), manifest).rows
    )
    assert "a toy classifier of sequences" in not_tested["Other classifiers"]
    assert not_tested["Other steps"] == "Each sequence has eight steps."
    assert "Who can be seen" not in not_tested
    again = reopened(folder)
    assert len(again.frame) + len(again.holdout) == len(data.frame)
    kept, given = (one.attachments.table.sort_index() for one in (again, data))
    pd.testing.assert_frame_equal(kept, given, check_names=False)


def test_a_third_kind_goes_through_a_whole_run_and_makes_more(tmp_path):
    config = run_config(method="bootstrap", preset="fast", device="cpu", audit_seeds=(0,), generator_draws=2)
    result = run(sequences.dataset(), config, tmp_path / "run")
    where = {"protocol": "B", "metric": "accuracy", "sensitive": None, "positive": "yes", "seed": 0}
    assert RecordSet(result.records).one(source="synthetic", **where).value > 0.8
    assert RecordSet(result.records).one(source="synthetic", metric="sequence_copies").value == 0
    assert any(record.protocol == "change B" for record in result.records)
    folder = RunFolder.open(tmp_path / "run")
    made = modality_of(sequences.SCHEMA).load(folder, sequences.SCHEMA, "synthetic")
    assert made.attachments.table.shape == (240, 8)
    assert folder.manifest.read()["method"] == "Bootstrap"
    assert all(finding.agrees for finding in verify(tmp_path / "run"))
    assert in_catalog_order([folder]) == [folder]
    assert read_method_run(folder, result.records).title == "Bootstrap"
    assert about_method(sequences.BOOTSTRAP) in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    generate(tmp_path / "run", GenerateRequest(30, seed=5), out=tmp_path / "more.csv")
    more = pd.read_csv(tmp_path / "more.csv")
    assert list(more.columns) == [*sequences.SCHEMA.names, *sequences.STEPS]
    assert len(more) == 30
    with pytest.raises(ConfigError, match="does not accept shares"):
        generate(tmp_path / "run", GenerateRequest(3, group="f"), out=tmp_path / "more.csv")


def test_its_files_are_bounded_by_their_endings(tmp_path):
    with pytest.raises(ConfigError, match="must end in"):
        modality_of(sequences.SCHEMA).check_suffix(tmp_path / "some.zip")


def test_rows_that_lack_their_attachments_are_refused():
    real = sequences.sequences(50, 0)
    bare = Examples(real.frame)
    with pytest.raises(DataError, match="rows of 'theirs' have no sequences"):
        audit(AuditInput(sequences.SCHEMA, real, real, {"theirs": bare}, kind=sequences.SequenceAudit()))


def test_a_table_is_what_no_column_makes_something_else():
    plain = sequences.SCHEMA.replaced(columns=sequences.SCHEMA.columns[1:])
    assert modality_of(plain).words.many == "rows"
    assert modality_of(sequences.SCHEMA).words.many == "sequences"
