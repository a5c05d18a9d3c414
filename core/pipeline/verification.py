"""Whether the files of a run, or a report file, still are what they were when they were written.

It finds a change that left the hashes alone: an accident, a careless edit, a file swapped. It cannot find one by
someone who wrote the hashes anew as well; for that, keep a copy of ``hashes.json`` or of the report elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.audit.records import Record
from core.data.fingerprint import fingerprint
from core.errors import RunError
from core.report.output.readback import disagreements, read_report
from core.runs.artifacts import REAL
from core.runs.checksums import HASHES, REPORT
from core.runs.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one file or one part of it.

    Args:
        place: The file's place in the run folder, or the report's name.
        agrees: Whether it is as it was.
        why: What differs, in a sentence; empty if nothing does.
    """

    place: str
    agrees: bool
    why: str = ""


def verify(path: Path) -> list[Finding]:
    """Hold a run folder against the hashes kept at its end, or a report file against its own.

    Args:
        path: A run folder or a report file.

    Raises:
        RunError: There is no such run or report, the run has no hashes, or they cannot be read.
    """
    if path.is_file():
        return list(_of_report(path, path.name))
    folder = RunFolder.open(path)
    if not folder.checksums.exist():
        raise RunError(
            f"{path} has no {HASHES}: it did not come to its end, or an earlier version made it; run it anew."
        )
    return [*_of_files(folder), *_of_rows(folder), *_of_own_report(folder)]


def figures(path: Path) -> list[Record]:
    """The records of a run folder, or those embedded in a report file.

    Raises:
        RunError: There are none that can be read.
    """
    return read_report(path).records if path.is_file() else RunFolder.open(path).metrics.read(Record)


def same_rows(first: Path, second: Path) -> bool:
    """Whether two runs or report files name the same real rows.

    Raises:
        RunError: One of them cannot be read.
    """
    return bool(_named_rows(first) == _named_rows(second))


def _named_rows(path: Path) -> Any:
    manifest = read_report(path).manifest if path.is_file() else RunFolder.open(path).manifest.read()
    return manifest.get("sha256")


def _of_files(folder: RunFolder) -> Iterator[Finding]:
    for place, kept in folder.checksums.recorded().items():
        now = folder.checksums.current(place)
        if now is None:
            yield Finding(place, agrees=False, why="The file is gone.")
        elif now != kept:
            yield Finding(place, agrees=False, why="The file is not the one that was written: its hash differs.")
        else:
            yield Finding(place, agrees=True)


def _of_rows(folder: RunFolder) -> Iterator[Finding]:
    """The real rows by their content: what the manifest, and so every report, names them by."""
    try:
        kept = folder.manifest.read().get("sha256", {})
        for name in REAL:
            if name in kept and folder.artifacts.has_table(name):
                agrees = fingerprint(folder.artifacts.table(name)) == kept[name]
                why = "" if agrees else "The rows are not those that the manifest names."
                yield Finding(f"rows of {name}", agrees=agrees, why=why)
    except RunError as error:
        yield Finding("manifest.json", agrees=False, why=error.sentence)


def _of_own_report(folder: RunFolder) -> Iterator[Finding]:
    if not folder.report_html.exists():
        return
    yield from _of_report(folder.report_html.path, REPORT)
    try:
        same = read_report(folder.report_html.path).records == folder.metrics.read(Record)
    except RunError:  # the findings above name the file
        return
    if not same:
        yield Finding(REPORT, agrees=False, why="Its figures are not those of metrics.json.")


def _of_report(path: Path, name: str) -> Iterator[Finding]:
    try:
        found = list(disagreements(read_report(path)))
    except RunError as error:
        yield Finding(name, agrees=False, why=error.sentence)
        return
    if not found:
        yield Finding(f"inside {name}", agrees=True)
    yield from (Finding(f"inside {name}", agrees=False, why=sentence) for sentence in found)
