"""What a reader adds to a finished run: texts in its sheets, and the columns of a bias audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from core.audit.metrics import local_law_144
from core.audit.metrics.local_law_144 import BiasAuditColumns
from core.audit.records import Record
from core.audit.statistics.confidence import intervals_at
from core.config import run_config
from core.errors import ConfigError, RunError
from core.pipeline.framework_sheets import read_sheets
from core.pipeline.results import write_report
from core.report.frameworks import digest
from core.report.frameworks.answers import Answers
from core.report.frameworks.sheet import Sheet
from core.runs.locks import folder_lock
from core.runs.run_folder import RunFolder
from core.runs.state import Status


def sheets(run_path: Path) -> list[Sheet]:
    """The framework sections of a finished run, with what its reader filled in.

    Raises:
        RunError: There is no finished run, or it is damaged.
    """
    return read_sheets(_finished(run_path))


def fill(run_path: Path, texts: Mapping[str, str]) -> None:
    """Keep texts by key of their field; an empty one takes the reader's own away. The report shows them once rewritten.

    Raises:
        RunError: There is no finished run, or it is damaged.
        ConfigError: There is no such field, or a text is too long or not plain; nothing was kept.
    """
    folder = _finished(run_path)
    _check_keys(texts, read_sheets(folder))
    with folder_lock(folder):
        folder.answers.save(folder.answers.read(Answers).filled(texts))


def map_bias_audit(run_path: Path, columns: BiasAuditColumns | None) -> None:
    """Count what Local Law 144 asks for, put the counts among the run's records, and write its report anew.

    Counts of an earlier mapping are replaced; ``None`` takes them away.

    Raises:
        RunError: There is no finished run, it is damaged, or has not kept its rows.
        SchemaError: A column cannot be used for this; nothing was changed.
    """
    folder = _finished(run_path)
    found = [] if columns is None else _counted(folder, columns)
    with folder_lock(folder):
        kept = [r for r in folder.metrics.read(Record) if r.protocol != local_law_144.PROTOCOL]
        folder.metrics.save([*kept, *found])
        folder.answers.save(folder.answers.read(Answers).model_copy(update={"local_law_144": columns}))
    write_report(run_path)


def report_is_behind(run_path: Path) -> bool:
    """Whether a run's report lacks something that its reader wrote or took away since."""
    folder = RunFolder.open(run_path)
    written = read_sheets(folder)
    html = folder.report_html.path.read_text(encoding="utf-8")
    if "data-answers=" not in html:
        return any(field.answer for sheet in written for field in sheet.fields)
    return f'data-answers="{digest(written)}"' not in html


def _counted(folder: RunFolder, columns: BiasAuditColumns) -> list[Record]:
    """Of all real rows, and apart from them of the synthetic ones."""
    real = pd.concat([folder.artifacts.table("train"), folder.artifacts.table("holdout")], ignore_index=True)
    made = folder.synthetic.read() if folder.synthetic.exists() else None
    if made is not None and not {columns.outcome, *columns.attributes[-1]} <= set(made.columns):
        made = None
    with intervals_at(run_config(**folder.config.read()).confidence):
        return local_law_144.records(real, made, folder.schema.read(), columns)


def _check_keys(texts: Mapping[str, str], found: Sequence[Sheet]) -> None:
    known = [field.key for sheet in found for field in sheet.fields]
    for key in texts:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "`evenhand sheets RUN` lists them."
            raise ConfigError(f"This run's sheets have no field {key!r}; {hint}")


def _finished(path: Path) -> RunFolder:
    folder = RunFolder.open(path)
    if folder.job.state().status is not Status.DONE:
        raise RunError(f"{path} is not finished ({folder.job.state().status}); its sheets can be filled once it is.")
    return folder
