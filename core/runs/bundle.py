"""A run as one zip to hand on: what was asked, what was found, the synthetic rows. No real row and no weights."""

from __future__ import annotations

import io
import zipfile
from typing import Final

from core.runs.run_folder import RunFolder

# Named one by one: a file that is added to the folder later is personal until it is named here.
HANDED_ON: Final = (
    "report.html",
    "metrics.json",
    "config.json",
    "schema.json",
    "environment.json",
    "manifest.json",
    "notes.json",
    "answers.json",
    "synthetic.csv",
    "synthetic.zip",
    "synthetic.parquet",
)


def bundle(folder: RunFolder) -> bytes:
    """The zip's bytes, with those of the named files that the run has."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in HANDED_ON:
            path = folder.path / name
            if path.is_file():
                archive.write(path, f"{folder.path.name}/{name}")
    return buffer.getvalue()


def handed_on(folder: RunFolder, name: str) -> bytes | None:
    """The content of one of these files, or ``None`` if the run has not made it."""
    path = folder.path / name
    return path.read_bytes() if name in HANDED_ON and path.is_file() else None
