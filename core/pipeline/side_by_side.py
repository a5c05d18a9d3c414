"""Two or more finished runs side by side: which were measured on the same rows, and in which settings they differ."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.report.tables.base import Table
from core.report.tables.differing_settings import differing_settings_table
from core.report.tables.manifest import flat
from core.runs.run_folder import RunFolder

MAX_RUNS: Final = 4
_DATA: Final = {
    "data": "name",
    "real rows": "rows",
    "favourable outcome": "favorable_outcome",
    "method": "method",
    "changes of the data": "data_changes",
}
"""Facts of the manifest in which runs may differ, by what they are called."""
_SAME_ROWS: Final = ("sha256", "favorable_outcome")


def runs_by_rows(folders: Sequence[RunFolder]) -> list[list[RunFolder]]:
    """Return the runs in groups that share train rows, test rows, outcome and favourable value, in the given order.

    Only figures of one group differ for another reason than the rows.

    Raises:
        RunError: A run is deleted or damaged.
    """
    groups: dict[str, list[RunFolder]] = {}
    for folder in folders:
        manifest = folder.manifest.read()
        shared = [manifest.get(name) for name in _SAME_ROWS]
        # A run that has not recorded its rows shares them with no other.
        key = json.dumps([*shared, _targets(manifest)], sort_keys=True) if shared[0] else folder.path.as_posix()
        groups.setdefault(key, []).append(folder)
    return list(groups.values())


def differing_settings(folders: Sequence[RunFolder], names: Sequence[str]) -> Table:
    """Return the settings in which runs differ, also kinds and roles of columns.

    Raises:
        RunError: A run is deleted or damaged.
    """
    learned = not any(folder.is_audit() for folder in folders)
    return differing_settings_table(names, [_settings(folder, learned=learned) for folder in folders])


def _settings(folder: RunFolder, *, learned: bool) -> dict[str, str]:
    """Return data, options and columns as names and values.

    Args:
        folder: The run.
        learned: Whether all the runs learned something: the settings of the method count too, and an option that one
            of them follows from is left out.
    """
    manifest = folder.manifest.read()
    data = {title: manifest.get(name) for title, name in _DATA.items()}
    own = flat(manifest.get("settings", {})) if learned else []
    resolved = {name.rpartition(".")[2] for name, _ in own}
    config = folder.config.read() if folder.config.exists() else {}
    options = [(name, value) for name, value in flat(config) if name not in resolved]
    found = {_in_words(name): value for name, value in [*flat(data), *options, *own]}
    columns = {f"column {one['name']}": f"{one['kind']}, {one['role']}" for one in manifest.get("columns", [])}
    return found | columns


def _in_words(path: str) -> str:
    """Return the path of a setting as people read it.

    >>> _in_words("labels.repair_level")
    'labels: repair level'
    """
    return path.replace(".", ": ").replace("_", " ")


def _targets(manifest: Mapping[str, Any]) -> list[str]:
    return [column["name"] for column in manifest.get("columns", []) if column["role"] == "target"]
