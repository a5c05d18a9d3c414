"""What an audit or a run found: records as a frame, verdicts as data, sentences, tables, a report."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

import pandas as pd

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.errors import ConfigError
from core.findings import summary
from core.findings.verdicts import Verdict, verdicts
from core.pipeline import report_tables, write_pdf, write_report
from core.runs import files
from core.runs.run_folder import RunFolder
from evenhand import headline
from evenhand.folders import ResultFolder
from evenhand.frames import FrameForm
from evenhand.options import Label
from evenhand.sampling import drawn, row_request


class AuditResult:
    """What an audit found. `evenhand.audit` makes it.

    In a notebook it shows its headline figures; ``print`` shows them in a terminal.
    """

    def __init__(self, folder: ResultFolder) -> None:
        self._folder = folder
        self._run = RunFolder.open(folder.path)
        self._records = RecordSet(self._run.metrics.read(Record))

    @property
    def folder(self) -> Path:
        """The run folder; a temporary one is removed with the last result that speaks of it."""
        return self._folder.path

    @property
    def notes(self) -> list[str]:
        """One sentence for each thing that was left out, set aside or reinterpreted."""
        return self._run.notes.read()

    @property
    def summary(self) -> list[str]:
        """What was found, in sentences, the most important first."""
        mine = self._shown()
        return summary.sentences(mine, verdicts(mine))

    @property
    def verdicts(self) -> pd.DataFrame:
        """A verdict for each source and attribute, one a row, with the figures that it rests on.

        Columns: sensitive, protocol, split, source, verdict (never "fair"), ratio, low, high, chance_level, n, reason.
        """
        rows = [_verdict(one) for one in self._verdicts()]
        return pd.DataFrame(rows, columns=list(_VERDICT))

    def to_frame(self) -> pd.DataFrame:
        """All figures as tidy records, one a row; the columns are those of ``metrics.json``."""
        rows = [record.model_dump(mode="json") for record in self._records]
        return pd.DataFrame(rows, columns=list(Record.model_fields))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table of the report by number and title, as it is read there; :meth:`to_frame` has the numbers."""
        return {
            f"{number} {table.title}": pd.DataFrame(
                [[cell.plain() for cell in row] for row in table.rows], columns=list(table.header), dtype="str"
            )
            for number, table in report_tables(self.folder)
        }

    def report(self, path: str | PathLike[str]) -> Path:
        """Write the report, one self-contained file; returns its path.

        Args:
            path: ``.html``, or ``.pdf``, which needs the extra ``pdf``.

        Raises:
            ConfigError: The ending is another, or what lays out pages is not installed.
        """
        target = Path(path)
        writers = {".html": write_report, ".pdf": write_pdf}
        if target.suffix not in writers:
            raise ConfigError(f"{str(target)!r} must end in .html or .pdf.")
        files.write_bytes(target, writers[target.suffix](self.folder).read_bytes())
        return target

    def __repr__(self) -> str:
        """The headline figures, for a terminal."""
        return headline.as_text(headline.rows(self._shown()), self._title())

    def _repr_html_(self) -> str:
        """The headline figures, for a notebook."""
        return headline.as_html(headline.rows(self._shown()), self._title(), self._records.confidence)

    def _title(self) -> str:
        rows = self._run.manifest.read()["rows"]
        return f"{self._run.manifest.read()['name']}: {rows['train']:,} train rows, {rows['holdout']:,} held-out rows"

    def _shown(self) -> RecordSet:
        return self._records.main

    def _verdicts(self) -> list[Verdict]:
        return verdicts(self._shown())


class RunResult(AuditResult):
    """What the closed loop made and found. `evenhand.run` and `evenhand.open_run` make it."""

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
            n: How many.
            seed: Same seed, same rows; the run's own seed gives the run's own rows.
            proportions: Share by group, crossed or of one sensitive column; the groups not named divide the rest.
            group: Rows of this group only; not together with ``proportions``.
            repair_level: How far outcomes are repaired, 0 to 1, if other than in the run.

        Raises:
            ConfigError: What is asked cannot be used.
            RunError: The run's method makes no rows.
        """
        return drawn(self.folder, self._form, row_request(n, seed, proportions, group, repair_level))


_VERDICT = (
    "sensitive",
    "protocol",
    "split",
    "source",
    "verdict",
    "ratio",
    "low",
    "high",
    "chance_level",
    "n",
    "reason",
)


def _verdict(one: Verdict) -> tuple[object, ...]:
    ratio, chance = one.ratio, None if one.chance_limit is None else one.chance_limit.value
    figures = (ratio.value, ratio.low, ratio.high, chance, ratio.n)
    return (one.sensitive, one.protocol, ratio.split, one.source, one.kind.value, *figures, one.reason)
