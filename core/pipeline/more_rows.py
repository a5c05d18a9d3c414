"""What a generation makes, of rows or of images, and the files that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from core.config import RunConfig, with_repair_level
from core.data.images import Pixels
from core.data.io.image_zip import write_image_zip
from core.data.io.table_writer import write_csv, write_parquet
from core.data.schema import Schema
from core.errors import ConfigError
from core.events import Listener
from core.pipeline.compared_methods import load_generator
from core.pipeline.repair_level_search import as_carried_out
from core.runs.generation_folder import GenerationFolder
from core.runs.run_folder import RunFolder
from core.synthesis.methods.catalog import EVENHAND

if TYPE_CHECKING:
    import torch

    from core.pipeline.generation import GenerateRequest


@dataclass(frozen=True)
class MoreRows:
    """Rows that were asked for.

    Args:
        frame: Typed, shape (n, columns).
        notes: What is to be known of them.
        pixels: Their images, shape (n, height, width, 3), where they have some.
    """

    frame: pd.DataFrame
    notes: list[str]
    pixels: Pixels | None = None


def settings_of(run: RunFolder, request: GenerateRequest) -> RunConfig:
    """The run's settings with the repair level that is asked for.

    Raises:
        ConfigError: They do not go together.
    """
    config = as_carried_out(run)
    return config if request.repair_level is None else with_repair_level(config, request.repair_level)


def make_more(run: RunFolder, request: GenerateRequest, listener: Listener) -> MoreRows:
    """Make what was asked for and can be given."""
    from core.synthesis.training import choose_device

    config = settings_of(run, request)
    device = choose_device(config.device)
    if run.schema.read().image is not None:
        return _images(run, request, config, device, listener)
    if config.method != EVENHAND:
        return MoreRows(load_generator(run, config, device).sample(request.rows, seed=request.seed), [])
    return _rows(run, request, config, device, listener)


def _rows(
    run: RunFolder, request: GenerateRequest, config: RunConfig, device: torch.device, listener: Listener
) -> MoreRows:
    from core.synthesis import persistence

    made = persistence.load(run, config.synthesis(), seed=config.seed, device=device, listener=listener)
    found = made.sample(request.rows, seed=request.seed, proportions=request.shares, listener=listener)
    return MoreRows(found.frame, [f"{found.changed.mean():.1%} of the labels were changed by the fair label channel."])


def _images(
    run: RunFolder, request: GenerateRequest, config: RunConfig, device: torch.device, listener: Listener
) -> MoreRows:
    from core.synthesis import persistence

    made = persistence.load_images(run, config.image_settings(), seed=config.seed, device=device)
    found = made.sample(
        request.rows, seed=request.seed, proportions=request.shares, target=request.target, listener=listener
    )
    schema = run.schema.read()
    asked = "" if request.target is None else f" All have the {schema.target} {request.target}."
    note = f"Each image's {', '.join(schema.sensitive)} was drawn without regard to its {schema.target}.{asked}"
    return MoreRows(found.frame, [note], found.pixels)


def check_ending(path: Path, schema: Schema) -> None:
    """Raise a `ConfigError` if it is not clear from its name what to write into the file."""
    endings = (".csv", ".parquet") if schema.image is None else (".zip",)
    if path.suffix not in endings:
        raise ConfigError(
            f"{path.name!r} must end in {' or '.join(endings)}, so that it is clear what to write.", field="out"
        )


def write(made: MoreRows, schema: Schema, path: Path) -> None:
    """Into one file, whose ending was checked."""
    if made.pixels is not None:
        write_image_zip(made.frame, schema, made.pixels, path)
    elif path.suffix == ".csv":
        write_csv(made.frame, schema, path)
    else:
        write_parquet(made.frame, path)


def leave(made: MoreRows, schema: Schema, folder: GenerationFolder | RunFolder) -> None:
    """Into a job's folder, in every form; the rows last, so that they say that the rest is there."""
    if made.pixels is not None:
        folder.artifacts.save_images("synthetic", made.pixels)
        write(made, schema, folder.synthetic_zip.path)
    write_csv(made.frame, schema, folder.synthetic_csv.path)
    folder.synthetic.save(made.frame)
