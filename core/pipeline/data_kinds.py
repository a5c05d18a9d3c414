"""What generation does otherwise for tables and for images, beside the synthesizer: reading, bounds, and files."""

from __future__ import annotations

from pathlib import Path

from core.data.images import check_count as check_image_count
from core.data.io.image_zip import write_image_zip
from core.data.io.table_writer import write_csv, write_parquet
from core.data.schema import Schema
from core.errors import ConfigError
from core.runs.generation_folder import GenerationFolder
from core.runs.run_folder import RunFolder
from core.synthesis.base import Observations, Sample

MAX_IMAGES = 10_000
"""Images that a run makes if it is not asked for a number."""
FEW_HELD = 200


def observations(folder: RunFolder, name: str) -> Observations:
    """Rows of a run, ``train`` or ``holdout``, with their images where they have some."""
    return Observations(folder.table(name), folder.images(name) if folder.has_images(name) else None)


def default_rows(schema: Schema, train_rows: int) -> int:
    """How many rows a run makes if it is not asked for a number."""
    return train_rows if schema.image is None else min(train_rows, MAX_IMAGES)


def holdout_notes(schema: Schema, holdout: Observations) -> list[str]:
    """What a small hold-out means for the audit."""
    if schema.image is None or len(holdout) >= FEW_HELD:
        return []
    return [f"Only {len(holdout)} images are held out, so intervals are wide."]


def image_size(run: RunFolder) -> tuple[int, int]:
    """Height and width of the images of a run."""
    height, width = run.images("train").shape[1:3]
    return int(height), int(width)


def check_count(run: RunFolder, rows: int) -> None:
    """Raise a `ConfigError` if a run cannot make so many rows at once."""
    if run.schema().image is not None:
        check_image_count(rows, image_size(run))


def check_ending(path: Path, schema: Schema) -> None:
    """Raise a `ConfigError` if it is not clear from its name what to write into the file."""
    endings = (".csv", ".parquet") if schema.image is None else (".zip",)
    if path.suffix not in endings:
        raise ConfigError(f"{path.name!r} must end in {' or '.join(endings)}, so that it is clear what to write.")


def write(sample: Sample, schema: Schema, path: Path) -> None:
    """Write a sample into one file, whose ending was checked."""
    if sample.content is not None:
        write_image_zip(sample.frame, schema, sample.content, path)
    elif path.suffix == ".csv":
        write_csv(sample.frame, schema, path)
    else:
        write_parquet(sample.frame, path)


def save_table(folder: RunFolder, name: str, rows: Sample | Observations) -> None:
    """Keep rows, and their images, as a table of a run."""
    folder.save_table(name, rows.frame)
    if rows.content is not None:
        folder.save_images(name, rows.content)


def save_product(folder: GenerationFolder | RunFolder, schema: Schema, sample: Sample) -> None:
    """Keep a sample in every form; the rows last, so that they say that the rest is there."""
    if sample.content is not None:
        folder.save_images("synthetic", sample.content)
        write(sample, schema, folder.synthetic_zip)
    write_csv(sample.frame, schema, folder.synthetic_csv)
    folder.save_synthetic(sample.frame)
