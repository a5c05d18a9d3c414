"""The closed loop on a small table."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.config import run_config
from core.data.external import read_external
from core.data.io.table_writer import write_csv
from core.data.schema import Schema
from core.data.sources.load import load
from core.errors import ConfigError, DataError, RunError, SchemaError
from core.events import Event
from core.pipeline import (
    GenerateRequest,
    RunResult,
    audit_dataset,
    generate,
    group_choices,
    prepare,
    resume,
    run,
    stages,
)
from core.pipeline.generation_stage import generate_product
from core.runs.run_folder import RunFolder
from core.runs.state import Status

CONFIG = run_config(preset="fast", epochs=2, audit_seeds=(0,), seed=1, pictures="none")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunResult, list[Event]]:
    folder = tmp_path_factory.mktemp("pipeline") / "run"
    events: list[Event] = []
    result = run(load("demo", rows=500), CONFIG, folder, events.append)
    return folder, result, events


def test_a_run_leaves_everything_it_promises(finished: tuple[Path, RunResult, list[Event]]) -> None:
    folder, result, events = finished
    for name in (
        "config.json",
        "schema.json",
        "environment.json",
        "state.json",
        "events.jsonl",
        "metrics.json",
        "synthetic.parquet",
        "synthetic.csv",
        "report.html",
    ):
        assert (folder / name).stat().st_size > 0, name
    assert RunFolder.open(folder).job.state().status is Status.DONE
    kept = RunFolder.open(folder)
    assert [*kept.metrics.read(Record), *kept.times.read(Record)] == result.records
    assert {event.stage for event in events} >= {"teacher", "student", "labels", "generate", "audit"}
    assert not list(folder.rglob("*.tmp"))
    assert not [path for path in folder.rglob("*") if path.suffix in {".pkl", ".pt", ".joblib"}]


def test_the_synthetic_files_have_the_originals_columns_order_and_types(
    finished: tuple[Path, RunResult, list[Event]],
) -> None:
    folder = RunFolder.open(finished[0])
    schema = folder.schema.read().generated
    read, _ = read_external(folder.synthetic_csv.path, schema)
    assert list(read.columns) == schema.names
    pd.testing.assert_frame_equal(read, folder.synthetic.read())
    header = folder.synthetic_csv.path.read_text(encoding="utf-8").splitlines()[0]
    assert header.split(",") == schema.names


def test_nothing_learns_the_reference_outcome_and_classifiers_are_judged_by_it(
    finished: tuple[Path, RunResult, list[Event]], tmp_path: Path
) -> None:
    folder, records = RunFolder.open(finished[0]), RecordSet(finished[1].records)
    assert folder.schema.read().reference == "deserved"
    assert "deserved" in folder.artifacts.table("train")
    assert "deserved" not in folder.synthetic.read()
    for name in ("more.csv", "more.parquet"):
        generate(finished[0], GenerateRequest(rows=20), tmp_path / name)
    assert "deserved" not in (tmp_path / "more.csv").read_text(encoding="utf-8")
    assert "deserved" not in pd.read_parquet(tmp_path / "more.parquet")
    for protocol in ("A reference", "B reference"):
        assert set(records.where(protocol=protocol).sources) >= {"constant", "original", "student", "synthetic"}
    assert records.where(protocol="change reference", metric="equalized_odds_difference", source="synthetic")
    used = {record.metric.partition(":")[2] for record in records.without(metric="missing:deserved")}
    assert "deserved" not in used
    assert "against the reference outcome" in folder.report_html.path.read_text(encoding="utf-8").lower()


def test_every_source_stands_beside_the_constant(finished: tuple[Path, RunResult, list[Event]]) -> None:
    records = finished[1].records
    for protocol in ("A", "B"):
        found = {r.source for r in records if r.protocol == protocol and r.metric == "accuracy"}
        assert found >= {"original", "teacher", "student", "synthetic", "constant"}
    assert {r.source for r in records if r.protocol == "C"} == {"teacher", "student"}
    changed = [r for r in records if r.metric == "labels_changed"]
    assert {r.group for r in changed} == {None, "female", "male"} or len(changed) == 3


def test_further_draws_are_kept_and_compared(finished: tuple[Path, RunResult, list[Event]]) -> None:
    folder, records = RunFolder.open(finished[0]), finished[1].records
    assert not folder.artifacts.table("synthetic_seed_2").equals(folder.artifacts.table("synthetic_seed_3"))
    assert len(folder.artifacts.table("synthetic_seed_2")) == len(folder.synthetic.read())
    ratios = {"protocol": "generators", "metric": "demographic_parity_ratio", "sensitive": "sex", "positive": "yes"}
    assert [record.seed for record in RecordSet(records).where(**ratios)] == [1, 2, 3, None]
    assert {r.source for r in records if r.protocol == "change"} == {"teacher", "student", "synthetic"}


def test_the_distillation_is_audited(finished: tuple[Path, RunResult, list[Event]]) -> None:
    records = RecordSet(finished[1].records).where(protocol="distillation", sensitive=None)
    agreement = {r.source: r.value for r in records if r.metric == "decoded_agreement"}
    assert set(agreement) == {"teacher", "student"}
    assert all(0 < (value or 0) <= 1 for value in agreement.values())
    assert RecordSet(finished[1].records).where(metric="adversary_auc_difference")


def test_same_seed_same_bytes(finished: tuple[Path, RunResult, list[Event]], tmp_path: Path) -> None:
    outs = [tmp_path / name for name in ("a.csv", "b.csv", "c.csv")]
    for out, seed in zip(outs, (7, 7, 8), strict=True):
        generate(finished[0], GenerateRequest(rows=40, seed=seed), out)
    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert outs[0].read_bytes() != outs[2].read_bytes()


def test_generate_one_group(finished: tuple[Path, RunResult, list[Event]], tmp_path: Path) -> None:
    folder = RunFolder.open(finished[0])
    group = sorted(folder.synthetic.read()["sex"].unique())[0]
    generate(finished[0], GenerateRequest(rows=25, group=group, repair_level=0.0), tmp_path / "one.parquet")
    assert set(pd.read_parquet(tmp_path / "one.parquet")["sex"]) == {group}
    with pytest.raises(ConfigError, match="Give either one group or shares of groups"):
        generate(finished[0], GenerateRequest(rows=5, group=group, proportions={group: 1.0}), tmp_path / "x.csv")
    with pytest.raises(ConfigError, match=r"\.csv or \.parquet"):
        generate(finished[0], GenerateRequest(rows=5), tmp_path / "x.txt")
    with pytest.raises(ConfigError, match=r"The folder '.*nowhere' does not exist"):
        generate(finished[0], GenerateRequest(rows=5), tmp_path / "nowhere" / "x.csv")


def test_what_is_not_a_finished_run_generates_nothing(tmp_path: Path) -> None:
    RunFolder.create(tmp_path / "half")
    with pytest.raises(RunError, match="not a finished run"):
        generate(tmp_path / "half", GenerateRequest(rows=5), tmp_path / "x.csv")


def test_a_cancelled_run_says_so_and_keeps_its_events(tmp_path: Path) -> None:
    def stop(event: Event) -> None:
        if event.stage == "teacher":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(load("demo", rows=200), CONFIG, tmp_path / "run", stop)
    folder = RunFolder.open(tmp_path / "run")
    assert folder.job.state().status is Status.CANCELLED
    assert folder.job.events()


@pytest.mark.parametrize("stage", ["student", "generate", "audit"])
def test_an_interrupted_run_goes_on_to_the_same_bytes(
    finished: tuple[Path, RunResult, list[Event]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setattr(stages, "audit", lambda _, listener, **_options: listener(Event("audit", 0, 1)) or [])

    def stop(event: Event) -> None:
        if event.stage == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(load("demo", rows=500), CONFIG, tmp_path / "run", stop)
    again: list[Event] = []
    result = resume(tmp_path / "run", again.append)
    assert "teacher" not in {event.stage for event in again}
    for name in (
        "synthetic.parquet",
        "synthetic.csv",
        "tables/teacher.parquet",
        "tables/synthetic_seed_2.parquet",
        "latents/student.safetensors",
    ):
        assert (tmp_path / "run" / name).read_bytes() == (finished[0] / name).read_bytes(), name
    assert result.notes == finished[1].notes
    assert len([e for e in RunFolder.open(tmp_path / "run").job.events() if e.stage == "student" and e.losses]) == 2


def test_a_finished_run_keeps_real_and_synthetic_rows_and_latents_for_its_owner_only(
    finished: tuple[Path, RunResult, list[Event]],
) -> None:
    folder = RunFolder.open(finished[0])
    rows = [len(folder.artifacts.table(name)) for name in ("train", "holdout")]
    assert rows == [400, 100]
    for name in ("teacher", "student"):
        latents = folder.artifacts.latents(name)
        assert [len(latents.train), len(latents.holdout)] == rows
        assert latents.train.dtype == np.float32
        assert list(folder.artifacts.table(name).columns) == folder.schema.read().generated.names
    for path in (*folder.path.glob("tables/*"), *folder.path.glob("latents/*"), *folder.path.glob("weights/*")):
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_table_that_cannot_be_used_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises((DataError, SchemaError)):
        run(load("demo", rows=3), CONFIG, tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("setting", "said"),
    [({"proportions": {"Q": 0.5}}, "no group 'Q'"), ({"device": "mps"}, "no usable device 'mps'")],
)
def test_a_setting_that_cannot_be_used_leaves_the_earlier_run_as_it_is(
    finished: tuple[Path, RunResult, list[Event]], setting: dict[str, object], said: str
) -> None:
    before = {path: path.stat().st_mtime_ns for path in finished[0].rglob("*")}
    with pytest.raises(ConfigError, match=said):
        run(load("demo", rows=500), run_config(**{**CONFIG.model_dump(), **setting}), finished[0])
    assert {path: path.stat().st_mtime_ns for path in finished[0].rglob("*")} == before


def test_a_share_may_be_of_one_of_several_sensitive_columns(tmp_path: Path) -> None:
    data = load("demo", rows=500, sensitive=["sex", "age"], bin_edges={"age": [40]})
    config = run_config(
        preset="fast", epochs=1, proportions={"female": 0.9}, rows=200, device="cpu", pictures="none", generator_draws=1
    )
    prepare(data, config, tmp_path / "run")
    folder = RunFolder.open(tmp_path / "run")
    generate_product(folder, lambda _: None)
    assert (folder.synthetic.read()["sex"] == "female").sum() == 180
    choices = group_choices(folder)
    assert list(choices) == ["age", "sex", "age × sex"]
    assert set(choices["sex"]) == {"female", "male"}
    assert all(sum(shares.values()) == pytest.approx(1) for shares in choices.values())


def _external_file(tmp_path: Path, schema: Schema, frame: pd.DataFrame) -> Path:
    write_csv(frame, schema, tmp_path / "theirs.csv")
    return tmp_path / "theirs.csv"


def test_an_external_file_is_audited_and_marked_where_independence_is_unknown(tmp_path: Path) -> None:
    data = load("demo", rows=300)
    copied = _external_file(tmp_path, data.schema, data.frame.sample(250, random_state=0))
    result = audit_dataset(data, run_config(pictures="none"), synthetic=copied, out=tmp_path / "audit")
    theirs = [r for r in result.records if r.source == "theirs"]
    assert any("ndependence unknown" in r.note for r in theirs if r.protocol == "A")
    assert all("ndependence unknown" in r.note for r in theirs if r.protocol == "change")
    assert RecordSet(theirs).where(protocol="change", metric="auc")
    copies = next(r for r in theirs if r.metric == "exact_copies_all")
    assert copies.value is not None
    assert copies.value > 0.7
    assert (tmp_path / "audit" / "report.html").is_file()
    before = (tmp_path / "audit" / "state.json").read_bytes()
    with pytest.raises(RunError, match=r"is an audit\. There is nothing to resume"):
        resume(tmp_path / "audit")
    assert (tmp_path / "audit" / "state.json").read_bytes() == before
    with pytest.raises(RunError, match="is an audit without a fitted method"):
        generate(tmp_path / "audit", GenerateRequest(rows=5), tmp_path / "x.csv")


@pytest.mark.slow
def test_the_demos_planted_bias_lies_in_the_audits_interval() -> None:
    from core.audit.run import audit_table
    from tests.core.data.sources.demo_truth import demo_truth

    truth, hits, half = demo_truth().dpd("sex", "observed"), 0, []
    for seed in range(20):
        data = load("demo", rows=20_000, seed=seed)
        record = next(
            r
            for r in audit_table(data.frame, data.schema)
            if r.metric == "demographic_parity_difference" and r.sensitive == "sex" and r.positive == "yes"
        )
        assert record.low is not None
        assert record.high is not None
        hits += record.low <= truth <= record.high
        half.append((record.high - record.low) / 2)
    assert hits >= 17
    assert np.max(half) <= 0.03
