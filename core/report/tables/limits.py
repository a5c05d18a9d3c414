"""What an audit does not say: undefined figures, small groups, changed labels, what was not tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.audit.glossary import protocol_rank, source_rank
from core.audit.metrics.catalog import describe
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.learning.catalog import CLASSIFIERS, DEFAULT_CLASSIFIER
from core.report.tables.base import Cell, Table, by_source, counted, over

_Absent = tuple[str, str]
_ALWAYS: tuple[_Absent, ...] = (
    ("Causes", "Figures compare groups; none says why groups differ or what would happen if a rule changed."),
    ("Other times and places", "Held-out rows come from the same table; rows of later years or elsewhere may differ."),
    ("Other notions of fairness", "Parity of rates and of error rates only; notions exclude one another."),
)


def undefined_table(records: RecordSet) -> Table:
    """Every figure that does not exist, and why."""
    mine = records.where(value=None).sorted(lambda r: (protocol_rank(r.protocol), source_rank(r.source)))
    return Table(
        "Undefined figures",
        "They were asked for and do not exist here; nothing was put in their place.",
        ("protocol", "source", "over", "figure", "why"),
        tuple(
            (
                Cell(r.protocol),
                Cell(r.source),
                Cell(over(r)),
                Cell(describe(r.metric).label),
                Cell(r.note or "No reason was kept."),
            )
            for r in mine
        ),
        labels=4,
    )


def small_table(records: RecordSet) -> Table:
    """Every group below the minimum number of rows, once for each kind of rows."""
    found: dict[tuple[str, ...], Record] = {}
    for record in records.of_groups.where(status=Status.SMALL_N):
        key = (record.sensitive or "", record.group or "", record.protocol, record.source, record.split)
        found.setdefault(key, record)
    return Table(
        "Small groups",
        "Fewer rows than the minimum: shown, but they take no part in a lowest or highest rate, so that a verdict says "
        "nothing of them.",
        ("attribute", "group", "protocol", "source", "rows", "n"),
        tuple((*map(Cell, key), counted(record)) for key, record in found.items()),
        labels=5,
    )


def labels_table(records: RecordSet) -> Table:
    """The share of outcomes that the fair label channel changed, by group."""
    return by_source(
        "Labels changed",
        "The share of synthetic rows whose outcome the fair label channel changed, all and by group: what parity cost.",
        records.where(metric="labels_changed"),
        lambda r: (describe(r.metric).label, over(r)),
    )


def untested_table(records: RecordSet, manifest: Mapping[str, Any]) -> Table:
    """What this audit did not look at."""
    found = [*_absent(records, manifest), _classifiers(records, manifest), *_ALWAYS]
    return Table(
        "Not tested",
        "What no figure of this report speaks of.",
        ("what", "why it matters"),
        tuple((Cell(what), Cell(why)) for what, why in found),
    )


def note_table(notes: Sequence[str]) -> Table:
    """What was left out, set aside or reinterpreted on the way."""
    return Table(
        "Left out, set aside, reinterpreted",
        "What was done to the rows before anything was measured, in the program's own words.",
        ("note",),
        tuple((Cell(note),) for note in notes),
    )


def classifier_title(records: RecordSet, manifest: Mapping[str, Any]) -> str:
    """What classifies in protocols A to D, as it stands in a sentence."""
    if any(record.metric == "image_copies" for record in records):
        return "a small network for images, trained for seconds"
    return CLASSIFIERS[manifest.get("config", {}).get("classifier", DEFAULT_CLASSIFIER)].title


def _classifiers(records: RecordSet, manifest: Mapping[str, Any]) -> _Absent:
    kind = classifier_title(records, manifest)
    return "Other classifiers", f"Figures under A to D are those of one kind, {kind}; another one may differ."


def _absent(records: RecordSet, manifest: Mapping[str, Any]) -> list[_Absent]:
    sources = {source for source in records.sources if source not in {"original", "constant"}}
    rows = sources - {"decisions", "representation"}
    kinds = {record.metric.partition(":")[0] for record in records}
    protocols = {record.protocol for record in records}
    found = []
    if not sources:
        found.append(("Synthetic rows", "No synthetic rows were given: the report speaks of the original rows only."))
    elif not rows:
        found.append(("Synthetic rows", "The method makes none: what it makes is judged on the held-out rows only."))
    elif "membership_auc" not in kinds:
        found.append(("Membership inference", "No attack was run that tells train rows from others by the synthetic."))
    if sources and not manifest.get("official_split"):
        found.append(
            ("An independent test file", "The held-out rows were drawn from the same table, not collected separately.")
        )
    if any("ndependence unknown" in record.note for record in records):
        found.append(
            ("Independence of the hold-out", "Whoever made the synthetic file may have seen the rows it is tested on.")
        )
    if "explanation" not in protocols:
        found.append(("What classifiers decide by", "Pictures and SHAP importances were left out of this audit."))
    if "image_copies" in kinds:
        found.append(
            (
                "Who is to be seen",
                "Real images are personal data and stand in no report, so that likeness is to be judged where the run "
                "lies. A synthetic image can resemble somebody though no distance here says so.",
            )
        )
    if rows and "change" not in protocols:
        found.append(("Other draws of the generator", "Figures are those of one set of synthetic rows."))
    return found
