import pytest

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.config import run_config
from core.data.examples import Examples
from core.data.holdout_split import split
from core.data.sources.load import load
from core.pipeline import audit_dataset, run, stages, verify
from core.pipeline.plots import PROJECTIONS, PlotInputs, make_plots, read_plot_data, read_projection
from core.runs.run_folder import RunFolder
from tests.core.report.samples import sample_records


@pytest.fixture
def inputs():
    data = load("demo", rows=300)
    parts = split(data, seed=0)
    theirs = Examples(parts.train.sample(200, random_state=0))
    return PlotInputs(data.schema, Examples(parts.train), Examples(parts.holdout), {"theirs": theirs})


def test_a_file_and_the_original_are_drawn_and_explained(inputs):
    events = []
    made = make_plots(inputs, PROJECTIONS["pca"], events.append)
    assert {r.source for r in made.records if r.protocol == "explanation"} == {"original", "theirs"}
    assert [r.metric for r in made.records if r.protocol == "overlay"] == ["c2st_auc"]
    assert set(made.tables) == {"overlay-rows-pca", "marginals", "pairs", "reliability", "roc", "score-shares"}
    assert events[-1].step == events[-1].total
    assert made.skipped == []


def test_impossible_plots_are_named_and_the_others_are_computed(inputs):
    few = PlotInputs(inputs.schema, inputs.train, inputs.holdout, {"theirs": Examples(inputs.train.frame.head(5))})
    made = make_plots(few, PROJECTIONS["pca"], lambda _: None)
    assert any("needs at least 10" in sentence for sentence in made.skipped)
    assert len(made.skipped) == 1
    assert {r.source for r in made.records} == {"original", "theirs"}
    assert "marginals" in made.tables


def test_a_run_keeps_what_its_report_draws(tmp_path, monkeypatch):
    monkeypatch.setattr(stages, "audit", lambda *_, **_options: sample_records())
    run(load("demo", rows=200), run_config(preset="fast", epochs=1, device="cpu"), tmp_path / "run")
    folder = RunFolder.open(tmp_path / "run")
    records = folder.metrics.read(Record)
    kept = read_projection(folder, "latents", "pca", records)
    assert set(kept.points["source"]) == {"teacher", "student"}
    assert {record.metric for record in kept.records} == {"c2st_auc", "pair_distance"}
    assert read_projection(folder, "latents", "umap", records) is None
    found = read_plot_data(folder)
    assert len(found.clouds(RecordSet())) == 4
    assert set(found.pairs) == {"real hold-out", "synthetic"}
    assert [one.column.name for one in found.marginals][:2] == [c.name for c in folder.schema.read().columns][:2]
    report = folder.report_html.path.read_text(encoding="utf-8")
    for part in (
        "PCA of full model and compact model",
        "Drivers of the prediction",
        "Full model: total loss",
        "Pairs of columns",
    ):
        assert part in report
    assert all(finding.agrees for finding in verify(folder.path))
    assert (folder.path / "tables" / "overlay-rows-pca.parquet").stat().st_mode & 0o777 == 0o600


def test_an_audit_can_leave_plots_out(tmp_path):
    result = audit_dataset(load("demo", rows=200), run_config(pictures="none"), out=tmp_path / "a")
    assert not {r.protocol for r in result.records} & {"explanation", "overlay"}
    assert not RunFolder.open(tmp_path / "a").pictures.exists()
    assert all(finding.agrees for finding in verify(tmp_path / "a"))


@pytest.mark.slow
def test_all_methods_on_a_small_table(inputs):
    made = make_plots(inputs, PROJECTIONS["all"], lambda _: None)
    assert {name for name in made.tables if name.startswith("overlay")} == {
        "overlay-rows-pca",
        "overlay-rows-tsne",
        "overlay-rows-umap",
    }
