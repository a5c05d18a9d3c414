"""The report's parts: tables T0 to T10, and what stands beside them. Made of records, laid out for any form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.audit.glossary import PROTOCOLS, protocol_rank, protocol_title
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.audit.repair_level import PROTOCOLS as SEARCH_PROTOCOLS
from core.report.charts import image_importance, projections, rates
from core.report.charts.plot_data import Album
from core.report.output.classifier_sections import classifier_sections, outcome_tables, present
from core.report.output.section import Section
from core.report.tables import base, data_profile, details, limits, multiclass, repair_level
from core.report.tables.manifest import manifest_table

# Shown in sections of their own, or by a framework's sheet.
_PLACED = frozenset(
    {*base.CLASSIFIER_PROTOCOLS, "data", "change", "generators", *SEARCH_PROTOCOLS.values(), "fidelity", "privacy"}
)
_ELSEWHERE = frozenset({"local_law_144"})
_MAX_LISTED = 25


def sections(
    records: Sequence[Record], notes: Sequence[str], manifest: Mapping[str, Any], album: Album | None = None
) -> list[Section]:
    """T0 to T10 and every other part that has something to show; protocols nobody foresaw come before T10.

    Args:
        records: All records of the audit.
        notes: One sentence for each thing left out or reinterpreted.
        manifest: Settings, versions, hashes; nested mappings and lists of JSON values.
        album: What pictures are drawn from beyond the records.
    """
    records = RecordSet(records)
    positive, shown, mine = records.positive_outcome, records.shown, records.main
    album = album or Album()
    every = records.of_outcome(positive)
    found = [
        Section(
            "T0",
            "Manifest",
            "What was computed, with what, from what. The verb verify holds this file against its own hashes.",
            "Hashes find a change by accident or by one who left them alone; whoever rewrites them too is not found.",
            folded=[manifest_table(manifest)],
        ),
        *_data_sections(mine, manifest, album),
        *classifier_sections(mine, every, limits.classifier_title(records, manifest)),
        _trade_off(mine),
        *_row_sections(mine, album),
        _images(album),
        *_other_sections(mine, album),
        _limits(mine, notes, manifest),
        Section(
            "", "Every class", "How well each value of the target is told.", tables=[multiclass.recall_table(shown)]
        ),
        *_other_polarity(shown, positive),
        Section(
            "",
            "Appendix: seeds",
            "Figures of single classifier seeds, of which the tables above show the mean.",
            folded=[details.seed_table(records)],
        ),
    ]
    kept = [section for section in map(_filled, found) if section.key or not section.is_empty()]
    return kept if records else []


def _data_sections(mine: RecordSet, manifest: Mapping[str, Any], album: Album) -> Iterator[Section]:
    names = mine.attributes
    found = [rates.base_rates(mine, name) for name in names]
    yield Section(
        "T1",
        "Data profile",
        "The original rows before anything was learned from them: columns, gaps, and columns that stand in for a "
        "sensitive one.",
        "Gaps and proxies are counted, not explained.",
        folded=[
            data_profile.column_table(mine, manifest),
            base.missing_table(mine),
            data_profile.proxy_table(mine),
            details.leftover_table(mine),
        ],
        figures=album.columns(),
    )
    yield Section(
        "T2",
        "Base rates",
        "The share of positive outcomes in the rows themselves, by group, each source beside the original. Each DPR "
        "stands beside what chance gives if all groups had one rate.",
        "A gap between groups can come from history, from how rows were collected, or from real differences.",
        [base.base_rate_table(mine, name) for name in names],
        figures=[figure for figure in found if figure is not None],
    )


def _trade_off(mine: RecordSet) -> Section:
    return Section(
        "",
        repair_level.TITLE,
        repair_level.reason(mine),
        "The repair level was picked by these very figures, so they flatter it; the figures on held-out rows do not.",
        [repair_level.choice_table(mine), repair_level.table(mine)],
        figures=present(repair_level.plane(mine, letter) for letter in ("A", "B")),
    )


def _row_sections(mine: RecordSet, album: Album) -> Iterator[Section]:
    yield Section(
        "T8",
        "Fidelity",
        "How alike the rows are to real train rows. The column “original” is real hold-out rows against real train "
        "rows: nobody can do better.",
        "Alike in these figures is not alike in everything; a small group can be lost while the whole looks right.",
        [details.overall_table(mine, "fidelity")],
        [details.by_group_table(mine, "fidelity"), details.columns_table(mine, "fidelity")],
        album.associations(),
    )
    yield Section(
        "T9",
        "Privacy",
        "Whether rows betray the people they were learned from; each figure beside what unseen real rows score.",
        "No figure here proves that nothing leaks: distances do not detect every leak, and a stronger attack may find "
        "more.",
        [details.overall_table(mine, "privacy")],
        [details.by_group_table(mine, "privacy"), details.columns_table(mine, "privacy")],
    )


def _images(album: Album) -> Section:
    return Section(
        "",
        "Images",
        "Synthetic images. Real ones are personal data: they are shown beside these where the run lies, and not here."
        if album.galleries
        else "",
        "Images that were picked to be shown prove nothing of the others; the figures are over all of them.",
        folded=[one.table for one in album.galleries],
        figures=album.galleries,
    )


def _other_sections(mine: RecordSet, album: Album) -> Iterator[Section]:
    clouds = album.clouds()
    importances = [*present([projections.importances(mine), image_importance.shuffled(mine)]), *album.explanations]
    for protocol in sorted({r.protocol for r in mine} - _PLACED - _ELSEWHERE, key=protocol_rank):
        table, columns = details.overall_table(mine, protocol), details.columns_table(mine, protocol)
        drawn = {"overlay": clouds, "explanation": importances}.get(protocol, [])
        words = PROTOCOLS.get(protocol, "")
        yield Section(
            "",
            protocol_title(protocol),
            f"{words[:1].upper()}{words[1:]}." if words else "",
            _LIMITS.get(protocol, ""),
            [table],
            [
                details.by_group_table(mine, protocol),
                columns,
                *(one.table for one in album.explanations if protocol == "explanation"),
            ],
            drawn,
        )
    yield Section("", "Training", "Losses of the networks, epoch by epoch.", figures=album.losses())


_LIMITS = {
    "independence": "Rows keep the law of the features given the attribute by design, so figures of rows are shown "
    "beside the original's and not flagged. Another adversary might do better.",
    "explanation": "Importances show what one classifier decides by, not what causes the outcome.",
    "overlay": "A picture of many numbers in a plane may hide a difference or show one that is not there.",
}


def _limits(mine: RecordSet, notes: Sequence[str], manifest: Mapping[str, Any]) -> Section:
    return Section(
        "T10",
        "Limits",
        "What this audit could not say, and what it did not ask.",
        "An audit prepares a decision; people make and sign it.",
        [limits.labels_table(mine), limits.untested_table(mine, manifest), limits.note_table(notes)],
        [limits.undefined_table(mine), limits.small_table(mine)],
    )


def _other_polarity(shown: RecordSet, positive: str | None) -> Iterator[Section]:
    for other in dict.fromkeys(r.positive for r in shown if r.positive not in (None, positive)):
        mine = shown.where(positive=other)
        if not mine.attributes:  # a class of many, of which the recall alone is known
            continue
        folded = [one for name in mine.attributes for one in outcome_tables(mine, name)]
        folded += [base.base_rate_table(mine, name) for name in mine.attributes]
        lead = "Ratios change with the outcome that is counted as positive; differences of selection rates do not."
        title = f"The same with “{other}” counted as positive"
        yield Section("", title, lead, folded=[*folded, details.utility_table(mine)])


def _filled(section: Section) -> Section:
    """The section without empty tables; long ones are folded."""
    shown = [table for table in section.tables if table.rows]
    folded = [table for table in section.folded if table.rows]
    long = [table for table in shown if len(table.rows) > _MAX_LISTED]
    kept = [table for table in shown if table not in long]
    return Section(section.key, section.title, section.lead, section.limit, kept, [*long, *folded], section.figures)
