"""Export the generator of a finished run to one file without train rows, and generate rows from such a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from core.audit.records import Record
from core.data.data_kinds import TABLE
from core.data.encoding.disclosure import COMMON_ROWS, check_categories
from core.data.encoding.table import TableEncoding
from core.errors import ConfigError, FieldName, RunError, about_field, change
from core.events import Event, Listener, ignore
from core.pipeline.exported_figures import STAGE, STEPS, figures
from core.pipeline.finished_runs import check_place, finished_run
from core.pipeline.generate_request import GenerateRequest
from core.pipeline.handed_on import HandedOn
from core.pipeline.private_rows import learned_rows, private_account
from core.pipeline.repair_level_search import effective_config
from core.runs import environment, files
from core.runs.generator_archive import GeneratorManifest, packed, unpacked
from core.runs.run_folder import RunFolder
from core.synthesis.base import Sample
from core.synthesis.methods.method_info import EVENHAND
from core.synthesis.private_rows.wording import guarantee, limits
from core.synthesis.sampling import group_shares
from core.synthesis.settings import SynthesisSettings

if TYPE_CHECKING:
    from core.synthesis.table.row_generator import RowGenerator

SUFFIX: Final = ".zip"
FIGURES: Final = "figures.json"
"""Records of what the rows of the generator are like."""
HOLDS: Final = (
    f"Names of columns, categories and groups. At least {COMMON_ROWS} of the train rows have each category.",
    "The cut points that divide numbers into groups or outcomes, as they were chosen for the run.",
    f"Numbers that at least {COMMON_ROWS} of the train rows share, and means of {COMMON_ROWS} neighbouring numbers of "
    "the others.",
    f"Shares of values, groups and outcomes among the train rows, rounded to {COMMON_ROWS} rows, and mean shares of "
    "codewords.",
    "Relations between columns that hold in every train row, such as a sum, and values that always occur together, in "
    f"at least {COMMON_ROWS} of the train rows.",
    "The weights of networks that were trained on the train rows, and how a score is cut into levels in each group, "
    "with the share of outcomes at each level. In a small group these numbers rest on few people.",
)
"""What an exported generator holds of the real rows."""
STANDING_IN: Final = "All was learned from private rows, which stand for the train rows; what follows is about these."
LACKS: Final = (
    "It holds no train row, no latent of a train row, and no number or category that a single person has.",
    "All of this comes from the real rows without a formal guarantee such as differential privacy. The networks may "
    "have learned something of single people.",
    "A generated row can equal a train row by chance. A run draws such a row again, because it knows the train rows; "
    "an exported generator cannot.",
)
"""What it does not hold, and what that does not guarantee."""
MEASURED: Final = (
    "Figures of one draw of its rows, compared with train rows and tested on held-out rows: those over all groups that "
    "the report of the run may show to others."
)
NOT_MEASURED: Final = (
    "It holds no figures of its rows: they would compare with real rows, which the guarantee does not cover."
)


class ExportedGenerator(NamedTuple):
    """An exported generator.

    Args:
        manifest: What it is.
        figures: What its rows are like; empty if the run guarantees privacy.
        content: The bytes of its file.
    """

    manifest: GeneratorManifest
    figures: list[Record]
    content: bytes


def export(run_folder: Path, to: Path, listener: Listener = ignore) -> ExportedGenerator:
    """Write the generator of a finished run to a zip file that holds no train row.

    Args:
        run_folder: A finished run of Evenhand's method on a table, with a codebook.
        to: File to write, ``.zip``.
        listener: Receives progress.

    Raises:
        ConfigError: The file cannot be written there, or the run has categories that too few people have.
        RunError: The run has no generator that works without train rows; the sentence says why.
    """
    with about_field("to", instead_of=["out"]):
        check_place(to, SUFFIX)
    if to.suffix != SUFFIX:
        raise ConfigError(
            f"A generator is a {SUFFIX} file, and {to.name!r} ends otherwise.", field="to", remedies=[change("to")]
        )
    made = exported(run_folder, listener)
    files.write_bytes(to, made.content)
    return made


def exported(run_folder: Path, listener: Listener = ignore) -> ExportedGenerator:
    """Return the file that `export` writes, with what it says of the generator."""
    run = exportable(run_folder)
    listener(Event(STAGE, 0, STEPS, message="Reading the run."))
    from core.synthesis.table import exported as generators  # torch takes seconds to import
    from core.synthesis.table import persistence
    from core.synthesis.training import choose_device

    config, schema = effective_config(run), run.schema.read()
    settings = config.settings_for(schema)
    assert isinstance(settings, SynthesisSettings)  # noqa: S101  # `exportable` has checked it
    model = persistence.load(run, settings, seed=config.seed, device=choose_device("cpu"))
    contents = generators.exported_files(model, learned_rows(run))
    measured: list[Record] = []
    if private_account(run) is None:
        generator = generators.generator_of(contents, str(run.path))
        real = run.artifacts.table("train"), run.artifacts.table("holdout")
        measured = HandedOn(run).disclosure.records(figures(generator, config, schema, real, listener))
    holds, lacks = disclosed(run)
    manifest = GeneratorManifest(
        evenhand=environment.version("evenhand") or "unknown",
        name=str(run.manifest.read().get("name", run.path.name)),
        settings=config.model_dump(mode="json"),
        columns=tuple(schema.generated.names),
        groups=model.encoding.groups,
        holds=holds,
        lacks=lacks,
    )
    text = files.json_lines([record.model_dump(mode="json") for record in measured])
    content = packed(manifest, {**contents, FIGURES: text.encode("utf-8")})
    listener(Event(STAGE, STEPS, STEPS))
    return ExportedGenerator(manifest, measured, content)


def disclosed(run: RunFolder) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what the exported file holds of the real rows, and what it lacks or does not guarantee."""
    account = private_account(run)
    if account is None:
        return (*HOLDS, MEASURED), LACKS
    uncovered = (f"{what}: {why}" for what, why in limits())
    return (STANDING_IN, *HOLDS), (LACKS[0], NOT_MEASURED, guarantee(account), *uncovered)


def exportable(run_folder: Path) -> RunFolder:
    """Open a finished run whose generator works without train rows; needs no torch.

    Raises:
        ConfigError: The run has categories that too few people have.
        RunError: There is none; the sentence says why and what to do.
    """
    if run_folder.is_file():
        raise RunError(f"{run_folder} is a file; give the folder of the run whose generator it may be.", field="run")
    run = finished_run(run_folder)
    config, schema = effective_config(run), run.schema.read()
    if schema.data_kind != TABLE:
        raise RunError(
            f"{run_folder} generates {schema.data_kind}s from the latents of train {schema.data_kind}s, so its "
            "generator cannot leave them. Hand on the generated ones instead."
        )
    if config.method != EVENHAND:
        raise RunError(
            f"The method of {run_folder} is {config.method}. Only the generator of {EVENHAND} can be exported: train a "
            "run with it, or hand on the generated rows."
        )
    settings = config.settings_for(schema)
    assert isinstance(settings, SynthesisSettings)  # noqa: S101  # Evenhand's method on tables
    if not (settings.teacher.codewords and settings.teacher.autoregressive):
        raise RunError(
            f"Each row of {run_folder} starts from a train row, because it has no codewords (preset {config.preset}). "
            "Train again with the preset default or fast, or hand on the generated rows."
        )
    check_categories(run.encoding.read(TableEncoding))
    return run


def is_generator(place: Path) -> bool:
    """Return whether a place is a file with a generator, or is named like one; else it is that of a run."""
    return place.is_file() or (place.suffix == SUFFIX and not place.is_dir())


def load_generator(path: Path) -> RowGenerator:
    """Read an exported generator.

    Raises:
        RunError: The file is none, is damaged, or is of another version.
    """
    from core.synthesis.table.exported import FILES, generator_of  # torch takes seconds to import

    _manifest, contents = unpacked(path, (*FILES, FIGURES))
    _check_figures(contents[FIGURES], path)
    return generator_of(contents, str(path))


def _check_figures(content: bytes, path: Path) -> None:
    try:
        TypeAdapter(list[Record]).validate_json(content)
    except ValidationError as error:
        raise RunError(f"{FIGURES} in {path} is damaged. Export the run again.") from error


def check_generator_request(generator: RowGenerator, request: GenerateRequest) -> None:
    """Raise a `ConfigError` if an exported generator cannot meet a request."""
    from core.synthesis.table.codeword_latents import CodewordLatents
    from core.synthesis.table.row_generator import at_repair_level

    request.check_numbers()
    request.conditions.check(SynthesisSettings.accepts)
    at_repair_level(generator.channel, request.repair_level)
    assert isinstance(generator.source, CodewordLatents)  # noqa: S101  # `load_generator` has made it
    if request.shares:
        check_shares(request, generator.source.shares, generator.source.names, generator.source.columns)


def check_shares(
    request: GenerateRequest,
    counts: NDArray[np.int64] | NDArray[np.float64],
    names: Sequence[str],
    columns: int,
) -> None:
    """Raise a `ConfigError` if the requested shares of groups cannot be met; see `group_shares`."""
    try:
        group_shares(counts, names, columns, request.shares)
    except ConfigError as error:
        field_name: FieldName = "proportions" if request.group is None else "group"
        raise ConfigError(error.sentence, field=field_name) from error


def generator_samples(
    generator: RowGenerator, request: GenerateRequest, listener: Listener = ignore, *, cluster: str | None = None
) -> Iterator[Sample]:
    """Yield the requested rows from an exported generator in shards; the request was checked before."""
    from core.synthesis.table.generated_rows import samples_of  # torch takes seconds to import
    from core.synthesis.table.row_generator import at_repair_level

    at_level = replace(generator, channel=at_repair_level(generator.channel, request.repair_level))
    made = at_level.generate(
        request.rows, seed=request.seed, proportions=request.shares, cluster=cluster, listener=listener
    )
    return samples_of(made)
