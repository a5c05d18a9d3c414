"""More rows from a finished run: at once into a file, or as a job in a folder of their own."""

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
from core.pipeline.repair_level_search import as_carried_out
from core.pipeline.running import device_name, recording_listener
from core.runs.generation_folder import GenerationFolder
from core.runs.jobs import Job, status
from core.runs.locks import exclusive_job
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from core.synthesis.base import Condition, Conditions, Generator, Sample
from core.synthesis.sampling import group_shares, named_groups, parts_by_column

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CONDITIONS = {
    "proportions": "Shares of groups, or one group alone,",
    "repair_level": "A repair level",
    "target": "One target alone",
}


@dataclass(frozen=True)
class GenerateRequest:
    """What rows are asked of a finished run.

    Args:
        rows: How many, at least 1.
        seed: Same seed, same bytes; at least 0.
        proportions: Share by group, crossed or of one sensitive column; the groups not named divide the rest.
        group: Rows of this group only; not together with ``proportions``.
        repair_level: Repair level, 0 to 1, if other than the run's.
        target: Rows with this value of the target alone.
    """

    rows: int
    seed: int = 0
    proportions: Mapping[str, float] = field(default_factory=dict)
    group: str | None = None
    repair_level: float | None = None
    target: str | None = None

    @property
    def conditions(self) -> Conditions:
        """What is asked of the rows, beside their number and seed."""
        return Conditions(self.shares, self.target, self.repair_level)

    @property
    def shares(self) -> dict[str, float]:
        """Share of each group that is named."""
        return dict(self.proportions) if self.group is None else {self.group: 1.0}


def generate(run_folder: Path, request: GenerateRequest, out: Path, listener: Listener = ignore) -> list[str]:
    """Generate more rows from a finished run into a CSV or Parquet file, or images into a zip; answers with notes.

    Args:
        run_folder: A finished run.
        request: What rows are asked of it.
        out: File to write, ``.csv`` or ``.parquet``; ``.zip`` for images, with their labels inside.
        listener: Receives progress.

    Raises:
        ConfigError: The file's place or ending, or what is asked, cannot be used.
        RunError: The run is not finished, learned nothing or is damaged.
    """
    _check_place(out)
    run = _finished(run_folder)
    schema = run.schema.read()
    modality = modality_of(schema)
    modality.check_suffix(out)
    check_request(run, request)
    sample = _sampled(run, request, listener)
    modality.write(modality.with_content(schema, sample.frame, sample.content), schema, out)
    return list(sample.notes)


def sample_rows(run_path: Path, request: GenerateRequest, listener: Listener = ignore) -> Sample:
    """Draw rows from a run that has learned, audited or not, and give them back.

    Raises:
        ConfigError: What is asked cannot be used.
        RunError: The run has not learned yet, makes no rows, or is damaged.
    """
    run = RunFolder.open(run_path)
    if not run.generation.exists():
        raise RunError(f"{run_path} has not learned yet; carry it to its end first.")
    _check_makes_rows(run)
    check_request(run, request)
    return _sampled(run, request, listener)


def request_generation(run_path: Path, request: GenerateRequest) -> Path:
    """Prepare a job that generates more rows; its folder inside the run's can be submitted, watched and cancelled.

    Needs no torch, and says at once if what is asked cannot be done.

    Raises:
        ConfigError: What is asked cannot be used.
        RunError: The run is not finished or is damaged.
    """
    run = _finished(run_path)
    check_request(run, request)
    return GenerationFolder.create(run.path, {**asdict(request), "proportions": dict(request.proportions)}).path


def resume_generation(path: Path, listener: Listener = ignore) -> list[str]:
    """Carry a generation to its end, in its turn on its device: leaves the rows as Parquet and CSV; answers with notes.

    Raises:
        EvenhandError: The run or the request is damaged or cannot be used, or another process works on it.
    """
    folder = GenerationFolder.open(path)
    run = RunFolder.open(folder.run)
    with exclusive_job(folder, lambda: device_name(run_config(**run.config.read())), listener):
        folder.job.keep_events(())
        run, request = _finished(folder.run), _request(folder)
        check_request(run, request)
        sample = _sampled(run, request, recording_listener(folder, listener))
        folder.notes.save(sample.notes)
        schema = run.schema.read()
        modality = modality_of(schema)
        modality.save_product(folder, schema, modality.with_content(schema, sample.frame, sample.content))
    return folder.notes.read()


def check_request(run: RunFolder, request: GenerateRequest) -> None:
    """Whether a run can give what is asked.

    Raises:
        ConfigError: It cannot; the sentence says why.
    """
    if request.rows < 1:
        raise ConfigError(f"The number of rows must be at least 1, not {request.rows}.", field="rows")
    if request.seed < 0:
        raise ConfigError(f"The seed must be at least 0, not {request.seed}.", field="seed")
    if request.group is not None and request.proportions:
        raise ConfigError(
            "One group alone and shares of groups exclude one another.",
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
            asked: FieldName = "proportions" if request.group is None else "group"
            raise ConfigError(error.sentence, field=asked) from error


def _check_conditions(run: RunFolder, request: GenerateRequest) -> None:
    """Whether the run's method can be asked for this, and whether there is such a target and repair level."""
    config = as_carried_out(run)
    one = config.method_info(run.schema.read())
    for name in request.conditions.given():
        if name not in one.accepts:
            raise ConfigError(
                f"{_CONDITIONS[name]} cannot be asked of {one.title} on {run.schema.read().data_kind}s.",
                field=as_field(name),
                remedies=[leave_out(as_field(name))],
            )
    if request.repair_level is not None:
        with_repair_level(config, request.repair_level)
    targets = target_choices(run)
    if request.target is not None and request.target not in targets:
        raise ConfigError(
            f"The target {request.target!r} cannot be asked for; there are: {', '.join(targets)}.", field="target"
        )


def accepted_conditions(run: RunFolder) -> frozenset[Condition]:
    """What may be asked of the rows of a run, beside their number and seed."""
    return run_config(**run.config.read()).method_info(run.schema.read()).accepts


def target_choices(run: RunFolder) -> list[str]:
    """The targets that can be asked for; empty where the run's method takes none."""
    if "target" not in accepted_conditions(run):
        return []
    return sorted(set(target_texts(run.artifacts.table("train"), run.schema.read()).astype(str)))


def group_choices(run: RunFolder) -> dict[str, dict[str, float]]:
    """By attribute, crossed ones last: the groups that shares can be asked of, and their shares of the train rows."""
    groups, names, width = _groups(run)
    counts = np.bincount(groups, minlength=len(names)) / len(groups)
    named, sensitive = named_groups(names, width), run.schema.read().sensitive
    crossed = {attribute_name(sensitive): {name: [at] for at, name in enumerate(names)}}
    alone = dict(zip(sensitive, parts_by_column(names, width), strict=True))
    return {
        attribute: {name: float(counts[places].sum()) for name, places in found.items()}
        for attribute, found in (alone | crossed).items()
        if all(named.get(name) == places for name, places in found.items())
    }


def _finished(path: Path) -> RunFolder:
    run = RunFolder.open(path)
    if run.is_audit():
        raise RunError(f"{path} is an audit; nothing was learned, so no rows can be generated.", field="run")
    job = status(path)
    if job.state.status is not Status.DONE:
        raise RunError(f"{path} is not a finished run ({job.state.status}); {_way_on(job)}.", field="run")
    _check_makes_rows(run)
    return run


def _check_makes_rows(run: RunFolder) -> None:
    if not run.synthetic.exists():
        raise RunError(f"The method of {run.path} makes no rows, so no more can be generated.")


def _way_on(job: Job) -> str:
    if job.alive:
        return "wait for its end"
    return "resume it first" if job.resumable else "start a new run"


def _check_place(out: Path) -> None:
    if out.is_dir():
        raise ConfigError(
            f"{str(out)!r} is a folder; a file is needed, .csv or .parquet.", field="out", remedies=[change("out")]
        )
    if not out.parent.is_dir():
        raise ConfigError(
            f"The folder {str(out.parent)!r} does not exist; make it first.", field="out", remedies=[change("out")]
        )
    if not os.access(out.parent, os.W_OK | os.X_OK):
        raise ConfigError(
            f"Nothing can be written in the folder {str(out.parent)!r}; check its permissions.",
            field="out",
            remedies=[change("out")],
        )


def _sampled(run: RunFolder, request: GenerateRequest, listener: Listener) -> Sample:
    """The rows that were asked for and can be given."""
    from core.synthesis.training import choose_device  # torch takes seconds to import

    config = as_carried_out(run)
    synthesizer = config.synthesizer(run.schema.read())
    assert isinstance(synthesizer, Generator)  # noqa: S101  # the run has left rows
    synthesizer.load(run, seed=config.seed, device=choose_device(config.device), listener=listener)
    return synthesizer.sample(request.rows, seed=request.seed, conditions=request.conditions, listener=listener)


def _groups(run: RunFolder) -> tuple[NDArray[np.int64], tuple[str, ...], int]:
    """The train rows' groups, the names of all groups, and how many sensitive columns they are crossed from."""
    schema, train = run.schema.read(), run.artifacts.table("train")
    names = conditioning_groups(train, schema)
    return group_codes(train, schema, names), names, len(schema.sensitive)


def _request(folder: GenerationFolder) -> GenerateRequest:
    try:
        return TypeAdapter(GenerateRequest).validate_python(folder.request.read())
    except ValidationError as error:
        raise RunError(f"The request in {folder.path} is damaged; ask anew.") from error
