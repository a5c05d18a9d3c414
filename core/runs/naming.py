"""Names of new run folders: readable, unique, and valid in any file system."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from pathlib import Path

from core.runs.access import ACCESS, OPEN


def new_run_path(parent: Path, dataset: str, method: str = "") -> Path:
    """Return the path of a new folder under ``parent``, named after the dataset, the method and the time.

    Where people are told apart, the name also holds 128 random bits, so that nobody can guess it.

    Args:
        parent: The folder of all runs.
        dataset: The dataset's name.
        method: The method's name, if runs of several methods lie side by side.

    >>> new_run_path(Path("runs"), "../My table.csv").name.startswith("my-table-")
    True
    >>> new_run_path(Path("runs"), "My table.csv", "evenhand").name.startswith("my-table-evenhand-")
    True
    """
    stem = dataset.rpartition(".")[0] or dataset
    slug = _slug(stem) or "table"
    moment = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    random = secrets.token_hex(2 if ACCESS.value() == OPEN else 16)
    return parent / "-".join(part for part in (slug, _slug(method), moment, random) if part)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-")
