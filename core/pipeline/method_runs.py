"""The runs of one table by several methods: which of those on disk they are, and what is compared of them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from core.audit.records import Record
from core.config import RunConfig, run_config
from core.data.dataset import Dataset
from core.data.fingerprint import fingerprint
from core.data.schema import Schema
from core.data.split import split
from core.errors import EvenhandError
from core.report.tables.methods import MethodRun
from core.runs.run_folder import RunFolder
from core.synthesis.methods.catalog import METHODS


def row_hashes(dataset: Dataset, seed: int) -> dict[str, str]:
    """What names the rows that a run of this table with this seed learns from and holds out, as its manifest has it.

    Raises:
        EvenhandError: The table cannot be split.
    """
    parts = split(dataset, seed=seed)
    return {"train": fingerprint(parts.train), "holdout": fingerprint(parts.holdout)}


def runs_of(folders: Iterable[RunFolder], hashes: dict[str, str], schema: Schema) -> list[RunFolder]:
    """The runs, in the order given, that learn from these rows, hold out those, and read them alike; no audits."""
    return [folder for folder in folders if _is_of(folder, hashes, schema)]


def newest(folders: Iterable[RunFolder]) -> list[RunFolder]:
    """The first of each method and settings: of runs that come newest first, the newest."""
    found: dict[str, RunFolder] = {}
    for folder in folders:
        found.setdefault(method_of(folder).model_dump_json(), folder)
    return list(found.values())


def method_of(folder: RunFolder) -> RunConfig:
    """What the run was asked for.

    Raises:
        ConfigError: Its method or a dial is not known here.
    """
    return run_config(**folder.config.read())


def in_order(folders: Iterable[RunFolder]) -> list[RunFolder]:
    """Runs in the order of the catalogue of methods, and else in the order given."""
    names = list(METHODS)
    return sorted(folders, key=lambda folder: names.index(method_of(folder).method))


def read_method_run(folder: RunFolder, records: list[Record]) -> MethodRun:
    """A finished run as it is compared with others.

    Args:
        folder: The run.
        records: Those of its audit.
    """
    config = method_of(folder)
    device = str(folder.environment.read().get("device") or "")
    return MethodRun(folder.path.name, config.method, config.preset, config.seed, tuple(records), device)


def _is_of(folder: RunFolder, hashes: dict[str, str], schema: Schema) -> bool:
    with suppress(EvenhandError):  # a run that cannot be read is compared with none
        return (
            not folder.is_audit()
            and folder.manifest.read().get("sha256") == hashes
            and _roles(folder.schema.read()) == _roles(schema)
            and bool(method_of(folder))
        )
    return False


def _roles(schema: Schema) -> tuple[object, ...]:
    """Everything by which a schema reads the same rows: roles, kinds, groups, outcome; not why it does."""
    return (
        [(one.name, one.kind, one.role, one.bin_edges, one.bin_names) for one in schema.columns],
        schema.positive,
        schema.threshold,
        schema.min_group_size,
    )
