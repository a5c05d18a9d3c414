"""The settings of an audit reach the classifiers, the split, the manifest and the report."""

import json
import zipfile
from dataclasses import replace

import pytest

from core.audit.record_set import RecordSet
from core.config import run_config
from core.data.examples import Examples
from core.data.holdout_split import split
from core.data.sources.load import load
from core.errors import ConfigError, DataError
from core.pipeline import audit_dataset, prepare
from core.pipeline.external_file import read_synthetic
from core.report.tables.limits import classifier_title
from core.runs.run_folder import RunFolder


@pytest.mark.parametrize("classifier", ["boosting", pytest.param("logistic", marks=pytest.mark.slow)])
def test_another_classifier_and_another_fraction(tmp_path, classifier):
    out = tmp_path / "audit"
    result = audit_dataset(load("demo", rows=300), run_config(holdout_fraction=0.4, classifier=classifier), out=out)
    accuracy = RecordSet(result.records).overall.where(source="original", protocol="A", metric="accuracy")
    assert {record.n for record in accuracy} == {120}
    assert all(record.value > 0.6 for record in accuracy)
    folder = RunFolder.open(out)
    assert (folder.config.read()["classifier"], folder.config.read()["holdout_fraction"]) == (classifier, 0.4)
    assert folder.manifest.read()["config"]["classifier"] == classifier
    title = classifier_title(folder.manifest.read())
    assert title != classifier_title({})
    assert title in folder.report_html.path.read_text()
    assert RecordSet(result.records).where(protocol="explanation")
    assert not RecordSet(result.records).where(metric="shap_agreement")


def test_classifiers_differ():
    table, found = load("demo", rows=300), []
    for classifier in ("forest", "boosting", "logistic"):
        records = audit_dataset(table, run_config(pictures="none", classifier=classifier)).records
        areas = RecordSet(records).where(source="original", protocol="A", metric="auc")
        found.append(json.dumps([one.value for one in areas]))
    assert len(set(found)) == 3


def test_images_have_their_own_classifier(tmp_path):
    digits = load("color-digits", image_size=8)
    few = replace(digits, frame=digits.frame.head(60), holdout=digits.holdout.head(40))
    with pytest.raises(ConfigError, match="tables only"):
        audit_dataset(few, run_config(classifier="logistic"))
    with pytest.raises(ConfigError, match="tables only"):
        prepare(few, run_config(classifier="boosting"), tmp_path / "run")


def test_a_fraction_of_what_has_a_holdout_of_its_own_is_refused(tmp_path):
    table = replace(load("demo", rows=200), holdout=load("demo", rows=100, seed=1).frame)
    with pytest.raises(ConfigError, match="its own hold-out rows"):
        audit_dataset(table, run_config(holdout_fraction=0.3))
    with pytest.raises(ConfigError, match="its own hold-out rows"):
        prepare(table, run_config(holdout_fraction=0.3), tmp_path / "run")
    drawn = prepare(replace(table, official=False), run_config(holdout_fraction=0.3), tmp_path / "run")
    assert len(drawn.artifacts.table("holdout")) == 100


def test_methods_take_the_run_s_classifier():
    schema = load("demo", rows=100).schema
    assert run_config(classifier="logistic").settings_for(schema).classifier == "logistic"
    chosen = run_config(method="threshold-optimizer", classifier="boosting")
    assert chosen.settings_for(schema).classifier == "boosting"
    own = run_config(method="threshold-optimizer", hyperparameters={"classifier": "logistic"})
    assert own.settings_for(schema).classifier == "logistic"
    with pytest.raises(ConfigError, match="classifier"):
        run_config(classifier="svm")


def test_the_errors_of_a_synthetic_zip_are_about_the_synthetic_file(tmp_path):
    real = load("color-digits")
    parts = split(real)
    train, holdout = (Examples(part, real.attachments) for part in (parts.train, parts.holdout))
    with zipfile.ZipFile(tmp_path / "theirs.zip", "w") as theirs:
        theirs.writestr("a.png", b"no picture")
    for name in ("theirs.zip", "none.zip"):
        with pytest.raises(DataError) as found:
            read_synthetic(tmp_path / name, real.schema, train, holdout)
        assert found.value.field == "synthetic"
        assert found.value.problem.remedies == ()


def test_that_independence_is_unknown_is_said_once_with_the_notes():
    table = load("demo", rows=240)
    file = {"made": table.frame.sample(frac=1.0, random_state=0)}
    config = run_config(pictures="none")
    said = [note for note in audit_dataset(table, config, synthetic=file).notes if "Independence unknown" in note]
    assert len(said) == 1
    assert not [note for note in audit_dataset(table, config).notes if "Independence unknown" in note]
