"""A run as one zip file to share: settings, metrics, report and synthetic rows, without real rows or weights."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
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


def bundle(folder: RunFolder, instead: Mapping[str, bytes]) -> bytes:
    """Return the zip file's bytes, with all shareable files of the run.

    Args:
        folder: The run.
        instead: Content of files that are handed on in another form than they have in the folder, by name.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in SHAREABLE:
            path = folder.path / name
            if path.is_file():
                archive.writestr(f"{folder.path.name}/{name}", instead[name] if name in instead else path.read_bytes())
    return buffer.getvalue()
