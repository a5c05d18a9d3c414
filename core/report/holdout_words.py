"""Where the test rows of an audit come from, as the report and its sheets say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def given_holdout(manifest: Mapping[str, Any]) -> str:
    """Return the name of the file of test rows that was given; empty if there was none, or the run is an old one."""
    return str(manifest.get("options", {}).get("holdout", "")) if manifest.get("official_split") else ""


def official_origin(manifest: Mapping[str, Any]) -> str:
    """Return where test rows come from that were not drawn from the table.

    >>> official_origin({"official_split": True, "options": {"holdout": "later.csv"}})
    'those of the file that was given, later.csv'
    >>> official_origin({"official_split": True, "options": {}})
    "the dataset's own test file"
    """
    if given := given_holdout(manifest):
        return f"those of the file that was given, {given}"
    own = "the dataset's own test file"
    return own if "options" in manifest else f"{own}, or the one that was given"  # older runs do not say
