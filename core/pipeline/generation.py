"""Generate more rows from a finished run: directly into a file, or as a job in a separate folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import TypeAdapter, ValidationError

from core.config import run_config, with_repair_level
from core.data.encoding.table import conditioning_groups, group_codes, target_texts
from core.data.groups import attribute_name
from core.errors import ConfigError, FieldName, RunError, as_field, change, leave_out
from core.events import Listener, ignore
from core.modalities.catalog import modality_of
from core.pipeline.repair_level_search import effective_config
from core.pipeline.running import device_name, recording_listener
from core.runs.generation_folder import GenerationFolder
from core.runs.jobs import Job, status
from core.runs.locks import exclusive_job
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from core.synthesis.base import Conditions, Generator, Sample
from core.synthesis.sampling import group_shares, named_groups, parts_by_column
from core.synthesis.settings import Condition

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CONDITION_NAMES = {
    "proportions": "shares of groups, or one group alone",
    "repair_level": "a repair level",
    "target": "one target alone",
}


@dataclass(frozen=True)
class GenerateRequest:
    """A request for rows of a finished run.

    Args:
        rows: Number of rows, at least 1.
        seed: Seed, at least 0; the same seed gives the same bytes.
        proportions: Share of each group, of one sensitive column or of an intersection. The other groups divide the
            rest in their train proportions.
        group: If set, all rows are of this group; excludes ``proportions``.
        repair_level: Repair level, 0 to 1; that of the run if not set.
        target: If set, all rows have this value of the target.
    """

    rows: int
    seed: int = 0
    proportions: Mapping[str, float] = field(default_factory=dict)
    group: str | None = None
    repair_level: float | None = None
    target: str | None = None

    @property
    def conditions(self) -> Conditions:
        """Conditions on the rows, beside their number and seed."""
        return Conditions(self.shares, self.target, self.repair_level)

    @property
    def shares(self) -> dict[str, float]:
        """Share of each named group."""
        return dict(self.proportions) if self.group is None else {self.group: 1.0}


def generate(run_folder: Path, request: GenerateRequest, out: Path, listener: Listener = ignore) -> list[str]:
    """Generate rows from a finished run into a CSV or Parquet file, or images into a zip; returns notes.

    Args:
        run_folder: A finished run.
        request: The requested rows.
        out: File to write: ``.csv`` or ``.parquet``; ``.zip`` for images and their labels.
        listener: Receives progress.

    Raises:
        ConfigError: The folder or the ending of the file, or the request, cannot be used.
        RunError: The run is not finished, generates no rows, or is damaged.
    """
    _check_place(out)
    run = _finished_run(run_folder)
    schema = run.schema.read()
    modality = modality_of(schema)
    modality.check_suffix(out)
    check_request(run, request)
    sample = _sample(run, request, listener)
    modality.write(modality.with_content(schema, sample.frame, sample.content), schema, out)
    return list(sample.notes)


def sample_rows(run_path: Path, request: GenerateRequest, listener: Listener = ignore) -> Sample:
    """Generate rows from a fitted run, audited or not, and return them.

    Raises:
        ConfigError: The request cannot be met.
        RunError: The run is not fitted yet, generates no rows, or is damaged.
    """
    run = RunFolder.open(run_path)
    if not run.generation.exists():
        raise RunError(f"{run_path} is not fitted yet; resume it first.")
    _check_makes_rows(run)
    check_request(run, request)
    return _sample(run, request, listener)


def request_generation(run_path: Path, request: GenerateRequest) -> Path:
    """Prepare a job that generates more rows; returns its folder inside the run folder.

    This needs no torch and raises at once if the request cannot be met.

    Raises:
        ConfigError: The request cannot be met.
        RunError: The run is not finished or is damaged.
    """
    run = _finished_run(run_path)
    check_request(run, request)
    return GenerationFolder.create(run.path, {**asdict(request), "proportions": dict(request.proportions)}).path


def resume_generation(path: Path, listener: Listener = ignore) -> list[str]:
    """Run or resume a generation job once its device is free; saves the rows as Parquet and CSV; returns notes.

    Raises:
        EvenhandError: The run or the request is damaged or cannot be used, or another process works on it.
    """
    folder = GenerationFolder.open(path)
    run = RunFolder.open(folder.run)
    with exclusive_job(folder, lambda: device_name(run_config(**run.config.read())), listener):
        folder.job.keep_events(())
        run, request = _finished_run(folder.run), _request(folder)
        check_request(run, request)
        sample = _sample(run, request, recording_listener(folder, listener))
        folder.notes.save(sample.notes)
        schema = run.schema.read()
        modality = modality_of(schema)
        modality.save_product(folder, schema, modality.with_content(schema, sample.frame, sample.content))
    return folder.notes.read()


def check_request(run: RunFolder, request: GenerateRequest) -> None:
    """Check that a run can meet a request.

    Raises:
        ConfigError: It cannot; the sentence says why.
    """
    if request.rows < 1:
        raise ConfigError(f"The number of rows must be at least 1, not {request.rows}.", field="rows")
    if request.seed < 0:
        raise ConfigError(f"The seed must be at least 0, not {request.seed}.", field="seed")
    if request.group is not None and request.proportions:
        raise ConfigError(
            "Give either one group or shares of groups, not both.",
            field="group",
            remedies=[leave_out("group"), leave_out("proportions")],
        )
    _check_conditions(run, request)
    schema = run.schema.read()
    modality = modality_of(schema)
    modality.check_count(request.rows, modality.load(run, schema, "train").attachments)
    if request.shares:
        groups, names, columns = _groups(run)
        try:
            group_shares(groups, names, columns, request.shares)
        except ConfigError as error:
            field_name: FieldName = "proportions" if request.group is None else "group"
            raise ConfigError(error.sentence, field=field_name) from error


def _check_conditions(run: RunFolder, request: GenerateRequest) -> None:
    """Check that the run's method accepts the conditions, and that the target and repair level exist."""
    config = effective_config(run)
    info = config.method_info(run.schema.read())
    for name in request.conditions.requested():
        if name not in info.accepts:
            raise ConfigError(
                f"{info.title} on {run.schema.read().data_kind}s does not accept {_CONDITION_NAMES[name]}.",
                field=as_field(name),
                remedies=[leave_out(as_field(name))],
            )
    if request.repair_level is not None:
        with_repair_level(config, request.repair_level)
    targets = target_choices(run)
    if request.target is not None and request.target not in targets:
        raise ConfigError(
            f"There is no target {request.target!r}; the targets are: {', '.join(targets)}.", field="target"
        )


def accepted_conditions(run: RunFolder) -> frozenset[Condition]:
    """Return the conditions that a run accepts, beside number and seed of the rows."""
    return run_config(**run.config.read()).method_info(run.schema.read()).accepts


def target_choices(run: RunFolder) -> list[str]:
    """Return the targets that can be requested; empty if the run's method does not accept a target."""
    if "target" not in accepted_conditions(run):
        return []
    return sorted(set(target_texts(run.artifacts.table("train"), run.schema.read()).astype(str)))


def group_choices(run: RunFolder) -> dict[str, dict[str, float]]:
    """Return the groups that can have shares, with their train shares, by attribute; intersections last."""
    groups, names, width = _groups(run)
    shares = np.bincount(groups, minlength=len(names)) / len(groups)
    named, sensitive = named_groups(names, width), run.schema.read().sensitive
    crossed = {attribute_name(sensitive): {name: [position] for position, name in enumerate(names)}}
    single = dict(zip(sensitive, parts_by_column(names, width), strict=True))
    return {
        attribute: {name: float(shares[positions].sum()) for name, positions in positions_by_group.items()}
        for attribute, positions_by_group in (single | crossed).items()
        if all(named.get(name) == positions for name, positions in positions_by_group.items())
    }


def _finished_run(path: Path) -> RunFolder:
    run = RunFolder.open(path)
    if run.is_audit():
        raise RunError(f"{path} is an audit without a fitted method, so it cannot generate rows.", field="run")
    job = status(path)
    if job.state.status is not Status.DONE:
        raise RunError(f"{path} is not a finished run ({job.state.status}); {_next_step(job)}.", field="run")
    _check_makes_rows(run)
    return run


def _check_makes_rows(run: RunFolder) -> None:
    if not run.synthetic.exists():
        raise RunError(f"The method of {run.path} generates no rows.")


def _next_step(job: Job) -> str:
    if job.alive:
        return "wait until it ends"
    return "resume it first" if job.resumable else "start a new run"


def _check_place(out: Path) -> None:
    if out.is_dir():
        raise ConfigError(
            f"{str(out)!r} is a folder; give a file, .csv or .parquet.", field="out", remedies=[change("out")]
        )
    if not out.parent.is_dir():
        raise ConfigError(
            f"The folder {str(out.parent)!r} does not exist; create it first.", field="out", remedies=[change("out")]
        )
    if not os.access(out.parent, os.W_OK | os.X_OK):
        raise ConfigError(
            f"The folder {str(out.parent)!r} is not writable; check its permissions.",
            field="out",
            remedies=[change("out")],
        )


def _sample(run: RunFolder, request: GenerateRequest, listener: Listener) -> Sample:
    """Generate the requested rows; the request was checked before."""
    from core.synthesis.training import choose_device  # torch takes seconds to import

    config = effective_config(run)
    synthesizer = config.synthesizer(run.schema.read())
    assert isinstance(synthesizer, Generator)  # noqa: S101  # the run has generated rows
    synthesizer.load(run, seed=config.seed, device=choose_device(config.device))
    return synthesizer.sample(request.rows, seed=request.seed, conditions=request.conditions, listener=listener)


def _groups(run: RunFolder) -> tuple[NDArray[np.int64], tuple[str, ...], int]:
    """Return the groups of the train rows, the names of all groups, and the number of sensitive columns."""
    schema, train = run.schema.read(), run.artifacts.table("train")
    names = conditioning_groups(train, schema)
    return group_codes(train, schema, names), names, len(schema.sensitive)


def _request(folder: GenerationFolder) -> GenerateRequest:
    try:
        return TypeAdapter(GenerateRequest).validate_python(folder.request.read())
    except ValidationError as error:
        raise RunError(f"The request in {folder.path} is damaged; request the rows again.") from error
