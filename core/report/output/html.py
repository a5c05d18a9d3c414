"""A run's records as one self-contained HTML file: readable without JavaScript, without a network, and on paper."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from core.audit.display_names import protocol_entry, source_entry, source_name
from core.audit.glossary import DECIDED, PROTOCOLS, SOURCES, STATUSES
from core.audit.metrics.catalog import describe, kind_of, metric_rank
from core.audit.metrics.declaration import Metric
from core.audit.record_set import RecordSet
from core.audit.records import ORIGINAL, Record
from core.findings.conclusions import Conclusions
from core.findings.finding import VerdictKind
from core.findings.rate_verdicts import VERDICTS
from core.report.auditor.chapters import AuditorPart
from core.report.charts import theme
from core.report.charts.gallery import Gallery
from core.report.charts.plot_data import PlotData
from core.report.charts.svg import compact
from core.report.first_screen import first_screen
from core.report.frameworks import sign_off
from core.report.frameworks.catalog import digest, is_chosen
from core.report.frameworks.sheet import Sheet
from core.report.handed_on import rounding
from core.report.image_words import Words, figure_in, table_in, words_of
from core.report.output.packed_records import to_text
from core.report.output.section import Section, every_table
from core.report.output.sections import sections
from core.report.tables.base import Table

HERE = __name__.rpartition(".")[0]
# Stands in the file while its own hash is computed.
BLANK_CHECKSUM = "0" * 64
CHECKSUM_NAME = "evenhand-seal"
# Readers' fonts may be wider than the renderer's, and what leaves the picture is cut.
_PADDING = {"left": 28, "top": 5, "right": 14, "bottom": 5}
# Columns of words and not of figures.
_WORDS = frozenset({"why", "why it matters", "verdict", "value", "what would decide it"})
_VERDICT_CLASSES = {VerdictKind.GAP: "gap", VerdictKind.NO_GAP: "nogap", VerdictKind.UNDECIDED: "undecided"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as SVG, or a sheet of images, with what belongs to it."""

    title: str
    caption: str
    picture: Markup
    table: Table


def render(
    name: str,
    records: Sequence[Record],
    conclusions: Conclusions,
    notes: Sequence[str],
    manifest: Mapping[str, Any],
    plots: PlotData | None = None,
    *,
    sheets: Sequence[Sheet] = (),
    annexes: bool = True,
) -> str:
    """Return the report as HTML text: a page for who decides, a part for auditors, one for regulators, and annexes.

    Args:
        name: What the report is about, e.g. the dataset's name.
        records: All records of the audit.
        conclusions: What they let one conclude.
        notes: One sentence for each thing left out or reinterpreted.
        manifest: Settings, versions, hashes; nested mappings and lists of JSON values.
        plots: What pictures are drawn from beyond the records.
        sheets: Framework sections, and the sign-off, whose blanks leave room for a pen.
        annexes: Whether every table and the embedded figures follow; a short PDF has none.
    """
    records = RecordSet(records)
    shown = records.shown
    found = sections(records, conclusions, notes, manifest, plots)
    script = resources.files(HERE).joinpath("templates/report.js").read_text(encoding="utf-8")
    numbered = [*every_table(found)]
    signature = sign_off.lines(sheets)
    others = [sheet for sheet in sheets if sheet.key != sign_off.KEY]
    words = words_of(conclusions.schema)
    text: str = _template("report.html.j2", words).render(
        name=escape(name),
        annexes=annexes,
        screen=first_screen(name, conclusions, manifest),
        chapters=AuditorPart(name, conclusions, notes, manifest, signature).chapters() if records else [],
        sections=found,
        numbers={id(table): number for number, table in numbered},
        titles={table.title: number for number, table in reversed(numbered)} if annexes else {},
        places_of=_places_of(found, numbered),
        drawing=partial(drawing, words=words),
        terms=_terms(shown),
        sources=[
            (source, source_entry(source), _meaning(source, DECIDED in manifest.get("rows", {})))
            for source in shown.sources
        ],
        protocols=[(protocol_entry(key), one.meaning) for key, one in PROTOCOLS.items() if shown.where(protocol=key)],
        statuses=[(one.name, one.meaning) for one in STATUSES.values()],
        palette={source_name(source): colour for source, colour in theme.PALETTE.items()},
        verdict_classes=_VERDICT_CLASSES,
        verdicts_title=VERDICTS,
        footnotes=footnotes,
        rounded=partial(_rounded, sentence=rounding(records)),
        chosen=[sheet for sheet in others if is_chosen(sheet)],
        prepared=[sheet for sheet in others if not is_chosen(sheet)],
        answers=digest(sheets),
        places={record: place for place, record in enumerate(records)},
        records_text=to_text(records),
        manifest_json=embedded(dict(manifest)),
        script=Markup(script),  # noqa: S704  # our own file
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        checksum_name=CHECKSUM_NAME,
        checksum=BLANK_CHECKSUM,
    )
    return text.replace(BLANK_CHECKSUM, checksum_of(text), 1)


def _places_of(found: Sequence[Section], numbered: Sequence[tuple[str, Table]]) -> dict[str, str]:
    """Return the annex's anchors by title of the section or the table; the first of a title."""
    tables = [(table.title, _anchor(number)) for number, table in numbered if not table.sentence]
    sections_of = [(section.title, section.anchor) for section in found if not section.is_empty()]
    return dict(reversed([*sections_of, *tables, ("What the words mean", "words")]))


def _meaning(source: str, decided: bool) -> str:  # noqa: FBT001  # the kind of audit
    """Return what a source is; one that the glossary does not know is a model or a file."""
    if decided and source == ORIGINAL:
        return "The rows of the file, with the outcome that came true."
    if source in SOURCES:
        return SOURCES[source].meaning
    return "A model whose decisions are in the file." if decided else "A file from elsewhere."


def checksum_of(html: str) -> str:
    """Return the SHA-256 (hex) of a report's text in which the checksum itself is zeros."""
    return hashlib.sha256(html.encode("utf-8")).hexdigest()


def tables_of(
    records: Sequence[Record],
    conclusions: Conclusions,
    notes: Sequence[str],
    manifest: Mapping[str, Any],
    plots: PlotData | None = None,
) -> list[tuple[str, Table]]:
    """Return every table of the annexes with its number; the arguments are those of :func:`render`."""
    words = words_of(conclusions.schema)
    found = every_table(sections(records, conclusions, notes, manifest, plots))
    return [(number, table_in(words, table)) for number, table in found]


def drawing(figure: theme.Figure | Gallery, words: Words = str) -> Drawing:
    """Return the figure with its picture drawn."""
    if isinstance(figure, Gallery):
        images = (Markup('<img src="{}" alt="{}">').format(part.address(), part.alt) for part in figure.parts)
        sheet = Markup().join(images)
        return Drawing(figure.title, figure.caption, sheet, figure.table)
    import vl_convert

    svg = compact(vl_convert.vegalite_to_svg(figure_in(words, figure).spec | {"padding": _PADDING}))
    return Drawing(figure.title, figure.caption, Markup(svg), figure.table)  # noqa: S704  # the renderer escapes text


def embedded(payload: Any) -> Markup:
    r"""Return JSON for a script element: no ``<`` is left in it, so no text can close the element.

    >>> print(embedded({"a": "</script>"}))
    {"a":"\u003c/script>"}
    """
    text = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704  # escaped in the same line


def footnotes(table: Table) -> dict[str, int]:
    """Return the notes of a table's cells, numbered from 1 in reading order."""
    notes = [cell.note for row in table.rows for cell in row if cell.note]
    return {note: index for index, note in enumerate(dict.fromkeys(notes), start=1)}


def _terms(records: RecordSet) -> list[Metric]:
    names = sorted({kind_of(record.metric) for record in records}, key=metric_rank)
    return [metric for metric in map(describe, names) if metric.sentence]


def _anchor(number: str) -> str:
    return f"t-{re.sub(r'[^a-z0-9]+', '-', number.lower())}"


def one_page(name: str, conclusions: Conclusions, manifest: Mapping[str, Any]) -> str:
    """Return the first screen as an HTML page that prints on one sheet of A4, unless attributes are many.

    Args:
        name: What was audited, e.g. the dataset's name.
        conclusions: What its records let one conclude.
        manifest: Facts about data and settings, and the software environment.
    """
    environment = manifest.get("environment", {})
    commit = f", commit {environment['commit'][:12]}" if environment.get("commit") else ""
    words = words_of(conclusions.schema)
    text: str = _template("one_page.html.j2", words).render(
        name=escape(name),
        screen=first_screen(name, conclusions, manifest),
        drawing=partial(drawing, words=words),
        version=f"Evenhand {environment.get('evenhand', '')}{commit}.",
    )
    return text


@cache  # compiling takes as long as filling in
def _template(name: str, words: Words) -> Any:
    environment = Environment(
        loader=PackageLoader(HERE),
        autoescape=True,
        finalize=lambda one: words(one) if type(one) is str else one,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"pyid": id, "anchor": _anchor}
    environment.globals |= {"WORDS": _WORDS, "source_name": source_name}
    return environment.get_template(name)


def _rounded(table: Table, sentence: str) -> str:
    """Return the end of a caption: that figures of groups are rounded, if the table has any and they are."""
    cells = (cell.record for row in table.rows for cell in row)
    return f" {sentence}" if sentence and any(one is not None and one.group is not None for one in cells) else ""
