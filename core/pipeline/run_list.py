"""Runs as a list shows them: what each is, how far it is, and what it found. Only small files are read."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from core.errors import RunError
from core.findings.headline import Headline
from core.runs.jobs import status
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from core.runs.titles import read_title

AUDIT: Final = "audit"


@dataclass(frozen=True)
class ListedRun:
    """One run of a list. What an old or unfinished run has not recorded is empty.

    Args:
        folder: Its folder.
        title: The title that its user gave it.
        dataset: Name of the dataset.
        outcome: Column of the outcome, with its favourable value.
        groups: The sensitive columns.
        method: The method, or ``audit``.
        status: Its status now.
        started: ISO time, UTC.
        finished: ISO time, UTC; ``None`` if it has not ended.
        headline: What its first screen says first; without a sentence if it has no report.
    """

    folder: RunFolder
    title: str
    dataset: str
    outcome: str
    groups: tuple[str, ...]
    method: str
    status: Status
    started: str
    finished: str | None
    headline: Headline

    @property
    def name(self) -> str:
        """Name of the folder, which links lead to."""
        return self.folder.path.name

    @property
    def shown_name(self) -> str:
        """What the run is called: its title, else the name of its folder."""
        return self.title or self.name

    @property
    def about(self) -> str:
        """Dataset, outcome, groups and method in one line, as far as they are known."""
        by = f"by {', '.join(self.groups)}" if self.groups else ""
        return " · ".join(part for part in (self.dataset, self.outcome, by, self.method) if part)

    @property
    def lines(self) -> list[str]:
        """What stands under its name: what it is; its folder, if it has a title; its state and when it began."""
        moment = self.started[:16].replace("T", " ")
        folder = f"folder {self.name}, " if self.title else ""
        return [line for line in (self.about, f"{folder}{self.status}, started {moment} UTC") if line]

    def matches(self, words: str) -> bool:
        """Return whether each of these words stands in a name, dataset, outcome, group or method, whatever its case."""
        text = f"{self.title} {self.name} {self.about}".casefold()
        return all(word in text for word in words.casefold().split())

    def is_older_than(self, age: timedelta) -> bool:
        """Return whether it ended so long ago; if it never ended, whether it started so long ago."""
        return datetime.now(UTC) - datetime.fromisoformat(self.finished or self.started) > age


def listed_runs(folders: Iterable[RunFolder]) -> list[ListedRun]:
    """Return the runs in the given order, without those that are deleted or damaged meanwhile."""
    found = []
    for folder in folders:
        with suppress(RunError):
            found.append(listed_run(folder))
    return found


def listed_run(folder: RunFolder) -> ListedRun:
    """Return one run as a list shows it.

    Raises:
        RunError: The run is deleted, or one of its files is damaged.
    """
    manifest, state = folder.manifest.read(), folder.job.state()
    return ListedRun(
        folder,
        read_title(folder),
        str(manifest.get("name", "")),
        _outcome(manifest),
        tuple(_columns(manifest, "sensitive")),
        str(manifest.get("method", "")) or (AUDIT if folder.is_audit() else ""),
        # Of a run that has not ended, the process must be looked for; the events of all others need not be read.
        state.status if state.status is Status.DONE else status(folder.path).state.status,
        state.started,
        state.finished,
        folder.headline.read(Headline),
    )


def _outcome(manifest: dict[str, Any]) -> str:
    columns = _columns(manifest, "target")
    favorable = manifest.get("favorable_outcome")
    return " = ".join(str(part) for part in (*columns[:1], favorable) if part is not None)


def _columns(manifest: dict[str, Any], role: str) -> list[str]:
    """Return the names of the columns with a role; none if the manifest is not as a run writes it."""
    with suppress(KeyError, TypeError):
        return [str(column["name"]) for column in manifest.get("columns", []) if column["role"] == role]
    return []
