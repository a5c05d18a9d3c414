"""The results of an audit or a run: records, verdicts, sentences, tables and a report."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from os import PathLike
from pathlib import Path

import pandas as pd

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.errors import ConfigError
from core.findings.conclusions import Conclusions, conclude
from core.findings.rate_verdicts import Verdict, rate_verdicts
from core.pipeline import all_records, report_tables, write_one_page, write_pdf, write_report
from core.pipeline.data_checks import read_issues
from core.runs import files
from core.runs.run_folder import RunFolder
from evenhand import display
from evenhand.data_checks import found_table
from evenhand.folders import ResultFolder
from evenhand.frames import FrameForm
from evenhand.options import Label
from evenhand.sampling import drawn, row_request

_PAGES = (".html", ".pdf")


def _page(path: str | PathLike[str]) -> Path:
    """Return the path of a page to write.

    Raises:
        ConfigError: It has another ending than those of pages.
    """
    target = Path(path)
    if target.suffix not in _PAGES:
        raise ConfigError(f"{str(target)!r} must end in .html or .pdf.", field="out")
    return target


class AuditResult:
    """The result of `evenhand.audit` and `evenhand.audit_decisions`.

    A notebook shows its headline table; ``print`` shows it in a terminal.
    """

    def __init__(self, folder: ResultFolder) -> None:
        self._folder = folder
        self._run = RunFolder.open(folder.path)
        self._records = RecordSet(all_records(self._run))

    @property
    def folder(self) -> Path:
        """The run folder. A temporary one is removed with the last result that uses it."""
        return self._folder.path

    @property
    def notes(self) -> list[str]:
        """One sentence for each thing that was left out or reinterpreted."""
        return self._run.notes.read()

    @property
    def data_checks(self) -> pd.DataFrame:
        """What the checks of the data found and nobody decided, one a row; see `evenhand.check_data`."""
        return found_table(read_issues(self._run.manifest.read()))

    @property
    def summary(self) -> list[str]:
        """The findings as sentences, the most important first."""
        return self._conclusions.sentences

    @property
    def verdicts(self) -> pd.DataFrame:
        """A verdict for each source and attribute, one a row, with its metrics.

        Columns: sensitive, protocol, split, source, verdict (never "fair"), difference, low, high, ratio, n, p, reason.
        The p-value is corrected for all tests of the audit.
        """
        rows = [_verdict(one) for one in rate_verdicts(self._conclusions)]
        return pd.DataFrame(rows, columns=list(_VERDICT))

    def to_frame(self) -> pd.DataFrame:
        """Return all metrics as tidy records, one a row. The columns are those of ``metrics.json``."""
        rows = [record.model_dump(mode="json") for record in self._records]
        return pd.DataFrame(rows, columns=list(Record.model_fields))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables of the report by number and title, as formatted text. :meth:`to_frame` has the numbers."""
        return {
            f"{number} {table.title}": pd.DataFrame(
                [[cell.plain() for cell in row] for row in table.rows], columns=list(table.header), dtype="str"
            )
            for number, table in report_tables(self.folder)
        }

    def report(self, path: str | PathLike[str]) -> Path:
        """Write the report as one self-contained file, and return its path.

        Args:
            path: Path ending in ``.html``, or in ``.pdf``, which has no annexes and needs the extra ``pdf``.

        Raises:
            ConfigError: The path has another ending, or the extra ``pdf`` is not installed.
        """
        target = _page(path)
        write = write_pdf if target.suffix == ".pdf" else write_report
        files.write_bytes(target, write(self.folder).read_bytes())
        return target

    def one_page(self, path: str | PathLike[str]) -> Path:
        """Write the first screen as one page: who gets the outcome, what got worse, what it cost. Return its path.

        Args:
            path: Path ending in ``.html``, or in ``.pdf``, which needs the extra ``pdf``.

        Raises:
            ConfigError: The path has another ending, or the extra ``pdf`` is not installed.
        """
        target = _page(path)
        return write_one_page(self.folder, target)

    def __repr__(self) -> str:
        """Return the headline table for a terminal."""
        return display.as_text(display.rows(self._conclusions), self._title())

    def _repr_html_(self) -> str:
        """Return the headline table for a notebook."""
        return display.as_html(display.rows(self._conclusions), self._title(), self._records.confidence)

    def _title(self) -> str:
        facts = self._run.manifest.read()
        counts = ", ".join(f"{count:,} {_ROWS[name]}" for name, count in facts["rows"].items())
        return f"{facts['name']}: {counts}"

    @cached_property
    def _conclusions(self) -> Conclusions:
        return conclude(self._records, self._run.schema.read())


class RunResult(AuditResult):
    """The result of `evenhand.run` and `evenhand.open_run`: synthetic rows and the audit."""

    def __init__(self, folder: ResultFolder) -> None:
        super().__init__(folder)
        self._form = FrameForm.read(folder.path, self._run.manifest.read()["sha256"]["train"])

    @property
    def synthetic(self) -> pd.DataFrame:
        """The synthetic rows, with the labels and dtypes of the caller's frame if the run had one.

        Raises:
            ConfigError: The run's method makes no rows.
        """
        if not self._run.synthetic.exists():
            raise ConfigError("The run's method makes no rows.")
        frame, schema = self._run.synthetic.read(), self._run.schema.read()
        return frame if self._form is None else self._form.restored(frame, schema)

    def sample(
        self,
        n: int,
        *,
        seed: int = 1,
        proportions: Mapping[Label, float] | None = None,
        group: Label | None = None,
        repair_level: float | None = None,
    ) -> pd.DataFrame:
        """Draw more rows, with the labels and dtypes of the caller's frame if the run had one.

        Args:
            n: Number of rows.
            seed: The same seed gives the same rows; the run's seed gives the rows of the run.
            proportions: Share by group or intersection. The groups that are not named divide the rest.
            group: Only rows of this group; not together with ``proportions``.
            repair_level: Repair level of the outcomes, 0 to 1; that of the run by default.

        Raises:
            ConfigError: An argument is not valid.
            RunError: The run's method makes no rows.
        """
        return drawn(self.folder, self._form, row_request(n, seed, proportions, group, repair_level))


_ROWS = {"train": "train rows", "holdout": "test rows", "decided": "rows with decisions"}
"""What the manifest's numbers of rows count."""
_VERDICT = (
    "sensitive",
    "protocol",
    "split",
    "source",
    "verdict",
    "difference",
    "low",
    "high",
    "ratio",
    "n",
    "p",
    "reason",
)


def _verdict(one: Verdict) -> tuple[object, ...]:
    figure, ratio = one.difference, None if one.ratio is None else one.ratio.value
    figures = (figure.value, figure.low, figure.high, ratio, figure.n, one.finding.p)
    return (one.sensitive, one.protocol, figure.split, one.source, one.word, *figures, one.reason)
