"""The checksums of a finished run. They reveal a later change of its files.

::

    hashes.json        SHA-256 by path in the folder; written when the run ends

They cannot reveal a change of both a file and this list: keep a copy of the list, or of the report, elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from core.runs import files
from core.runs.artifacts import ArtifactStore, holds_real_rows
from core.runs.stored_files import JsonFile

HASHES = "hashes.json"
REPORT = "report.html"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Checksums:
    """SHA-256 of the files of a run folder.

    Args:
        root: The run folder.
        artifacts: Its artifacts. Each has a checksum.
        documents: Returns the paths of the other existing files that have a checksum.
    """

    def __init__(self, root: Path, artifacts: ArtifactStore, documents: Callable[[], Iterable[Path]]) -> None:
        self.root = root
        self._artifacts = artifacts
        self._documents = documents
        self._file = JsonFile(root, HASHES)

    def record(self) -> None:
        """Record the checksum of every final file. Call it once, when the run ends."""
        self._file.save(self._of([*self._documents(), *self._artifacts.files()]))

    def exist(self) -> bool:
        """Return whether checksums are recorded."""
        return self._file.exists()

    def recorded(self) -> dict[str, str]:
        """Return the SHA-256 (hex) by path that was recorded when the run ended.

        Raises:
            RunError: The file of checksums is missing or damaged.
        """
        digests = self._file.read()
        if not all(isinstance(value, str) and _DIGEST.fullmatch(value) for value in digests.values()):
            raise self._file.damaged_error()
        return digests

    def update(self, name: str) -> None:
        """Record the new checksum of a file that was changed on purpose. Do nothing before the run ends."""
        if self.exist():
            self._file.save(self.recorded() | self._of([self.root / name]))

    def clear(self) -> None:
        """Remove the recorded checksums, because the files are about to be replaced."""
        self._file.remove()

    def for_report(self) -> dict[str, str]:
        """Return the SHA-256 (hex) by path that a report prints: of all files but those of real rows.

        These are the recorded checksums, if there are any. A later report then reveals that a file was changed.
        Real tables are left out. The manifest has their fingerprints, which do not depend on the file format.
        """
        if not self.exist():
            return self._of([*self._documents(), *self._artifacts.generated_files()])
        return {
            name: digest for name, digest in self.recorded().items() if name != REPORT and not holds_real_rows(name)
        }

    def current(self, name: str) -> str | None:
        """Return the file's present SHA-256 (hex); ``None`` if the folder has no such file."""
        path = self.root / name
        is_inside = path.resolve().is_relative_to(self.root.resolve())
        return files.sha256(path) if is_inside and path.is_file() else None

    def _of(self, paths: Iterable[Path]) -> dict[str, str]:
        return {path.relative_to(self.root).as_posix(): files.sha256(path) for path in paths}
