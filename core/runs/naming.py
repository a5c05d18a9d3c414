"""Names of new run folders: readable, safe in any file system, and never given twice."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from pathlib import Path


def new_run(parent: Path, about: str) -> Path:
    """A folder under ``parent`` that does not exist yet, named after what the run is about and when it was asked for.

    >>> new_run(Path("runs"), "../My table.csv").name.startswith("my-table-")
    True
    """
    stem = about.rpartition(".")[0] or about
    slug = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:40] or "table"
    moment = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    return parent / f"{slug}-{moment}-{secrets.token_hex(2)}"
