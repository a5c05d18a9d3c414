"""Bias audits under Local Law 144 from a table of people or of counts, without a run; and their summary on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from core.audit.metrics.local_law_144 import BiasAuditColumns, bias_audit_columns, records
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.data.counts import SELECTION, YES, guessed, people_of
from core.data.schema import Schema
from core.data.sources.upload import from_frame
from core.errors import ConfigError, DataError
from core.findings.four_fifths import US_EMPLOYMENT
from core.pipeline.framework_sheets import read_sheets
from core.pipeline.results import write_page
from core.report.frameworks import local_law_144
from core.report.frameworks.answers import Answers
from core.report.frameworks.sheet import Facts, Sheet
from core.report.output.bias_audit_page import summary_page
from core.report.tables.base import Table
from core.report.tables.impact_ratios import four_fifths_table
from core.runs.run_folder import RunFolder


@dataclass(frozen=True)
class BiasAudit:
    """A bias audit.

    Args:
        schema: Columns and groups.
        records: Its figures.
        columns: What records what.
        texts: What a person wrote into the fields of the section, by key.
        recorded: Of counts: which columns count whom, in a sentence.
    """

    schema: Schema
    records: list[Record]
    columns: BiasAuditColumns
    texts: Mapping[str, str]
    recorded: str = ""

    @property
    def sheet(self) -> Sheet:
        """The section of the law, with the texts filled in.

        Raises:
            ConfigError: A text is too long or not plain.
        """
        answers = Answers(local_law_144=self.columns).filled(self.texts)
        found = local_law_144.sheet(Facts(self.schema, self.records, answers=answers), self.recorded)
        assert found is not None  # noqa: S101 the decision is declared and the columns are mapped
        return found

    def tables(self) -> list[Table]:
        """Return the impact ratios of each attribute by the four-fifths rule."""
        found = RecordSet(self.records)
        return [four_fifths_table(found, name) for name in dict.fromkeys(r.sensitive for r in found) if name]


@dataclass(frozen=True)
class BiasAuditRequest:
    """What a table records, by its headers. Headers that are ``None`` are guessed by their names.

    Args:
        sex: The sex categories; may be absent.
        race: The race/ethnicity categories; may be absent.
        applicants: Of counts: how many of the category were assessed.
        selected: Of counts: how many of these were selected.
        selection: Of people: the tool's selection.
        means_selected: Of people: the value of ``selection`` that means selected.
        score: Of people: the tool's score, instead of a selection.
        unknown: Categories that mean: unknown.
        exclusion_reason: Why categories below 2 % are left out of the impact ratio; if empty, none is.
        texts: What a person wrote into the fields of the section, by key.
    """

    sex: str | None = None
    race: str | None = None
    applicants: str | None = None
    selected: str | None = None
    selection: str | None = None
    means_selected: str | None = None
    score: str | None = None
    unknown: tuple[str, ...] = ()
    exclusion_reason: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


def bias_audit(raw: pd.DataFrame, request: BiasAuditRequest) -> BiasAudit:
    """Return the bias audit of a table as read: of people, if a selection or a score is named, else of counts.

    Raises:
        DataError: A column is not found, or holds no counts.
        ConfigError: Columns contradict one another.
        SchemaError: A column cannot be used for a bias audit.
    """
    headers = [str(name) for name in raw.columns]
    sex, race = (request.sex or guessed(headers, "sex")), (request.race or guessed(headers, "race"))
    if sex is None and race is None:
        raise DataError(
            f"No column is named like sex or race; name the one with the categories. The columns are {_list(headers)}."
        )
    found = {str(value) for name in (sex, race) if name in raw for value in raw[name].dropna().unique()}
    if absent := [value for value in request.unknown if value not in found]:
        raise DataError(
            f"No row has the category {absent[0]!r}, which is said to mean unknown; write it as the table does."
        )
    rest = {"unknown": request.unknown, "exclusion_reason": request.exclusion_reason}
    if request.selection is None and request.score is None:
        frame, schema, recorded = _counts(raw, [name for name in (sex, race) if name], request)
        columns = bias_audit_columns(sex=sex, race_ethnicity=race, selection=SELECTION, selected=YES, **rest)
    else:
        if request.applicants or request.selected:
            raise ConfigError(
                "A selection or a score is of people, so the columns of counts do not fit; leave them out."
            )
        people = from_frame(raw, "people")
        frame, schema, recorded = people.frame, people.schema, ""
        outcome = {"selection": request.selection, "selected": request.means_selected, "score": request.score}
        columns = bias_audit_columns(sex=sex, race_ethnicity=race, **outcome, **rest)
    # Who asks for this audit says that the decision is one of US employment.
    schema = schema.replaced(decision=US_EMPLOYMENT)
    return BiasAudit(schema, records(frame, None, schema, columns), columns, dict(request.texts), recorded)


def _counts(raw: pd.DataFrame, categories: list[str], request: BiasAuditRequest) -> tuple[pd.DataFrame, Schema, str]:
    """Return the people that are counted, their schema, and what was counted, in a sentence."""
    headers = [str(name) for name in raw.columns]
    chosen = {}
    for name, value in (("applicants", request.applicants), ("selected", request.selected)):
        chosen[name] = value or guessed(headers, name)
        if chosen[name] is None:
            raise DataError(f"No column is named like the number of {name}; name it. The columns are {_list(headers)}.")
    applicants, selected = str(chosen["applicants"]), str(chosen["selected"])
    if twice := [name for name in categories if name in (applicants, selected)]:
        raise DataError(f"Column {twice[0]!r} counts people, so it holds no categories; choose another column.")
    if not pd.to_numeric(raw[selected], errors="coerce").fillna(0).to_numpy().any():
        raise DataError(f"Column {selected!r} says that nobody was selected, so there is no rate to compare.")
    frame, schema = people_of(raw, categories, applicants, selected, request.unknown)
    return frame, schema, f"Counted by category: column {applicants!r}, and of these {selected!r}."


def write_summary(found: BiasAudit | Path, into: Path) -> Path:
    """Write the summary of a bias audit, or of that of a run, as one page: HTML, or PDF if the name ends so.

    Raises:
        ConfigError: The run has no bias audit, or a PDF needs WeasyPrint.
    """
    return write_page(summary_page(found.sheet if isinstance(found, BiasAudit) else _of_run(found)), into)


def _of_run(run_path: Path) -> Sheet:
    found = [one for one in read_sheets(RunFolder.open(run_path)) if one.key == local_law_144.KEY]
    if not found:
        raise ConfigError(
            "This run has no bias audit; map the columns first, as sex=COLUMN or race=COLUMN.", field="local_law_144"
        )
    return found[0]


def _list(headers: list[str]) -> str:
    return ", ".join(map(repr, headers))
