"""`evenhand.bias_audit`: New York City's Local Law 144 from counts or people, without training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path

import pandas as pd

from core.audit.records import Record
from core.audit.statistics.confidence import DEFAULT_CONFIDENCE, intervals_at
from core.data.io.table_files import read_table
from core.errors import ConfigError
from core.pipeline import BiasAudit, BiasAuditRequest, write_summary
from core.pipeline import bias_audit as audited
from evenhand.datasets import listed, rows_of
from evenhand.frames import name_of, text_of
from evenhand.options import Data, Label


class BiasAuditResult:
    """The figures of a bias audit, and its summary on one page."""

    def __init__(self, found: BiasAudit) -> None:
        self._found = found

    def to_frame(self) -> pd.DataFrame:
        """Return all metrics as tidy records, one a row."""
        return pd.DataFrame(
            [one.model_dump(mode="json") for one in self._found.records], columns=list(Record.model_fields)
        )

    def report(self, path: str | PathLike[str]) -> Path:
        """Write the summary of results on one page, and return its path.

        Args:
            path: Path ending in ``.html``, or in ``.pdf``, which needs the extra ``pdf``.

        Raises:
            ConfigError: The path has another ending, or the extra ``pdf`` is not installed.
        """
        target = Path(path)
        if target.suffix.lower() not in (".html", ".pdf"):
            raise ConfigError(f"A summary ends in .html or .pdf, not {target.suffix!r}.")
        return write_summary(self._found, target)


def bias_audit(
    data: Data,
    *,
    sex: Label | None = None,
    race: Label | None = None,
    applicants: Label | None = None,
    selected: Label | None = None,
    selection: Mapping[Label, Label] | None = None,
    score: Label | None = None,
    unknown: Label | Sequence[Label] = (),
    exclusion_reason: str = "",
    answers: Mapping[str, str] | None = None,
    confidence: float = DEFAULT_CONFIDENCE,
) -> BiasAuditResult:
    """Make the bias audit of Local Law 144 from counts by category, or from people. Nothing is trained.

    >>> counts = pd.DataFrame({"sex": ["Male", "Female"], "applicants": [1390, 1181], "selected": [667, 555]})
    >>> frame = bias_audit(counts).to_frame().query("metric == 'impact_ratio'")
    >>> dict(zip(frame["group"], frame["value"].round(3)))
    {'Female': 0.979, 'Male': 1.0}

    Args:
        data: A DataFrame or the path of a file.
        sex: Column of the sex categories. Columns are guessed by their names if left out.
        race: Column of the race/ethnicity categories.
        applicants: Counts: column of the number of people assessed.
        selected: Counts: column of the number selected of these.
        selection: People: the column of the tool's selection and the value that means selected: ``{"hired": "yes"}``.
        score: People: column of the tool's score, instead of a selection.
        unknown: Categories that mean: unknown.
        exclusion_reason: Why categories below 2 % are left out of the impact ratio; by default none is.
        answers: Texts of the fields, by key, such as ``local_law_144.tool``.
        confidence: Confidence level of the intervals.

    Raises:
        EvenhandError: The data are not usable. The sentence names the column.
    """
    chosen = [(name_of(column, "selection"), text_of(value)) for column, value in (selection or {}).items()]
    if len(chosen) > 1:
        raise ConfigError(f"selection names {len(chosen)} columns; name one.")
    named = {"sex": sex, "race": race, "applicants": applicants, "selected": selected, "score": score}
    request = BiasAuditRequest(
        **{name: None if label is None else name_of(label, name) for name, label in named.items()},
        selection=chosen[0][0] if chosen else None,
        means_selected=chosen[0][1] if chosen else None,
        unknown=tuple(str(text_of(value)) for value in listed(unknown)),
        exclusion_reason=exclusion_reason,
        texts=dict(answers or {}),
    )
    source = rows_of(data)
    raw = source if isinstance(source, pd.DataFrame) else read_table(source)[0]
    with intervals_at(confidence):
        return BiasAuditResult(audited(raw, request))
