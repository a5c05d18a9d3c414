"""The checksums of a finished run: what each file was when the run ended, so that a later change is found.

::

    hashes.json        SHA-256 by place in the folder; written when the run ends

A change of both a file and this list is not found: keep a copy of the list, or of the report, elsewhere.
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
        artifacts: Its artifacts; all of them have a checksum.
        documents: Finds the other files that have one, as far as they exist.
    """

    def __init__(self, root: Path, artifacts: ArtifactStore, documents: Callable[[], Iterable[Path]]) -> None:
        self.root = root
        self._artifacts = artifacts
        self._documents = documents
        self._file = JsonFile(root, HASHES)

    def record(self) -> None:
        """Record the checksum of every file that no longer changes; done once, when the run ends."""
        self._file.save(self._of([*self._documents(), *self._artifacts.files()]))

    def exist(self) -> bool:
        """Whether checksums are recorded."""
        return self._file.exists()

    def recorded(self) -> dict[str, str]:
        """SHA-256 (hex) by place, as recorded when the run ended.

        Raises:
            RunError: They are missing or damaged.
        """
        found = self._file.read()
        if not all(isinstance(value, str) and _DIGEST.fullmatch(value) for value in found.values()):
            raise self._file.damaged_error()
        return found

    def update(self, name: str) -> None:
        """Record one file anew, as it was changed on purpose; nothing happens before the run's end."""
        if self.exist():
            self._file.save(self.recorded() | self._of([self.root / name]))

    def clear(self) -> None:
        """Remove the recorded checksums: the files that they describe were made anew."""
        self._file.remove()

    def for_report(self) -> dict[str, str]:
        """What a report prints: SHA-256 (hex) by place of all but the real tables, images and their latents.

        Those recorded at the end, if there are any: a report written anew then shows that a file was changed since.
        The real tables are left out: the manifest has their fingerprints, which do not depend on the file format.
        """
        if not self.exist():
            return self._of([*self._documents(), *self._artifacts.generated_files()])
        return {
            name: digest for name, digest in self.recorded().items() if name != REPORT and not holds_real_rows(name)
        }

    def current(self, name: str) -> str | None:
        """The file's SHA-256 (hex) as it is now; ``None`` if there is no such file in the folder."""
        path = self.root / name
        inside = path.resolve().is_relative_to(self.root.resolve())
        return files.sha256(path) if inside and path.is_file() else None

    def _of(self, paths: Iterable[Path]) -> dict[str, str]:
        return {path.relative_to(self.root).as_posix(): files.sha256(path) for path in paths}
