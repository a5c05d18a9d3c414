"""A run with a target parity ratio."""

from pathlib import Path

import pandas as pd
import pytest

from core import pipeline
from core.audit.record_set import RecordSet
from core.audit.repair_level import CHOSEN, PROTOCOLS, source_name
from core.config import run_config
from core.data.sources.load import load
from core.events import Event
from core.pipeline import (
    GenerateRequest,
    RunResult,
    effective_config,
    generate,
    repair_level_search,
    resume,
    run,
    stages,
    verify,
)
from core.pipeline.repair_level_search import REPAIR_LEVELS, RepairLevelSearch
from core.report.output.readback import read_report
from core.runs.run_folder import RunFolder

CONFIG = run_config(
    preset="fast", epochs=1, audit_seeds=(0,), pictures="none", generator_draws=1, device="cpu", target_dpr=0.5
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunResult, list[Event]]:
    folder = tmp_path_factory.mktemp("repair_level_search") / "run"
    events: list[Event] = []
    return folder, run(load("demo", rows=600), CONFIG, folder, events.append), events


def test_every_strength_is_measured_on_validation_rows_under_both_protocols(finished):
    records = finished[1].records
    for protocol in PROTOCOLS.values():
        found = RecordSet(records).where(protocol=protocol, metric="accuracy")
        assert {r.source for r in found} == {"constant", *map(source_name, REPAIR_LEVELS)}
        assert {(r.split, r.n) for r in found} == {("validation", 120)}
        assert (
            len(RecordSet(records).where(protocol=protocol, metric="demographic_parity_ratio"))
            == len(REPAIR_LEVELS) + 1
        )
    assert len(RecordSet(records).where(protocol="repair_level_search", metric="labels_changed")) == len(REPAIR_LEVELS)
    assert all(r.seed is None for r in records if r.protocol in PROTOCOLS.values())


def test_the_choice_is_kept_said_and_used(finished, tmp_path):
    path, result, _ = finished
    folder = RunFolder.open(path)
    choice = folder.repair_level_search.read(RepairLevelSearch).choice
    assert effective_config(folder).label_settings(folder.schema.read()).repair_level == choice.repair_level
    assert folder.config.read()["repair_level"] is None
    assert set(choice.why) <= set(result.notes)
    manifest = folder.manifest.read()
    assert manifest["settings"]["labels"]["repair_level"] == choice.repair_level
    assert manifest["trade_off"]["why"] == list(choice.why)
    (chosen,) = RecordSet(result.records).where(metric=CHOSEN)
    assert chosen.value == choice.repair_level
    given = {"rows": len(folder.artifacts.table("train")), "seed": CONFIG.seed}
    generate(path, GenerateRequest(**given), tmp_path / "same.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "same.parquet"), folder.synthetic.read())
    other = 0.0 if choice.repair_level > 0.5 else 1.0
    generate(path, GenerateRequest(repair_level=other, **given), tmp_path / "other.parquet")
    assert not pd.read_parquet(tmp_path / "other.parquet").equals(folder.synthetic.read())


def test_the_stage_tells_of_its_progress_and_leaves_the_curves_to_the_training(finished):
    told = [event for event in finished[2] if event.stage == "repair_level_search"]
    assert [event.step for event in told] == sorted(event.step for event in told)
    assert told[-1].step == told[-1].total
    assert not any(event.losses for event in told)
    assert sum(event.seconds_left is not None for event in told) >= len(REPAIR_LEVELS)
    assert [event.stage for event in finished[2]].index("repair_level_search") == 0


def test_verify_covers_the_choice(finished):
    path = finished[0]
    assert [finding for finding in verify(path) if not finding.agrees] == []
    kept = (path / "repair_level_search.json").read_bytes()
    (path / "repair_level_search.json").write_bytes(kept.replace(b"0", b"1", 1))
    assert [finding.name for finding in verify(path) if not finding.agrees] == ["repair_level_search.json"]
    (path / "repair_level_search.json").write_bytes(kept)


def test_the_report_shows_the_trade_off(finished):
    html = (finished[0] / "report.html").read_text(encoding="utf-8")
    assert "on validation rows, model sees the group</h4>" in html
    read = read_report(finished[0] / "report.html")
    shown = {
        cell.place
        for cell in read.cells
        if cell.table in {"Amounts of repair tried", "Target and amount of outcome repair"}
    }
    mine = {place for place, r in enumerate(read.records) if r.protocol in PROTOCOLS.values()}
    assert shown == mine


def test_an_interrupted_run_does_not_look_for_its_strength_again(finished, tmp_path, monkeypatch):
    monkeypatch.setattr(stages, "audit", lambda _, listener, **_options: listener(Event("audit", 0, 1)) or [])

    def stop(event: Event) -> None:
        if event.stage == "student":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(load("demo", rows=600), CONFIG, tmp_path / "run", stop)
    again: list[Event] = []
    result = resume(tmp_path / "run", again.append)
    assert "repair_level_search" not in {event.stage for event in again}
    assert result.notes == finished[1].notes
    for name in ("repair_level_search.json", "synthetic.parquet", "manifest.json"):
        assert (tmp_path / "run" / name).read_bytes() == (finished[0] / name).read_bytes(), name
    assert RunFolder.open(tmp_path / "run").job.events()[0].stage == "repair_level_search"


def test_interrupted_in_its_middle_it_comes_to_the_same_choice(finished, tmp_path, monkeypatch):
    monkeypatch.setattr(stages, "generate_product", lambda *_: None)
    monkeypatch.setattr(stages, "_audit_run", lambda *_: None)

    def stop(event: Event) -> None:
        if event.seconds_left is not None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(load("demo", rows=600), CONFIG, tmp_path / "run", stop)
    folder = RunFolder.open(tmp_path / "run")
    assert not folder.repair_level_search.exists()
    repair_level_search.search_repair_level(folder, lambda _: None)
    assert (tmp_path / "run" / "repair_level_search.json").read_bytes() == (
        finished[0] / "repair_level_search.json"
    ).read_bytes()


def test_another_run_in_the_folder_forgets_the_choice(finished, tmp_path):
    folder = RunFolder.create(tmp_path / "run")
    folder.repair_level_search.save(RunFolder.open(finished[0]).repair_level_search.read(RepairLevelSearch))
    assert folder.repair_level_search.exists()
    assert not RunFolder.create(tmp_path / "run").repair_level_search.exists()


def test_a_tolerance_for_an_outcome_of_several_values_is_searched_alike(tmp_path):
    data = load("demo", rows=600)
    other = next(c.name for c in data.schema.columns if data.frame[c.name].nunique() == 3)
    frame = data.frame.assign(**{data.schema.target: data.frame[other].astype("str")})
    positive = str(frame[data.schema.target].iloc[0])
    schema = (
        data.schema.without_outcome().edited(data.schema.target, kind="categorical").with_outcome(positive=positive)
    )
    config = run_config(
        preset="fast", epochs=1, audit_seeds=(0,), pictures="none", generator_draws=1, device="cpu", epsilon=0.1
    )
    folder = pipeline.prepare(type(data)(**{**data.__dict__, "frame": frame, "schema": schema}), config, tmp_path / "r")
    repair_level_search.search_repair_level(folder, lambda _: None)
    found = folder.repair_level_search.read(RepairLevelSearch)
    assert (found.choice.metric, found.choice.target) == ("demographic_parity_difference", 0.1)
    assert len(RecordSet(found.records).where(metric="demographic_parity_difference", protocol=PROTOCOLS["A"])) > 8
    assert effective_config(folder).epsilon is None
    assert "DPD" in found.choice.why[0]


def test_records_of_strengths_only_tried_lead_no_sentence(finished):
    result = finished[1]
    assert not any("repair level " in sentence for sentence in result.conclusions.sentences)
    assert pipeline.all_records(RunFolder.open(finished[0])) == result.records
