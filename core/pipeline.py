"""The closed loop as one function: data, audit, teacher, student, fair synthetic data, the same audit again, report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.audit.records import Record
from core.audit.run import AuditInput, Latents, audit, audit_table
from core.config import RunConfig
from core.data.dataset import Dataset
from core.data.fingerprint import fingerprint
from core.data.foreign import new_categories, read_like
from core.data.groups import attribute_name, group_labels, positive_name
from core.data.readiness import check_ready
from core.data.split import Split, split
from core.data.writing import write_csv, write_parquet
from core.errors import ConfigError, EvenhandError, RunError
from core.events import Event, Listener, ignore
from core.report.render import render
from core.runs.state import Status
from core.runs.store import RunFolder

AUDIT_ROWS = 10


@dataclass(frozen=True)
class RunResult:
    """What a run found; ``folder`` is ``None`` where nothing was kept."""

    folder: Path | None
    records: list[Record]
    notes: list[str]


def run(dataset: Dataset, config: RunConfig, out: Path, listener: Listener = ignore) -> RunResult:
    """Audit ``dataset``, make a fair synthetic version of it, audit that, and leave everything in the folder ``out``.

    Raises:
        EvenhandError: The data or a setting cannot be used; nothing already computed is lost.
    """
    notes = [*dataset.notes, *check_ready(dataset.frame, dataset.schema)]
    folder = RunFolder.create(out)
    folder.save_config(config)
    folder.save_schema(dataset.schema)
    with _recorded(folder):
        parts = split(dataset, fraction=config.holdout_fraction, seed=config.seed)
        notes += parts.notes
        folder.save_manifest(_manifest(dataset, parts, config))
        folder.save_notes(notes)
        records, made_notes = _make(dataset, parts, config, folder, _both(folder, listener))
        notes += made_notes
        folder.save_notes(notes)
        folder.save_metrics(records)
        write_report(out)
    return RunResult(out, records, notes)


def _make(
    dataset: Dataset, parts: Split, config: RunConfig, folder: RunFolder, listener: Listener
) -> tuple[list[Record], list[str]]:
    # torch takes seconds to import: what only audits or reports does without it
    from core.synthesis import persistence
    from core.synthesis.table import ENCODERS, fit_table
    from core.synthesis.training import choose_device, thread_count

    device = choose_device(config.device)
    folder.save_environment(str(device), thread_count())
    made = fit_table(
        parts.train, dataset.schema, config.synthesis(), seed=config.seed, device=device, listener=listener
    )
    persistence.save(made, folder)
    rows = config.rows or len(parts.train)
    sources = {
        name: made.sample(rows, seed=config.seed, encoder=name, fair_labels=False, proportions=config.proportions)
        for name in ENCODERS
    }
    sources["synthetic"] = made.sample(rows, seed=config.seed, proportions=config.proportions, listener=listener)
    synthetic = sources["synthetic"]
    folder.save_synthetic(synthetic.frame)
    write_csv(synthetic.frame, dataset.schema, folder.synthetic_csv)
    latents = {name: Latents(made.encode(parts.train, name), made.encode(parts.holdout, name)) for name in ENCODERS}
    frames = {name: sample.frame for name, sample in sources.items()}
    inputs = AuditInput(dataset.schema, parts.train, parts.holdout, frames, latents, seeds=config.audit_seeds)
    records = audit(inputs, listener)
    records += _changed_records(synthetic.frame, synthetic.changed, dataset)
    records += [
        _made_record("parameters_ratio", made.size_ratio(), "Parameters of the student's encoder over the teacher's."),
        _made_record("encode_time_ratio", made.encode_time_ratio(), "Median of 5 passes over the train rows, in turn."),
        *(_made_record(f"seconds_{stage}", spent, "Wall-clock seconds.") for stage, spent in made.seconds.items()),
    ]
    return records, [*made.encoding.protected(), *_channel_notes(made.channel is None, config)]


def _channel_notes(off: bool, config: RunConfig) -> list[str]:  # noqa: FBT001
    if not off:
        return []
    if config.synthesis().labels.channel == "off":
        return ["The fair label channel is off: synthetic rows carry the labels of the rows they were made from."]
    return [
        "The target has more than two values, so the fair label channel is off: labels are those of the source rows."
    ]


def _changed_records(frame: pd.DataFrame, changed: np.ndarray, dataset: Dataset) -> list[Record]:
    """Share of labels that the channel changed, overall and by group."""
    schema = dataset.schema
    name = attribute_name(schema.sensitive)
    labels = group_labels(frame, schema, schema.sensitive)
    parts: dict[str | None, np.ndarray] = {None: changed}
    parts |= {str(group): changed[labels == group] for group in sorted(set(labels))}
    return [
        Record(
            source="synthetic",
            protocol="generation",
            metric="labels_changed",
            sensitive=name if group else None,
            group=group,
            positive=positive_name(schema),
            split="all",
            value=float(part.mean()),
            n=len(part),
            note="Share of rows whose label differs from that of the row they were made from.",
        )
        for group, part in parts.items()
    ]


def _made_record(metric: str, value: float, note: str) -> Record:
    return Record(source="student", protocol="generation", metric=metric, split="train", value=value, note=note)


def _manifest(dataset: Dataset, parts: Split, config: RunConfig) -> dict[str, object]:
    return {
        "name": dataset.name,
        "rows": {"train": len(parts.train), "holdout": len(parts.holdout)},
        "official_split": parts.official,
        "sha256": {"train": fingerprint(parts.train), "holdout": fingerprint(parts.holdout)},
        "config": config.model_dump(mode="json"),
        "settings": config.synthesis().model_dump(mode="json"),
    }


@contextmanager
def _recorded(folder: RunFolder) -> Iterator[None]:
    """Whatever ends the run, its state says so."""
    try:
        yield
    except KeyboardInterrupt:
        folder.update_state(status=Status.CANCELLED, message="Cancelled.")
        raise
    except EvenhandError as error:
        folder.update_state(status=Status.FAILED, message=str(error))
        raise
    except Exception as error:
        folder.update_state(status=Status.FAILED, message=f"Unexpected {type(error).__name__}.")
        raise
    folder.update_state(status=Status.DONE, message="Finished.")


def _both(folder: RunFolder, listener: Listener) -> Listener:
    stages: set[str] = set()

    def told(event: Event) -> None:
        folder.append_event(event)
        if event.stage not in stages:
            stages.add(event.stage)
            folder.update_state(stage=event.stage)
        listener(event)

    return told


def audit_dataset(
    dataset: Dataset,
    *,
    synthetic: Path | None = None,
    out: Path | None = None,
    seed: int = 0,
    listener: Listener = ignore,
) -> RunResult:
    """Audit a table, and beside it a synthetic file that any generator made from it.

    Without ``--holdout`` the hold-out is drawn from the table, and as the foreign generator may have seen all of it,
    whatever depends on the hold-out is marked "independence unknown".
    """
    notes = [*dataset.notes, *check_ready(dataset.frame, dataset.schema, rows=AUDIT_ROWS)]
    parts = split(dataset, seed=seed)
    notes += parts.notes
    sources = {}
    if synthetic is not None:
        frame, found = read_like(synthetic, dataset.schema)
        sources[_source_name(synthetic)] = frame
        notes += [*found, *new_categories(frame, dataset.frame, dataset.schema)]
    independent = synthetic is None or parts.official
    inputs = AuditInput(dataset.schema, parts.train, parts.holdout, sources, holdout_independent=independent)
    records = [*audit_table(dataset.frame, dataset.schema), *audit(inputs, listener)]
    if out is not None:
        folder = RunFolder.create(out)
        config = RunConfig(seed=seed)
        folder.save_config(config)
        folder.save_schema(dataset.schema)
        folder.save_environment("cpu")
        with _recorded(folder):
            folder.save_manifest(_manifest(dataset, parts, config))
            folder.save_notes(notes)
            folder.save_metrics(records)
            write_report(out)
    return RunResult(out, records, notes)


def _source_name(path: Path) -> str:
    return path.stem if path.stem not in ("original", "constant") else f"file {path.stem}"


def generate(
    run_folder: Path,
    *,
    rows: int,
    out: Path,
    seed: int = 0,
    proportions: Mapping[str, float] | None = None,
    group: str | None = None,
    strength: float | None = None,
    listener: Listener = ignore,
) -> list[str]:
    """Generate more rows from a finished run into a CSV or Parquet file; answers with notes.

    Args:
        run_folder: A finished run.
        rows: How many rows.
        out: File to write, ``.csv`` or ``.parquet``.
        seed: Same seed, same bytes.
        proportions: Share of each group.
        group: Rows of this group only.
        strength: Strength of the label channel, if other than the run's.
        listener: Receives progress.
    """
    from core.synthesis import persistence
    from core.synthesis.training import choose_device

    if out.suffix not in (".csv", ".parquet"):
        raise ConfigError(f"{out.name!r} must end in .csv or .parquet, so that it is clear what to write.")
    if group is not None and proportions:
        raise ConfigError("Give either one group or proportions, not both.")
    folder = RunFolder.open(run_folder)
    if folder.state().status is not Status.DONE:
        raise RunError(f"{run_folder} is not a finished run ({folder.state().status}); run it to the end first.")
    config = RunConfig.model_validate(folder.config())
    if strength is not None:
        config = replace_strength(config, strength)
    made = persistence.load(folder, config.synthesis(), seed=config.seed, device=choose_device(config.device))
    shares = {group: 1.0} if group is not None else proportions
    sample = made.sample(rows, seed=seed, proportions=shares, listener=listener)
    if out.suffix == ".csv":
        write_csv(sample.frame, made.schema, out)
    else:
        write_parquet(sample.frame, out)
    return [f"{sample.changed.mean():.1%} of the labels differ from those of the rows they were made from."]


def replace_strength(config: RunConfig, strength: float) -> RunConfig:
    """The same settings with another strength of the label channel."""
    return RunConfig.model_validate({**config.model_dump(), "strength": strength})


def write_report(run_folder: Path) -> Path:
    """Render ``report.html`` anew from the run's records; returns its path."""
    folder = RunFolder.open(run_folder)
    manifest = {**folder.manifest(), "environment": folder.environment(), "hashes": folder.hashes()}
    html = render(str(manifest.get("name", "run")), folder.metrics(Record), folder.notes(), manifest)
    return folder.save_report(html)
