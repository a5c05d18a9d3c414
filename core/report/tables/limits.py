"""The limits of an audit: undefined figures, small groups, altered outcomes, what was not tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.audit.display_names import attribute_title, protocol_name, source_name, split_name
from core.audit.glossary import DECIDED, protocol_rank, source_rank
from core.audit.metrics.catalog import describe, kind_of
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.downstream_classifiers.catalog import CLASSIFIERS
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER
from core.report.tables.base import Cell, Table, by_source, count_cell, scope
from core.report.tables.other_classifiers import PROTOCOLS as OTHERS

_Absent = tuple[str, str]
_ALWAYS: tuple[_Absent, ...] = (
    ("Causes", "Figures compare groups; none says why groups differ or what would happen if a rule changed."),
    ("Other times and places", "Rows come from one table; rows of later years or elsewhere may differ."),
    ("Other notions of fairness", "Parity of rates and of error rates only; notions exclude one another."),
)
_OF_DECISIONS: tuple[_Absent, ...] = (
    (
        "Rows that the model learned from",
        "All rows count as test rows; if the model learned from some, it looks better.",
    ),
    ("How the model decides", "Its decisions were measured, not what drives them, and nothing was trained."),
    ("People who are not in the file", "Whoever never applied, or was sorted out earlier, is in no figure."),
)


def undefined_table(records: RecordSet) -> Table:
    """Return the figures that do not exist, and why; those of one place with the same reason share a row."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for one in (
        records.where(value=None)
        .without(status=Status.WITHHELD)
        .sorted(lambda r: (protocol_rank(r.protocol), source_rank(r.source)))
    ):
        place = protocol_name(one.protocol), source_name(one.source), scope(one), one.note or "No reason was kept."
        found.setdefault(place, []).append(describe(one.metric).label)
    return Table(
        "Undefined figures",
        "These figures do not exist here, and nothing stands in their place.",
        ("test setup", "source", "over", "figure", "why"),
        tuple(
            tuple(map(Cell, (*place, "; ".join(dict.fromkeys(labels)), why))) for (*place, why), labels in found.items()
        ),
        labels=4,
        instead="" if found or not records else "No figure is undefined.",
    )


def small_table(records: RecordSet) -> Table:
    """Return every group below the minimum number of rows, once for each kind of rows."""
    found: dict[tuple[str, ...], Record] = {}
    for record in records.of_groups.where(status=Status.SMALL_N):
        key = (
            attribute_title(record.sensitive or ""),
            record.group or "",
            protocol_name(record.protocol),
            source_name(record.source),
            split_name(record.split),
        )
        found.setdefault(key, record)
    return Table(
        "Small groups",
        "Groups with fewer rows than the minimum. They are shown but take no part in a lowest or highest rate, so no "
        "verdict is about them.",
        ("attribute", "group", "test setup", "source", "rows", "n"),
        tuple((*map(Cell, key), count_cell(record)) for key, record in found.items()),
        labels=5,
        instead="" if found or not records.of_groups else "No group has fewer rows than the minimum.",
    )


def labels_table(records: RecordSet) -> Table:
    """Return the share of outcomes that label repair altered, by group."""
    return by_source(
        "Outcomes altered",
        "The share of synthetic rows whose outcome repair altered (fair label channel), overall and by group: the "
        "price of parity; and how much of that came after the fair code. Below, the share of those that had the "
        "positive outcome and lost it, and of those that had the negative one and got the positive one.",
        records.where(metric=("labels_changed", "labels_corrected", "outcomes_lowered", "outcomes_raised")),
        lambda r: (describe(r.metric).label, scope(r)),
    )


def untested_table(records: RecordSet, manifest: Mapping[str, Any]) -> Table:
    """Return what this audit did not measure."""
    return Table(
        "Not tested",
        "What no figure of this report covers.",
        ("what", "why it matters"),
        tuple((Cell(what), Cell(why)) for what, why in not_tested(records, manifest)),
    )


def not_tested(records: RecordSet, manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what this audit did not measure, each with why it matters."""
    decided = DECIDED in manifest.get("rows", {})
    return [*(_OF_DECISIONS if decided else (*_absent(records, manifest), _classifiers(records, manifest))), *_ALWAYS]


def note_table(notes: Sequence[str]) -> Table:
    """Return what was left out, set aside or reinterpreted when the data were read."""
    return Table(
        "Check these columns",
        "What was left out, set aside or reinterpreted when the data were read.",
        ("note",),
        tuple((Cell(note),) for note in notes),
        instead="" if notes else "When the data were read, nothing was left out, set aside or reinterpreted.",
    )


def classifier_title(manifest: Mapping[str, Any]) -> str:
    """Return the kind of classifier of protocols A, B and D, as it stands in a sentence.

    The manifest of an earlier version may not say it; then the configured classifier is named.
    """
    configured = CLASSIFIERS[manifest.get("config", {}).get("classifier", DEFAULT_CLASSIFIER)].title
    return str(manifest.get("classifier_title", configured))


def _classifiers(records: RecordSet, manifest: Mapping[str, Any]) -> _Absent:
    kind = classifier_title(manifest)
    if records.where(protocol=OTHERS):
        measured = f"Other classifiers were measured by accuracy and parity only; all else is of one kind, {kind}."
        return "Other classifiers", measured
    return "Other classifiers", f"All classifiers here are of one kind, {kind}; another kind may differ."


def _absent(records: RecordSet, manifest: Mapping[str, Any]) -> list[_Absent]:
    sources = {source for source in records.sources if source not in {"original", "constant"}}
    rows = sources - {"decisions", "representation"}
    kinds = {kind_of(record.metric) for record in records}
    protocols = {record.protocol for record in records}
    found = []
    if not sources:
        found.append(("Synthetic rows", "No synthetic rows were given; the report is about the original rows only."))
    elif not rows:
        found.append(("Synthetic rows", "The method makes none; what it makes is judged on the test rows only."))
    elif "membership_auc" not in kinds:
        found.append(("Membership inference", "No attack was run that recognises train rows by the synthetic ones."))
    if sources and not manifest.get("official_split"):
        found.append(
            ("An independent test file", "The test rows were drawn from the same table, not collected separately.")
        )
    if any("ndependence unknown" in record.note for record in records):
        found.append(
            ("Independence of the test rows", "Whoever made the synthetic file may have seen the rows it is tested on.")
        )
    if "explanation" not in protocols:
        found.append(("Drivers of the predictions", "Pictures and SHAP importances were left out of this audit."))
    found += [(what, why) for what, why in manifest.get("limits", ())]
    if rows and "change" not in protocols:
        found.append(("Other draws of the generator", "The figures are those of one set of synthetic rows."))
    return found
