"""More rows from a finished run: at once into a file, or as a job in a folder of their own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import TypeAdapter, ValidationError

from core.config import run_config
from core.data.encoding.table import conditioned_groups, group_codes, target_texts
from core.data.groups import attribute_name
from core.data.images import check_count
from core.errors import ConfigError, FieldName, RunError, change, leave_out
from core.events import Listener, ignore
from core.pipeline.more_rows import MoreRows, check_ending, leave, make_more, settings_of, write
from core.pipeline.running import device_name, recording_listener
from core.runs.generation_folder import GenerationFolder
from core.runs.jobs import Job, status
from core.runs.locks import working
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from core.synthesis.methods.catalog import EVENHAND
from core.synthesis.sampling import group_shares, named_groups, parts_by_column

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class GenerateRequest:
    """What rows are asked of a finished run.

    Args:
        rows: How many, at least 1.
        seed: Same seed, same bytes; at least 0.
        proportions: Share by group, crossed or of one sensitive column; the groups not named divide the rest.
        group: Rows of this group only; not together with ``proportions``.
        repair_level: Repair level, 0 to 1, if other than the run's.
        target: Images of this target alone; of images only.
    """

    rows: int
    seed: int = 0
    proportions: Mapping[str, float] = field(default_factory=dict)
    group: str | None = None
    repair_level: float | None = None
    target: str | None = None

    @property
    def shares(self) -> dict[str, float]:
        """Share of each group that is named."""
        return dict(self.proportions) if self.group is None else {self.group: 1.0}


def generate(
    run_folder: Path,
    *,
    rows: int,
    out: Path,
    seed: int = 0,
    proportions: Mapping[str, float] | None = None,
    group: str | None = None,
    repair_level: float | None = None,
    target: str | None = None,
    listener: Listener = ignore,
) -> list[str]:
    """Generate more rows from a finished run into a CSV or Parquet file, or images into a zip; answers with notes.

    Args:
        run_folder: A finished run.
        rows: How many rows; with what follows, see :class:`GenerateRequest`.
        out: File to write, ``.csv`` or ``.parquet``; ``.zip`` for images, with their labels inside.
        seed: Same seed, same bytes.
        proportions: Share of each group.
        group: Rows of this group only.
        repair_level: Repair level, if other than the run's.
        target: Images of this target alone.
        listener: Receives progress.

    Raises:
        ConfigError: The file's place or ending, or what is asked, cannot be used.
        RunError: The run is not finished, learned nothing or is damaged.
    """
    _check_place(out)
    run, request = _finished(run_folder), GenerateRequest(rows, seed, proportions or {}, group, repair_level, target)
    check_ending(out, run.schema.read())
    check_request(run, request)
    made = make_more(run, request, listener)
    write(made, run.schema.read(), out)
    return made.notes


def sample_rows(run_path: Path, request: GenerateRequest, listener: Listener = ignore) -> MoreRows:
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
    return make_more(run, request, listener)


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
    with working(folder, lambda: device_name(run_config(**run.config.read())), listener):
        folder.job.keep_events(())
        run, request = _finished(folder.run), _request(folder)
        check_request(run, request)
        made = make_more(run, request, recording_listener(folder, listener))
        folder.notes.save(made.notes)
        leave(made, run.schema.read(), folder)
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
    settings_of(run, request)
    if run_config(**run.config.read()).method != EVENHAND and (request.shares or request.repair_level is not None):
        raise ConfigError(
            "This run's method makes rows as it has learned them: "
            "shares, one group alone or a repair level can be asked of Evenhand's own method only."
        )
    _check_images(run, request)
    if request.shares:
        groups, names, columns = _groups(run)
        try:
            group_shares(groups, names, columns, request.shares)
        except ConfigError as error:
            asked: FieldName = "proportions" if request.group is None else "group"
            raise ConfigError(error.sentence, field=asked) from error


def _check_images(run: RunFolder, request: GenerateRequest) -> None:
    targets = target_choices(run)
    if request.target is not None and request.target not in targets:
        why = f"there are: {', '.join(targets)}." if targets else "it can be asked of images only; leave it out."
        raise ConfigError(f"The target {request.target!r} cannot be asked for; {why}", field="target")
    if not targets:
        return
    check_count(request.rows, image_size(run))
    if request.repair_level is not None:
        raise ConfigError(
            "Images have no label channel, so they have no repair level.",
            field="repair_level",
            remedies=[leave_out("repair_level")],
        )


def image_size(run: RunFolder) -> tuple[int, int]:
    """Height and width of the images of a run."""
    height, width = run.artifacts.images("train").shape[1:3]
    return int(height), int(width)


def target_choices(run: RunFolder) -> list[str]:
    """The targets that images can be asked for; empty where the rows are no images."""
    schema = run.schema.read()
    if schema.image is None:
        return []
    return sorted(set(target_texts(run.artifacts.table("train"), schema).astype(str)))


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
    return "resume it first" if job.resumable else "start it anew"


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


def _groups(run: RunFolder) -> tuple[NDArray[np.int64], tuple[str, ...], int]:
    """The train rows' groups, the names of all groups, and how many sensitive columns they are crossed from."""
    schema, train = run.schema.read(), run.artifacts.table("train")
    names = conditioned_groups(train, schema)
    return group_codes(train, schema, names), names, len(schema.sensitive)


def _request(folder: GenerationFolder) -> GenerateRequest:
    try:
        return TypeAdapter(GenerateRequest).validate_python(folder.request.read())
    except ValidationError as error:
        raise RunError(f"The request in {folder.path} is damaged; ask anew.") from error
