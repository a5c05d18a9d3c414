"""The hashes of a finished run: what each file was when the run ended, so that a later change can be found.

::

    hashes.json        SHA-256 by place in the folder; written when the run ends

Whoever changes a file and this list as well is not found: keep a copy of the list, or of the report, elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from core.runs import files
from core.runs.artifacts import REAL, ArtifactStore

HASHES = "hashes.json"
REPORT = "report.html"
_DIGEST = re.compile(r"[0-9a-f]{64}")
# What may change after the end is not among them: state, events, the reader's answers, rows generated later.
_SEALED = (
    "config.json",
    "schema.json",
    "encoding.json",
    "environment.json",
    "manifest.json",
    "notes.json",
    "seconds.json",
    "repair_level_search.json",
    "generation.json",
    "pictures.json",
    "metrics.json",
    "synthetic.parquet",
    "synthetic.csv",
    "synthetic.zip",
)


class ChecksummedFolder(ArtifactStore):
    """A folder that remembers the hashes of its files.

    Args:
        path: The folder.
    """

    def seal(self) -> None:
        """Keep the hash of every file that stays as it is from now on; done once, when the run ends."""
        kept = [self._at(name) for name in _SEALED if self._at(name).is_file()]
        self._write(HASHES, self._hashed([*kept, *self.private_files()]))

    def is_sealed(self) -> bool:
        """Whether hashes are kept."""
        return self._at(HASHES).is_file()

    def sealed(self) -> dict[str, str]:
        """SHA-256 (hex) by place, as kept when the run ended.

        Raises:
            RunError: They are missing or damaged.
        """
        found = self._mapping(HASHES)
        if not all(isinstance(value, str) and _DIGEST.fullmatch(value) for value in found.values()):
            raise self._damaged(HASHES)
        return found

    def unseal(self) -> None:
        """Forget the hashes: something they speak of was made anew."""
        self._at(HASHES).unlink(missing_ok=True)

    def hashes(self) -> dict[str, str]:
        """What a report prints: SHA-256 of all but the real tables, images and their latents, by place.

        Those kept at the end, if there are any: a report written anew then shows that a file was changed since. The
        real tables are left out as the manifest has their fingerprints, which do not depend on the file format.
        """
        if not self.is_sealed():
            made = [*(self._at(name) for name in _SEALED if self._at(name).is_file()), *self.made_files()]
            return self._hashed(made)
        real = {place for name in REAL for place in (f"tables/{name}.parquet", f"images/{name}.npy")}
        return {
            place: digest
            for place, digest in self.sealed().items()
            if place not in real and place != REPORT and not place.startswith("latents/")
        }

    def file_hash(self, place: str) -> str | None:
        """The file's SHA-256 as it is now; ``None`` if there is no such file in the folder."""
        path = self._at(place)
        inside = path.resolve().is_relative_to(self.path.resolve())
        return files.sha256(path) if inside and path.is_file() else None

    def _resealed(self, place: str) -> None:
        """Keep the new hash of one file that was meant to change."""
        if self.is_sealed():
            self._write(HASHES, self.sealed() | self._hashed([self._at(place)]))

    def _hashed(self, paths: Iterable[Path]) -> dict[str, str]:
        return {path.relative_to(self.path).as_posix(): files.sha256(path) for path in paths}
