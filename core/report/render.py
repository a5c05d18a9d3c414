"""A run's records as one self-contained HTML file: readable without JavaScript, without a network, and on paper."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from core.audit.records import Record
from core.report import canvas, charts, glossary, select, summary, tables
from core.report.frameworks import digest
from core.report.frameworks.sheet import Sheet
from core.report.tables import Table
from core.report.verdict import verdict_table, verdicts

_CAPTIONS = {
    "fidelity": "How alike the rows are to real ones. Compare with the original's hold-out rows: nobody can do better.",
    "privacy": "Each figure beside what unseen real rows score. Distances alone do not detect leakage.",
    "independence": "How well the sensitive attribute can be read. Rows keep the law of the features given the "
    "attribute by design, so figures of rows are shown beside the original's and not flagged.",
    "generation": "What the fair label channel changed, and what the student saves over the teacher.",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report.

    Args:
        title: Its heading.
        lead: One sentence before the tables; may be empty.
        tables: Shown at once.
        folded: Shown on request, and on paper.
    """

    title: str
    lead: str
    tables: Sequence[Table]
    folded: Sequence[Table] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as SVG, with what belongs to it."""

    title: str
    caption: str
    svg: Markup
    table: Table


def render(
    name: str,
    records: Sequence[Record],
    notes: Sequence[str],
    manifest: Mapping[str, Any],
    *,
    sheets: Sequence[Sheet] = (),
) -> str:
    """The report as HTML text.

    Args:
        name: What the report is about, e.g. the dataset's name.
        records: All records of the audit.
        notes: One sentence for each thing left out or reinterpreted.
        manifest: Settings, versions, hashes; nested mappings and lists of JSON values.
        sheets: Framework sections and sign-off, in order.
    """
    positive = select.main_positive(records)
    shown = select.shown(records)
    mine = select.of_polarity(shown, positive)
    judged = verdicts(mine)
    text: str = _template().render(
        name=name,
        positive=positive,
        sentences=summary.sentences(mine, judged),
        verdicts=verdict_table(judged),
        drawings=[drawing(figure) for figure in charts.figures(mine)],
        sections=sections(mine) + _other_polarity(shown, positive) + _seeds(records),
        notes=notes,
        manifest=list(flat(manifest)),
        terms=_terms(shown),
        sources=[(source, glossary.SOURCES.get(source, "A file from elsewhere.")) for source in select.sources(shown)],
        protocols=[(key, text) for key, text in glossary.PROTOCOLS.items() if any(r.protocol == key for r in shown)],
        statuses=list(glossary.STATUSES.items()),
        palette=canvas.PALETTE,
        footnotes=footnotes,
        sheets=sheets,
        answers=digest(sheets),
        records_json=embedded([record.model_dump(mode="json") for record in records]),
        manifest_json=embedded(dict(manifest)),
    )
    return text


def sections(records: Sequence[Record]) -> list[Section]:
    """The tables of one polarity, in the order of the report; protocols nobody foresaw come last."""
    names = select.attributes(records)
    classifiers = [key for key in tables.CLASSIFIER_PROTOCOLS if any(r.protocol == key for r in records)]
    found = [
        Section(
            "Fairness and utility",
            "The same kind of classifier, trained on each source and tested on the same rows (D: on its own).",
            [tables.fairness_table(records, name) for name in names],
            [tables.utility_table(records)],
        ),
        Section("Base rates", "", [tables.base_rate_table(records, name) for name in names]),
        Section(
            "By group",
            "All groups, not only the extremes.",
            [],
            [tables.group_table(records, protocol, name) for name in names for protocol in classifiers],
        ),
    ]
    known = {*tables.CLASSIFIER_PROTOCOLS, "data", "local_law_144"}  # the last has a framework section of its own
    others = sorted({r.protocol for r in records} - known, key=glossary.protocol_rank)
    for protocol in others:
        title = protocol.capitalize()
        table = tables.protocol_table(records, protocol, title, _CAPTIONS.get(protocol, ""))
        found.append(Section(title, "", [table], [tables.columns_table(records, protocol)]))
    found.append(Section("Data profile", "", [tables.missing_table(records), tables.leftover_table(records)]))
    return _not_empty(found)


def drawing(figure: canvas.Figure) -> Drawing:
    """The figure with its picture drawn."""
    import vl_convert

    svg = vl_convert.vegalite_to_svg(figure.spec)
    return Drawing(figure.title, figure.caption, Markup(svg), figure.table)  # noqa: S704  # the renderer escapes text


def embedded(payload: Any) -> Markup:
    r"""JSON for a script element: no ``<`` is left in it, so no text can close the element.

    >>> print(embedded({"a": "</script>"}))
    {"a": "\u003c/script>"}
    """
    text = json.dumps(payload, ensure_ascii=False, allow_nan=False)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704  # escaped in the same line


def footnotes(table: Table) -> dict[str, int]:
    """The notes of a table's cells, numbered from 1 in reading order."""
    notes = [cell.note for row in table.rows for cell in row if cell.note]
    return {note: index for index, note in enumerate(dict.fromkeys(notes), start=1)}


def flat(payload: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Nested mappings as lines of name and value.

    >>> flat({"config": {"seed": 0}, "groups": ["a", "b"], "commit": None})
    [('config.seed', '0'), ('groups', 'a, b'), ('commit', '–')]
    """
    if isinstance(payload, Mapping):
        return [
            line for key, value in payload.items() for line in flat(value, f"{prefix}.{key}" if prefix else str(key))
        ]
    if isinstance(payload, list | tuple):
        if any(isinstance(value, Mapping) for value in payload):
            return [line for index, value in enumerate(payload) for line in flat(value, f"{prefix}[{index}]")]
        return [(prefix, ", ".join(map(str, payload)) or "–")]
    return [(prefix, "–" if payload is None or payload == "" else str(payload))]


def _other_polarity(shown: Sequence[Record], positive: str | None) -> list[Section]:
    others = dict.fromkeys(r.positive for r in shown if r.positive not in (None, positive))
    found = []
    for other in others:
        mine = [record for record in shown if record.positive == other]
        folded = [tables.fairness_table(mine, name) for name in select.attributes(mine)]
        folded += [tables.base_rate_table(mine, name) for name in select.attributes(mine)]
        folded.append(tables.utility_table(mine))
        lead = "Ratios change with the outcome that is counted as positive; differences of selection rates do not."
        found.append(Section(f"The same with “{other}” counted as positive", lead, [], folded))
    return _not_empty(found)


def _seeds(records: Sequence[Record]) -> list[Section]:
    return _not_empty([Section("Appendix: seeds", "", [], [tables.seed_table(records)])])


def _not_empty(found: Sequence[Section]) -> list[Section]:
    kept = [Section(s.title, s.lead, [t for t in s.tables if t.rows], [t for t in s.folded if t.rows]) for s in found]
    return [section for section in kept if section.tables or section.folded]


def _terms(records: Sequence[Record]) -> list[glossary.Term]:
    names = sorted({record.metric.partition(":")[0] for record in records}, key=glossary.metric_rank)
    return [term for term in map(glossary.term, names) if term.sentence]


def _template() -> Any:
    house = Environment(
        loader=PackageLoader("core.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return house.get_template("report.html.j2")
