"""Generate more rows: directly into a file, or as a job in a separate folder.

They come from a finished run, or into a file from an exported generator too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import TypeAdapter, ValidationError

from core.cluster import ADDRESS
from core.config import run_config, with_repair_level
from core.data.data_kinds import TABLE
from core.data.encoding.table import conditioning_groups, group_codes, target_texts
from core.data.examples import Examples
from core.data.groups import attribute_name
from core.data.schema import Schema
from core.errors import ConfigError, RunError, as_field, leave_out
from core.events import Listener, ignore
from core.modalities.catalog import modality_of
from core.pipeline.exported_generator import (
    check_generator_request,
    check_shares,
    generator_samples,
    is_generator,
    load_generator,
)
from core.pipeline.finished_runs import check_makes_rows, check_place, finished_run
from core.pipeline.generate_request import GenerateRequest
from core.pipeline.private_rows import learned_rows
from core.pipeline.repair_level_search import effective_config
from core.pipeline.running import device_name, recording_listener
from core.runs.generation_folder import GenerationFolder
from core.runs.locks import exclusive_job, locked
from core.runs.run_folder import RunFolder
from core.synthesis.base import Generator, Sample
from core.synthesis.methods.method_info import EVENHAND
from core.synthesis.samples import in_parts, joined
from core.synthesis.sampling import named_groups, parts_by_column
from core.synthesis.settings import Condition

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CONDITION_NAMES = {
    "proportions": "shares of groups, or one group alone",
    "repair_level": "a repair level",
    "target": "one target alone",
}


def generate(
    place: Path, request: GenerateRequest, out: Path, listener: Listener = ignore, *, cluster: str | None = None
) -> list[str]:
    """Generate rows into a CSV or Parquet file, or images into a zip; returns notes.

    Rows are generated in shards and written in parts of `PART_ROWS` (`core.synthesis.sampling`), each a row group of
    Parquet. So memory does not grow with their number, which for images it does. Shard i depends on the request and i
    alone. The file appears when it is complete.

    Args:
        place: The folder of a finished run, or the file of a generator that was exported from one.
        request: The requested rows.
        out: File to write: ``.csv`` or ``.parquet``; ``.zip`` for images and their labels.
        listener: Receives progress.
        cluster: Address of a Ray cluster that makes the shards of a table; see `core.cluster`.

    Raises:
        ConfigError: The folder or the ending of the file, the request, or the cluster cannot be used.
        RunError: The run is not finished, generates no rows, or is damaged; or the file is no generator.
    """
    check_place(out, ".csv or .parquet")
    if is_generator(place):
        schema, draw = _exported(place, request, cluster)
    else:
        schema, draw = _of_run(finished_run(place), request, cluster)
    modality = modality_of(schema)
    modality.check_suffix(out)
    notes: list[str] = []
    modality.write(_parts(schema, draw(listener), notes.extend), schema, out)
    return notes


_Draw = Callable[[Listener], Iterator[Sample]]


def _parts(schema: Schema, samples: Iterator[Sample], keep: Callable[[Sequence[str]], None]) -> Iterator[Examples]:
    """Yield examples part by part, then give ``keep`` the notes on all of them."""
    notes: Sequence[str] = ()
    for part in in_parts(samples):
        yield modality_of(schema).with_content(schema, part.frame, part.content)
        notes = part.notes
    keep(notes)


def _of_run(run: RunFolder, request: GenerateRequest, cluster: str | None) -> tuple[Schema, _Draw]:
    """Return the schema of a run and what generates the requested rows from it."""
    check_request(run, request)
    if cluster is not None and not _spreads(run):
        info = effective_config(run).method_info(run.schema.read())
        raise ConfigError(
            f"{info.title} on {run.schema.read().data_kind}s generates in one process, not on a cluster.",
            field="cluster",
            remedies=[leave_out("cluster")],
        )
    return run.schema.read(), lambda listener: _samples(run, request, listener, cluster)


def _spreads(run: RunFolder) -> bool:
    """Return whether the rows of a run can be generated on several machines."""
    return run.schema.read().data_kind == TABLE and effective_config(run).method == EVENHAND


def _exported(path: Path, request: GenerateRequest, cluster: str | None) -> tuple[Schema, _Draw]:
    """Return the schema of an exported generator and what generates the requested rows from it."""
    generator = load_generator(path)
    check_generator_request(generator, request)
    return generator.schema, lambda listener: generator_samples(generator, request, listener, cluster=cluster)


def sample_rows(run_path: Path, request: GenerateRequest, listener: Listener = ignore) -> Sample:
    """Generate rows from a fitted run, audited or not, and return them.

    Raises:
        ConfigError: The request cannot be met.
        RunError: The run is not fitted yet, generates no rows, or is damaged.
    """
    run = RunFolder.open(run_path)
    if not run.generation.exists():
        raise RunError(f"{run_path} is not fitted yet; resume it first.")
    check_makes_rows(run)
    check_request(run, request)
    return joined(_samples(run, request, listener))


def request_generation(run_path: Path, request: GenerateRequest) -> Path:
    """Prepare a job that generates more rows; returns its folder inside the run folder.

    This needs no torch and raises at once if the request cannot be met.

    Raises:
        ConfigError: The request cannot be met.
        RunError: The run is not finished or is damaged.
    """
    run = finished_run(run_path)
    check_request(run, request)
    with locked(run):
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
        run, request = finished_run(folder.run), _request(folder)
        check_request(run, request)
        cluster = (ADDRESS.value() or None) if _spreads(run) else None
        schema, samples = run.schema.read(), _samples(run, request, recording_listener(folder, listener), cluster)
        modality_of(schema).save_product(folder, schema, _parts(schema, samples, folder.notes.save))
    return folder.notes.read()


def check_request(run: RunFolder, request: GenerateRequest) -> None:
    """Check that a run can meet a request.

    Raises:
        ConfigError: It cannot; the sentence says why.
    """
    request.check_numbers()
    _check_conditions(run, request)
    schema = run.schema.read()
    modality = modality_of(schema)
    modality.check_count(request.rows, modality.load(run, schema, "train").attachments)
    if request.shares:
        check_shares(request, *_groups(run))


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
    counts, names, width = _groups(run)
    shares = counts / counts.sum()
    named, sensitive = named_groups(names, width), run.schema.read().sensitive
    crossed = {attribute_name(sensitive): {name: [position] for position, name in enumerate(names)}}
    single = dict(zip(sensitive, parts_by_column(names, width), strict=True))
    return {
        attribute: {name: float(shares[positions].sum()) for name, positions in positions_by_group.items()}
        for attribute, positions_by_group in (single | crossed).items()
        if all(named.get(name) == positions for name, positions in positions_by_group.items())
    }


def _samples(
    run: RunFolder, request: GenerateRequest, listener: Listener, cluster: str | None = None
) -> Iterator[Sample]:
    """Yield the requested rows in parts; the request was checked before."""
    from core.synthesis.training import choose_device  # torch takes seconds to import

    config = effective_config(run)
    synthesizer = config.synthesizer(run.schema.read())
    assert isinstance(synthesizer, Generator)  # noqa: S101  # the run has generated rows
    device = choose_device(config.device if cluster is None else "cpu")  # a task on a cluster takes a core
    synthesizer.load(run, seed=config.seed, device=device)
    return synthesizer.sample_parts(
        request.rows, seed=request.seed, conditions=request.conditions, cluster=cluster, listener=listener
    )


def _groups(run: RunFolder) -> tuple[NDArray[np.int64], tuple[str, ...], int]:
    """Return the number of learned rows of each group, the names of all groups, and the number of sensitive columns."""
    schema, learned = run.schema.read(), learned_rows(run)
    names = conditioning_groups(learned, schema)
    counts = np.bincount(group_codes(learned, schema, names), minlength=len(names))
    return counts, names, len(schema.sensitive)


def _request(folder: GenerationFolder) -> GenerateRequest:
    try:
        return TypeAdapter(GenerateRequest).validate_python(folder.request.read())
    except ValidationError as error:
        raise RunError(f"The request in {folder.path} is damaged; request the rows again.") from error
