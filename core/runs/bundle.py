"""A run as one zip to share: settings, figures, report, synthetic rows. It holds no real row and no weights."""

from __future__ import annotations

import io
import zipfile
from typing import Final

from core.runs.run_folder import RunFolder

# An explicit list: a file that is added to the run folder later is private until it is named here.
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
    """The zip's bytes: those of the shareable files that the run has."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in SHAREABLE:
            path = folder.path / name
            if path.is_file():
                archive.write(path, f"{folder.path.name}/{name}")
    return buffer.getvalue()


def shareable_file(folder: RunFolder, name: str) -> bytes | None:
    """The content of one shareable file; ``None`` if the run does not have it or it is not shareable."""
    path = folder.path / name
    return path.read_bytes() if name in SHAREABLE and path.is_file() else None
