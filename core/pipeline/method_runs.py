"""Runs of several methods on the same table, selected for a comparison."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from core.audit.records import Record
from core.config import RunConfig, run_config
from core.data.dataset import Dataset
from core.data.fingerprint import fingerprint
from core.data.holdout_split import split
from core.data.schema import Schema
from core.errors import EvenhandError
from core.report.tables.method_run import MethodRun
from core.runs.run_folder import RunFolder
from core.synthesis.methods.method_info import method_names


def row_hashes(dataset: Dataset, seed: int) -> dict[str, str]:
    """Return the hashes of the train and hold-out rows of a run on this table with this seed, as in its manifest.

    Raises:
        EvenhandError: The table cannot be split.
    """
    parts = split(dataset, seed=seed)
    return {"train": fingerprint(parts.train), "holdout": fingerprint(parts.holdout)}


def runs_on_same_rows(folders: Iterable[RunFolder], hashes: dict[str, str], schema: Schema) -> list[RunFolder]:
    """Return the runs with the same train and hold-out rows and the same roles, in the given order; no audits."""
    return [folder for folder in folders if _has_same_rows(folder, hashes, schema)]


def newest_per_method(folders: Iterable[RunFolder]) -> list[RunFolder]:
    """Return the first run of each configuration; the runs must be in order, newest first."""
    first: dict[str, RunFolder] = {}
    for folder in folders:
        first.setdefault(read_config(folder).model_dump_json(), folder)
    return list(first.values())


def read_config(folder: RunFolder) -> RunConfig:
    """Read the configuration of a run.

    Raises:
        ConfigError: Its method or a hyperparameter is unknown.
    """
    return run_config(**folder.config.read())


def in_catalog_order(folders: Iterable[RunFolder]) -> list[RunFolder]:
    """Sort runs by method in the order of the catalogue; runs of one method keep their order."""
    names = method_names()
    return sorted(folders, key=lambda folder: names.index(read_config(folder).method))


def read_method_run(folder: RunFolder, records: list[Record], called: str = "") -> MethodRun:
    """Read a finished run for a comparison.

    Args:
        folder: The run.
        records: The records of its audit.
        called: What the comparison calls it; empty for its method's name.
    """
    config = read_config(folder)
    device = str(folder.environment.read().get("device") or "")
    schema = folder.schema.read()
    name = folder.path.name
    return MethodRun(name, config.method, config.preset, config.seed, tuple(records), schema, device, called)


def _has_same_rows(folder: RunFolder, hashes: dict[str, str], schema: Schema) -> bool:
    with suppress(EvenhandError):  # an unreadable run is left out
        return (
            not folder.is_audit()
            and folder.manifest.read().get("sha256") == hashes
            and _roles(folder.schema.read()) == _roles(schema)
            and bool(read_config(folder))
        )
    return False


def _roles(schema: Schema) -> tuple[object, ...]:
    """Return the parts of a schema that affect results: roles, kinds, groups and outcome, without the reasons."""
    return (
        [(column.name, column.kind, column.role, column.bin_edges, column.bin_names) for column in schema.columns],
        schema.positive,
        schema.threshold,
        schema.favorable == "negative",
        schema.min_group_size,
    )
