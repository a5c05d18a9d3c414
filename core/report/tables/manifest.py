"""The facts of a run as lines: settings, versions, splits, hashes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.report.tables.base import Cell, Table

_OWN_TABLES = frozenset({"columns", "limits", "data_checks", "data_changes"})


def manifest_table(manifest: Mapping[str, Any]) -> Table:
    """Return the manifest as lines of fact and value."""
    facts = {key: value for key, value in manifest.items() if key not in _OWN_TABLES}
    return Table(
        "Manifest",
        "Settings, versions, splits and hashes. The hashes sha256.train and sha256.holdout identify the real rows "
        "whatever the file's format.",
        ("fact", "value"),
        tuple((Cell(name), Cell(value)) for name, value in flat(facts)),
    )


def flat(payload: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Return nested mappings as lines of name and value.

    >>> flat({"config": {"seed": 0}, "groups": ["a", "b"], "commit": None})
    [('config.seed', '0'), ('groups', 'a, b'), ('commit', '–')]
    """
    if isinstance(payload, Mapping):
        return [
            line for key, value in payload.items() for line in flat(value, f"{prefix}.{key}" if prefix else str(key))
        ]
    if isinstance(payload, list | tuple):
        if any(isinstance(value, Mapping) for value in payload):
            return [line for index, value in enumerate(payload) for line in flat(value, f"{prefix}[{index}]")]
        return [(prefix, ", ".join(map(str, payload)) or "–")]
    return [(prefix, "–" if payload is None or payload == "" else str(payload))]
