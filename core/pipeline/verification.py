"""Verify that the files of a run, or a report file, have not changed since they were written.

Verification detects a change that did not update the checksums: an accident, a careless edit, a swapped file. It cannot
detect a change by someone who updated the checksums too. Against that, keep a copy of ``hashes.json`` or of the report
in another place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.audit.records import Record
from core.data.fingerprint import fingerprint
from core.errors import EvenhandError, RunError
from core.pipeline.handed_on import HandedOn
from core.report.output.readback import disagreements, read_report
from core.runs.artifacts import REAL
from core.runs.checksums import HASHES, REPORT
from core.runs.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class FileCheck:
    """The check of one file or of a part of it.

    Args:
        name: Path of the file in the run folder, or name of the report.
        agrees: Whether the file is unchanged.
        reason: The difference as a sentence; empty if there is none.
    """

    name: str
    agrees: bool
    reason: str = ""


def verify(path: Path) -> list[FileCheck]:
    """Check a run folder against its checksums, or a report file against those inside it.

    Args:
        path: A run folder or a report file.

    Raises:
        RunError: There is no such run or report, or its checksums are missing or unreadable.
    """
    if path.is_file():
        return list(_check_report(path, path.name))
    folder = RunFolder.open(path)
    if not folder.checksums.exist():
        raise RunError(
            f"{path} has no {HASHES}: the run did not finish, or an earlier version created it; run it again."
        )
    return [*_check_files(folder), *_check_rows(folder), *_check_own_report(folder)]


def read_records(path: Path) -> list[Record]:
    """Read the records of a run folder, or those embedded in a report file.

    Raises:
        RunError: There are no readable records.
    """
    return read_report(path).records if path.is_file() else RunFolder.open(path).metrics.read(Record)


def same_rows(first: Path, second: Path) -> bool:
    """Return whether two runs or report files have the same real rows.

    Raises:
        RunError: One of them cannot be read.
    """
    return bool(_fact(first, "sha256") == _fact(second, "sha256"))


def counted_outcomes(first: Path, second: Path) -> tuple[str | None, str | None]:
    """Return the outcome that each of two runs or reports counts as favourable; ``None`` if an old one does not say.

    Raises:
        RunError: One of them cannot be read.
    """
    return _fact(first, "favorable_outcome"), _fact(second, "favorable_outcome")


def _fact(path: Path, name: str) -> Any:
    manifest = read_report(path).manifest if path.is_file() else RunFolder.open(path).manifest.read()
    return manifest.get(name)


def _check_files(folder: RunFolder) -> Iterator[FileCheck]:
    for name, recorded in folder.checksums.recorded().items():
        current = folder.checksums.current(name)
        if current is None:
            yield FileCheck(name, agrees=False, reason="The file is missing.")
        elif current != recorded:
            yield FileCheck(name, agrees=False, reason="The file has changed: its checksum differs.")
        else:
            yield FileCheck(name, agrees=True)


def _check_rows(folder: RunFolder) -> Iterator[FileCheck]:
    """Check the content of the real rows against the hashes in the manifest."""
    try:
        recorded = folder.manifest.read().get("sha256", {})
        for name in REAL:
            if name in recorded and folder.artifacts.has_table(name):
                agrees = fingerprint(folder.artifacts.table(name)) == recorded[name]
                reason = "" if agrees else "The rows differ from those in the manifest."
                yield FileCheck(f"rows of {name}", agrees=agrees, reason=reason)
    except RunError as error:
        yield FileCheck("manifest.json", agrees=False, reason=error.sentence)


def _check_own_report(folder: RunFolder) -> Iterator[FileCheck]:
    if not folder.report_html.exists():
        return
    yield from _check_report(folder.report_html.path, REPORT)
    try:
        same = read_report(folder.report_html.path).records == HandedOn(folder).records
    except EvenhandError:  # the checks above name the file
        return
    if not same:
        yield FileCheck(REPORT, agrees=False, reason="Its figures differ from those of metrics.json.")


def _check_report(path: Path, name: str) -> Iterator[FileCheck]:
    try:
        differences = list(disagreements(read_report(path)))
    except RunError as error:
        yield FileCheck(name, agrees=False, reason=error.sentence)
        return
    if not differences:
        yield FileCheck(f"inside {name}", agrees=True)
    yield from (FileCheck(f"inside {name}", agrees=False, reason=sentence) for sentence in differences)
