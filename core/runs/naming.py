"""Names of new run folders: readable, safe in any file system, and never given twice."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from pathlib import Path


def new_run_path(parent: Path, about: str, by: str = "") -> Path:
    """A folder under ``parent`` that does not exist yet, named after what the run is about and when it was asked for.

    Args:
        parent: The folder of all runs.
        about: The table's name.
        by: What makes the run, where several do.

    >>> new_run_path(Path("runs"), "../My table.csv").name.startswith("my-table-")
    True
    >>> new_run_path(Path("runs"), "My table.csv", "evenhand").name.startswith("my-table-evenhand-")
    True
    """
    stem = about.rpartition(".")[0] or about
    slug = _slug(stem) or "table"
    moment = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    return parent / "-".join(part for part in (slug, _slug(by), moment, secrets.token_hex(2)) if part)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-")
