"""A run as one zip file to share: settings, metrics, report and synthetic rows, without real rows or weights."""

from __future__ import annotations

import io
import zipfile
from typing import Final

from core.runs.run_folder import RunFolder

# An explicit list, so that a new file of the run folder stays private until someone adds it here.
SHAREABLE: Final = (
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
    """Return the zip file's bytes, with all shareable files of the run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in SHAREABLE:
            path = folder.path / name
            if path.is_file():
                archive.write(path, f"{folder.path.name}/{name}")
    return buffer.getvalue()


def shareable_file(folder: RunFolder, name: str) -> bytes | None:
    """Return the content of a file; ``None`` if the run does not have it or if it is not shareable."""
    path = folder.path / name
    return path.read_bytes() if name in SHAREABLE and path.is_file() else None
