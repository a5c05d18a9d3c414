"""The results of a run: records, notes, manifest, report and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.audit.records import Record
from core.config import RunConfig
from core.data.checks.issue import IssueSummary
from core.data.dataset import Dataset
from core.data.examples import Examples
from core.data.fingerprint import fingerprint
from core.data.groups import favorable_name
from core.data.holdout_split import Split
from core.data.schema import Schema
from core.events import Listener, ignore
from core.findings.conclusions import Conclusions, conclude
from core.findings.headline import headline
from core.modalities.catalog import modality_of
from core.pipeline.handed_on import HandedOn
from core.report.output.csv_files import save_tables
from core.report.output.html import one_page, render, tables_of
from core.report.output.pdf import paged
from core.report.tables.base import Table
from core.runs.files import write_bytes, write_text
from core.runs.run_folder import RunFolder


@dataclass(frozen=True)
class RunResult:
    """Result of a run or an audit; ``folder`` is ``None`` if nothing was saved.

    ``issues`` are what the checks of the data found and nobody decided.
    """

    folder: Path | None
    records: list[Record]
    notes: list[str]
    schema: Schema
    issues: Sequence[IssueSummary] = ()

    @property
    def conclusions(self) -> Conclusions:
        """What the records let one conclude."""
        return conclude(self.records, self.schema)


def manifest(dataset: Dataset, parts: Split, config: RunConfig) -> dict[str, object]:
    """Return the facts on data and configuration that the report prints.

    Raises:
        ConfigError: The configured classifier cannot learn this kind of data.
    """
    kind = modality_of(dataset.schema).audit_kind(config.classifier)
    return {
        "name": dataset.name,
        "rows": {"train": len(parts.train), "holdout": len(parts.holdout)},
        "official_split": parts.official,
        "options": dict(dataset.options),
        "favorable_outcome": favorable_name(dataset.schema, parts.train),
        **({} if dataset.schema.reference is None else {"reference_outcome": dataset.schema.reference}),
        "columns": [
            {"name": column.name, "kind": column.kind.value, "role": column.role.value}
            for column in dataset.schema.columns
        ],
        "sha256": {"train": fingerprint(parts.train), "holdout": fingerprint(parts.holdout)},
        **modality_of(dataset.schema).facts(dataset, parts),
        "classifier_title": kind.classifier_title,
        "limits": [list(limit) for limit in kind.limits],
        "config": config.model_dump(mode="json"),
    }


def method_facts(config: RunConfig, schema: Schema) -> dict[str, object]:
    """Return the facts on the method of a run; an audit has none."""
    return {
        "method": config.method_info(schema).title,
        "settings": config.settings_for(schema).model_dump(mode="json"),
    }


def save_real(folder: RunFolder, dataset: Dataset, parts: Split) -> None:
    """Save the real rows and their attachments."""
    modality = modality_of(dataset.schema)
    for name, frame in (("train", parts.train), ("holdout", parts.holdout)):
        modality.save(folder, dataset.schema, name, Examples(frame, dataset.attachments))


def write_report(run_folder: Path) -> Path:
    """Render ``report.html`` and save the headline, from the run's records; returns the report's path."""
    folder = RunFolder.open(run_folder)
    folder.headline.save(headline(read_conclusions(run_folder)))
    return folder.report_html.save(render_html(folder))


def write_pdf(run_folder: Path, *, annexes: bool = False, listener: Listener = ignore) -> Path:
    """Render the report as PDF from the run's records; returns its path.

    Args:
        run_folder: Folder of a finished run.
        annexes: Whether every table follows, in ``report-with-annexes.pdf``; else ``report.pdf`` holds the parts for
            the three readers alone.
        listener: Receives progress, page by page.

    Raises:
        ConfigError: The PDF renderer is not installed.
    """
    folder = RunFolder.open(run_folder)
    file = folder.report_annexes_pdf if annexes else folder.report_pdf
    return file.save(report_pdf(folder, annexes=annexes, listener=listener))


def report_pdf(folder: RunFolder, *, annexes: bool = False, listener: Listener = ignore) -> bytes:
    """Return the report as PDF; see `write_pdf`.

    Raises:
        ConfigError: The PDF renderer is not installed.
    """
    return paged(render_html(folder, annexes=annexes), listener)


def write_tables(run_folder: Path, into: Path) -> list[Path]:
    """Write every table of the report as a CSV file into a folder; returns the paths.

    Raises:
        DataError: ``into`` is a file.
    """
    return save_tables(report_tables(run_folder), into)


def report_tables(run_folder: Path) -> list[tuple[str, Table]]:
    """Return every table of the report with its number."""
    found = HandedOn(RunFolder.open(run_folder))
    return tables_of(found.records, found.conclusions, found.notes, found.facts, found.plots)


def all_records(folder: RunFolder) -> list[Record]:
    """Return every record of a run: those of its audit, and those of times, which have a file of their own."""
    return [*folder.metrics.read(Record), *folder.times.read(Record)]


def read_conclusions(run_folder: Path) -> Conclusions:
    """Return what the records of a run let one conclude."""
    folder = RunFolder.open(run_folder)
    return conclude(folder.metrics.read(Record), folder.schema.read())


def render_html(folder: RunFolder, *, annexes: bool = True) -> str:
    """Return the run's report as HTML, with every table or the parts for its three readers alone."""
    found = HandedOn(folder)
    name = str(found.facts.get("name", "run"))
    parts = (found.records, found.conclusions, found.notes, found.facts, found.plots)
    return render(name, *parts, sheets=found.sheets, annexes=annexes)


def write_one_page(run_folder: Path, into: Path) -> Path:
    """Write the first screen of a run as one page: HTML, or PDF if the name ends so.

    Raises:
        ConfigError: A PDF needs WeasyPrint.
    """
    return write_page(one_page_of(RunFolder.open(run_folder)), into)


def one_page_of(folder: RunFolder) -> str:
    """Return the first screen of a run as an HTML page."""
    found = HandedOn(folder)
    return one_page(str(found.facts.get("name", "run")), found.conclusions, found.facts)


def write_page(html: str, into: Path) -> Path:
    """Write an HTML page, or as a PDF if the name ends so.

    Raises:
        ConfigError: A PDF needs WeasyPrint.
    """
    into.parent.mkdir(parents=True, exist_ok=True)
    if into.suffix.lower() == ".pdf":
        write_bytes(into, paged(html))
    else:
        write_text(into, html)
    return into
