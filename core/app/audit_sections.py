"""What stands below the first screen of an audit: pictures by subject, then the tables, each behind a click."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.app import sections
from core.app.sections import Content
from core.app.styles import Space
from core.audit.display_names import protocol_heading
from core.audit.glossary import ALL_ROWS, MODEL, NUMBERS, against_reference
from core.audit.metrics.catalog import kind_of
from core.audit.metrics.names import PARITY_RATIO
from core.audit.record_set import RecordSet
from core.findings.conclusions import Conclusions
from core.findings.rate_verdicts import VERDICTS, rate_verdicts
from core.pipeline.score_plots import read_score_tables
from core.report.charts import column_figures, rates
from core.report.charts.error_rates import error_rates
from core.report.tables import base, details, other_classifiers
from core.report.tables.base import Table
from core.report.tables.findings import finding_table
from core.report.tables.limits import classifier_title
from core.report.tables.multiclass import class_group_table, class_table
from core.report.tables.outcome_shares import outcome_share_table
from core.report.tables.verdicts import verdict_table
from core.runs.run_folder import RunFolder

SETUPS = (
    "A model (classifier) is trained on each source and tested on the same real test rows, kept aside. The "
    "always-the-same guess predicts the more frequent outcome for everyone: a source that scores no better is fair "
    "only because it is useless. Test setups: the model sees the group or does not (protocols A and B), learns "
    "from latent features, the networks' inner numbers for a row (C), or is tested on the source's own rows "
    "(self-test, D: diagnosis only)."
)
DECIDED = (
    "The decisions of each model as the file has them, beside the outcome that came true, over all rows. Nothing "
    "was trained. The always-the-same guess gives everyone the more frequent outcome: a model that judges no "
    "better is fair only because it is useless."
)
TABLES = "All tables: every group, every test setup, every finding"
_JUDGED = ("A", "B", MODEL)


@dataclass(frozen=True)
class Audit:
    """An audit whose parts are shown.

    Args:
        conclusions: What its records let one conclude.
        manifest: Facts about data and settings.
        beside: Returns figures of other methods on the same rows, under their own names.
    """

    conclusions: Conclusions
    manifest: Mapping[str, Any]
    beside: Callable[[], RecordSet] = RecordSet

    @property
    def records(self) -> RecordSet:
        """One record for each figure."""
        return self.conclusions.records

    @property
    def lead(self) -> str:
        """What was measured, and how."""
        return DECIDED if self.records.where(protocol=MODEL) else SETUPS

    def attributes(self, **fields: object) -> list[str]:
        """Return the attributes that have defined figures of these fields, in the audit's order."""
        there = {record.sensitive for record in self.records.where(**fields).without(value=None)}
        return [name for name in self.records.attributes if name in there]


def pictures(audit: Audit) -> None:
    """Show the sections of pictures: rates, mistakes, fairness against utility, columns that reveal the group."""
    rated = audit.attributes(metric=("base_rate", "selection_rate"), protocol=("data", *_JUDGED))
    sections.by_attribute("Who gets the outcome, by group", "rates", rated, partial(_rates, audit.records))
    mistaken = audit.attributes(metric=("fnr", "fpr"), protocol=_JUDGED)
    sections.by_attribute("Mistakes, by group", "mistakes", mistaken, partial(_mistakes, audit.records))
    compared = audit.attributes(metric=PARITY_RATIO, protocol=("A", "B"))
    sections.by_attribute("Fairness against accuracy", "planes", compared, partial(_planes, audit))
    revealed = RecordSet(one for one in audit.records if kind_of(one.metric) == "proxy_auc")
    sections.by_attribute("Columns that reveal the group", "proxies", revealed.attributes, partial(_proxies, revealed))


def scores(folder: RunFolder) -> None:
    """Show the curves of the scores of models, if the run has kept any."""
    if read_score_tables(folder).tables:
        title = "Scores, by group: do they come true, whom do they select"
        sections.section(title, "scores", lambda: Content(read_score_tables(folder).figures()), 3)


def tables(audit: Audit) -> None:
    """Show the sections of tables: every verdict, other classifiers, and all others by choice."""
    verdicts = rate_verdicts(audit.conclusions)
    if verdicts:
        sections.section(
            f"{VERDICTS}: one line for each data and model",
            "verdicts",
            lambda: Content(tables=[verdict_table(verdicts)]),
            space=Space.TABLE,
        )
    others = other_classifiers.table(audit.records, classifier_title(audit.manifest))
    if others.rows:
        sections.section(others.title, "others", lambda: Content(tables=[others]), space=Space.TABLE)
    sections.section(TABLES, "tables", lambda: Content(tables=_tables(audit), lead=audit.lead), space=Space.TABLE)


def _rates(records: RecordSet, name: str) -> Content:
    found = [rates.base_rates(records, name), *(rates.selection_rates(records, name, one) for one in _JUDGED)]
    return Content([figure for figure in found if figure is not None], [outcome_share_table(records, name)])


def _mistakes(records: RecordSet, name: str) -> Content:
    return Content([figure for one in _JUDGED for figure in error_rates(records, name, one)])


def _planes(audit: Audit, name: str) -> Content:
    return Content(rates.planes(audit.records + audit.beside(), name), lead=SETUPS)


def _proxies(records: RecordSet, name: str) -> Content:
    found = column_figures.proxies_of(records, name)
    return Content([found] if found is not None else [])


def _tables(audit: Audit) -> list[Table]:
    records = audit.records
    found = [finding_table(audit.conclusions)]
    for name in records.attributes:
        found += [base.fairness_table(records, name), class_table(records, name), class_group_table(records, name)]
        for protocol in _JUDGED:
            found += [base.group_table(records, each, name) for each in (protocol, against_reference(protocol))]
        found.append(base.base_rate_table(records, name))
    for protocol in map(against_reference, ("data", *_JUDGED)):
        found.append(base.protocol_table(records.overall, protocol, protocol_heading(protocol), ""))
    for protocol in ("fidelity", "privacy", "independence", "generation"):
        found.append(base.protocol_table(records, protocol, protocol_heading(protocol), ""))
    for protocol in (ALL_ROWS, NUMBERS):
        found += [details.overall_table(records, protocol), details.by_group_table(records, protocol)]
    return [
        *found,
        details.relations_table(records),
        details.broken_relations_table(records),
        base.missing_table(records),
    ]
