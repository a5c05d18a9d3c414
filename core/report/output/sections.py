"""The report's sections T0 to T10 and the others, made from records, independent of the output format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.audit.display_names import protocol_heading
from core.audit.glossary import DECIDED, OVER_TIME, PROTOCOLS, SINCE_FIRST, SINCE_PREVIOUS, protocol_rank
from core.audit.metrics import reference_group
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.audit.repair_level import PROTOCOLS as SEARCH_PROTOCOLS
from core.findings import four_fifths
from core.findings.conclusions import Conclusions
from core.findings.rate_verdicts import rate_verdicts
from core.report.charts import column_figures, image_importance, rates
from core.report.charts.over_time import rates_over_time
from core.report.charts.plot_data import PlotData
from core.report.output.classifier_sections import classifier_sections, other_classifiers, outcome_tables, present
from core.report.output.leads import leads
from core.report.output.score_sections import score_sections
from core.report.output.section import Section
from core.report.tables import base, data_profile, details, limits, multiclass, over_time, repair_level
from core.report.tables.data_checks import change_table, undecided_table
from core.report.tables.findings import finding_table
from core.report.tables.limits import classifier_title
from core.report.tables.manifest import manifest_table
from core.report.tables.other_classifiers import PROTOCOLS as OTHERS
from core.report.tables.outcome_shares import outcome_share_table
from core.report.tables.reference_group import reference_table
from core.report.tables.verdicts import verdict_table

# Shown in sections of their own, or by a framework's sheet.
_PLACED = frozenset(
    {*base.CLASSIFIER_PROTOCOLS, "data", "change", "generators", *SEARCH_PROTOCOLS.values(), "fidelity", "privacy"}
    | {*OTHERS}
    | {OVER_TIME, SINCE_FIRST, SINCE_PREVIOUS, reference_group.PROTOCOL}
)
_ELSEWHERE = frozenset({"local_law_144"})
_MAX_LISTED = 25


def sections(
    records: Sequence[Record],
    conclusions: Conclusions,
    notes: Sequence[str],
    manifest: Mapping[str, Any],
    plots: PlotData | None = None,
) -> list[Section]:
    """Return T0 to T10 and every other part with content; protocols without a section of their own come before T10.

    Args:
        records: All records of the audit.
        conclusions: What they let one conclude.
        notes: One sentence for each thing left out or reinterpreted.
        manifest: Settings, versions, hashes; nested mappings and lists of JSON values.
        plots: What pictures are drawn from beyond the records.
    """
    records = RecordSet(records)
    shown, mine, main = records.shown, conclusions.records, records.main
    positive = mine.positive_outcome
    plots, told = plots or PlotData(), leads(manifest)
    every = records.of_outcome(positive)
    found = [
        Section(
            "T0",
            "Manifest",
            "What was computed, with what, from what. The command evenhand verify checks this file against its own "
            "hashes.",
            "Hashes reveal accidental changes. They do not reveal a change by someone who rewrites them too.",
            folded=[manifest_table(manifest)],
        ),
        Section(
            "",
            "Findings",
            "Every claim that was tested or counted, in the order of the summary, also those without a sentence there.",
            folded=[finding_table(conclusions), verdict_table(rate_verdicts(conclusions))],
        ),
        *_data_sections(mine, manifest, plots),
        *classifier_sections(mine, every, told, by_four_fifths=four_fifths.applies(conclusions.schema)),
        other_classifiers(mine, classifier_title(manifest)),
        _over_time(mine),
        _against_reference_groups(mine),
        *score_sections(plots, told),
        _trade_off(main, positive),
        *_row_sections(mine, plots),
        _images(plots),
        *_other_sections(mine, plots),
        _limits(mine, notes, manifest),
        Section(
            "",
            "Every class",
            "How well each value of the outcome is predicted.",
            tables=[
                multiclass.recall_table(shown),
                *(multiclass.class_group_table(shown, name) for name in shown.attributes),
            ],
        ),
        *_other_polarity(shown, positive),
        Section(
            "",
            "Appendix: seeds",
            "Figures of single classifier seeds; the tables above show their mean.",
            folded=[details.seed_table(every)],
        ),
    ]
    # An audit of decisions has no rows to compare, so those parts are none that could have been measured.
    numbered = DECIDED not in manifest.get("rows", {})
    kept = [section for section in map(_filled, found) if (section.key and numbered) or not section.is_empty()]
    return kept if records else []


def _data_sections(mine: RecordSet, manifest: Mapping[str, Any], plots: PlotData) -> Iterator[Section]:
    names = mine.attributes
    found = [rates.base_rates(mine, name) for name in names]
    yield Section(
        "T1",
        "Data profile",
        "The original rows before anything was learned from them: columns, missing values, columns that reveal a "
        "sensitive one (proxies), and relations between columns.",
        "Missing values and proxies are counted, not explained.",
        tables=[undecided_table(manifest), change_table(manifest)],
        folded=[
            data_profile.column_table(mine, manifest),
            base.missing_table(mine),
            data_profile.proxy_table(mine),
            details.relations_table(mine),
            details.leftover_table(mine),
        ],
        figures=plots.columns(),
    )
    yield Section(
        "T2",
        "Outcomes by group in the data",
        "The share of rows with the positive outcome (base rate) by group, each source beside the original. Each "
        "parity ratio stands beside its chance limit.",
        "A gap between groups can come from history, from how rows were collected, or from real differences.",
        [table for name in names for table in (base.base_rate_table(mine, name), outcome_share_table(mine, name))],
        figures=[figure for figure in found if figure is not None],
    )


def _over_time(mine: RecordSet) -> Section:
    names = list(dict.fromkeys(str(r.sensitive) for r in mine.where(protocol=OVER_TIME) if r.sensitive is not None))
    return Section(
        "",
        "Over time",
        "The decisions of each model in each period, and their changes." if names else "",
        "Who applied may have changed, and not how was decided. Intervals take the people of each period to be others.",
        [over_time.gap_table(mine, name) for name in names],
        [over_time.rate_table(mine, name) for name in names],
        [figure for name in names for figure in rates_over_time(mine, name)],
    )


def _trade_off(main: RecordSet, positive: str | None) -> Section:
    """Return the search for an amount of repair, which counts the positive outcome whether or not it is favourable."""
    repaired = main.positive_outcome
    other = f" Repair and its target count “{repaired}”, the other tables “{positive}”." if repaired != positive else ""
    reason = repair_level.reason(main)
    return Section(
        "",
        repair_level.TITLE,
        f"{reason}{other}" if reason else "",
        "The amount of repair was picked by these figures, so they flatter it; the figures on test rows do not.",
        [repair_level.choice_table(main), repair_level.table(main)],
        figures=present(repair_level.plane(main, letter) for letter in ("A", "B")),
    )


def _against_reference_groups(mine: RecordSet) -> Section:
    return Section(
        "",
        protocol_heading(reference_group.PROTOCOL),
        "Every rate of each group beside that of the chosen reference, for the decisions of each model.",
        "A difference may come from chance, from history, or from real differences between people.",
        folded=[reference_table(mine, name) for name in mine.attributes],
    )


def _row_sections(mine: RecordSet, plots: PlotData) -> Iterator[Section]:
    yield Section(
        "T8",
        "Fidelity",
        "How alike the rows are to real train rows. The column “original” compares real test rows with real train "
        "rows: the best to be expected.",
        "Rows alike in these figures need not be alike in everything; a small group can be lost while the whole looks "
        "right.",
        [details.overall_table(mine, "fidelity"), details.broken_relations_table(mine)],
        [details.by_group_table(mine, "fidelity"), details.columns_table(mine, "fidelity")],
        plots.associations(),
    )
    yield Section(
        "T9",
        "Privacy",
        "Whether rows betray the people they were learned from. Each figure stands beside that of unseen real rows.",
        "No figure here proves that nothing leaks. Distances do not detect every leak, and a stronger attack may find "
        "more.",
        [details.overall_table(mine, "privacy")],
        [details.by_group_table(mine, "privacy"), details.columns_table(mine, "privacy")],
    )


def _images(plots: PlotData) -> Section:
    return Section(
        "",
        "Images",
        "Synthetic images. Real ones are personal data; the app shows them beside these, this report does not."
        if plots.galleries
        else "",
        "The images shown prove nothing about the others; the figures are over all of them.",
        folded=[one.table for one in plots.galleries],
        figures=plots.galleries,
    )


def _other_sections(mine: RecordSet, plots: PlotData) -> Iterator[Section]:
    clouds = plots.clouds(mine)
    importances = [*present([column_figures.importances(mine), image_importance.shuffled(mine)]), *plots.explanations]
    for protocol in sorted({r.protocol for r in mine} - _PLACED - _ELSEWHERE, key=protocol_rank):
        table, columns = details.overall_table(mine, protocol), details.columns_table(mine, protocol)
        drawn = {"overlay": clouds, "explanation": importances}.get(protocol, [])
        words = PROTOCOLS[protocol].meaning if protocol in PROTOCOLS else ""
        yield Section(
            "",
            protocol_heading(protocol),
            f"{words[:1].upper()}{words[1:]}." if words else "",
            _LIMITS.get(protocol, ""),
            [table],
            [
                details.by_group_table(mine, protocol),
                columns,
                *(one.table for one in plots.explanations if protocol == "explanation"),
            ],
            drawn,
        )
    yield Section("", "Training", "Losses of the networks, epoch by epoch.", figures=plots.losses())


_LIMITS = {
    "independence": "Rows keep the distribution of the features given the attribute by design, so that theirs stand "
    "beside the original's. Every AUC is a lower bound: a stronger adversary may find more.",
    "explanation": "Importances show what one classifier uses, not what causes the outcome.",
    "overlay": "A map of many numbers in a plane may hide a difference or show one that does not exist.",
}


def _limits(mine: RecordSet, notes: Sequence[str], manifest: Mapping[str, Any]) -> Section:
    return Section(
        "T10",
        "Limits",
        "What this audit could not decide, and what it did not measure.",
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
        lead = "Ratios depend on the outcome that counts as positive; differences of selection rates do not."
        title = f"The same with “{other}” counted as positive"
        yield Section("", title, lead, folded=[*folded, details.utility_table(mine)])


def _filled(section: Section) -> Section:
    """Return the section without empty tables; long ones are folded, and a sentence stands for those that it tells."""
    every = [*section.tables, *section.folded]
    told = [table for table in every if table.sentence]
    shown = [table for table in section.tables if table.rows and not table.sentence]
    folded = [table for table in section.folded if table.rows and not table.sentence]
    long = [table for table in shown if len(table.rows) > _MAX_LISTED]
    kept = [table for table in shown if table not in long]
    return replace(section, tables=kept, folded=[*long, *folded], told=told)
