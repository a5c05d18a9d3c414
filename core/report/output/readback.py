"""A report file read back: its records, its manifest, its tables, and whether they agree."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from core.audit.records import Record
from core.errors import RunError
from core.report.output.html import BLANK_CHECKSUM, CHECKSUM_NAME, checksum_of
from core.report.output.packed_records import from_text
from core.report.tables.base import count_cell, figure_cell
from core.runs.files import json_lines

_CHECKSUM = re.compile(rf'(<meta name="{CHECKSUM_NAME}" content=")([0-9a-f]{{64}})(">)')


@dataclass
class ShownCell:
    """A cell of a table that shows a record's value or n.

    Args:
        table: The table's title.
        place: The record's place among the embedded ones.
        counts: Whether it shows n.
        text: What is read in it.
        small: Interval, n and status as read, by kind.
    """

    table: str
    place: int
    counts: bool
    text: str = ""
    small: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadReport:
    """What a report file holds.

    Args:
        records: The embedded records.
        manifest: The embedded manifest.
        cells: All cells that show a record.
        plain: Texts of all other cells that are not names of rows, with their table's title and their column's head.
        checksum: The SHA-256 (hex) that the file states; ``None`` if it states none.
        expected_checksum: The SHA-256 (hex) of its text.
    """

    records: list[Record]
    manifest: Mapping[str, Any]
    cells: list[ShownCell]
    plain: list[tuple[str, str, str]]
    checksum: str | None
    expected_checksum: str


def read_report(path: Path) -> ReadReport:
    """Read a report file that `core.report.output.html` wrote.

    Raises:
        RunError: It is no such file, or is too damaged to be read.
    """
    try:
        html = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise RunError(f"{path} is not UTF-8 text, so it is no report, or a damaged one.") from error
    parser = _Parser()
    parser.feed(html)
    try:
        records = from_text(parser.embedded["metrics"])
        manifest = json.loads(parser.embedded["manifest"])
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise RunError(f"{path} holds no readable figures; it is no report of Evenhand, or damaged.") from error
    if not isinstance(manifest, dict):
        raise RunError(f"{path} holds no readable manifest; it is no report of Evenhand, or damaged.")
    checksum = _CHECKSUM.search(html)
    blank = _CHECKSUM.sub(rf"\g<1>{BLANK_CHECKSUM}\g<3>", html, count=1)
    stated = checksum[2] if checksum else None
    return ReadReport(records, manifest, parser.cells, parser.plain, stated, checksum_of(blank))


def disagreements(found: ReadReport) -> Iterator[str]:
    """Return a sentence for each way in which the file disagrees with itself."""
    if found.checksum != found.expected_checksum:
        yield "The file was changed after it was written: its checksum does not match its text."
    if (stated := found.manifest.get("hashes", {}).get("metrics.json")) is None:
        yield "The manifest holds no hash of the figures, so they cannot be checked."
    elif stated != figures_hash(found.records):
        yield "The embedded figures do not match the hash in the manifest."
    for cell in found.cells:
        if difference := _difference(cell, found.records):
            yield difference


def figures_hash(records: list[Record]) -> str:
    """Return SHA-256 (hex) of the ``metrics.json`` that holds these records."""
    text = json_lines([record.model_dump(mode="json") for record in records])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _difference(cell: ShownCell, records: list[Record]) -> str:
    if not 0 <= cell.place < len(records):
        return f"Table {cell.table!r} shows {cell.text!r} for a figure that is not embedded."
    record = records[cell.place]
    wanted = count_cell(record) if cell.counts else figure_cell(record)
    shown = (cell.text, *(cell.small.get(kind, kept) for kind, kept in _small(record).items()))
    if shown == (wanted.text, *_small(record).values()):
        return ""
    name = f"{record.source}, {record.protocol}, {record.metric}"
    return f"Table {cell.table!r} shows {' '.join(shown).strip()!r} for {name}, but the embedded figure is another."


def _small(record: Record) -> dict[str, str]:
    """Return the small print of a cell: interval, n and status."""
    cell = figure_cell(record)
    return {"interval": cell.interval, "rows": f"n {record.n:,}" if record.n is not None else "", "status": cell.status}


class _Parser(HTMLParser):
    """Collects embedded JSON and table cells."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.embedded: dict[str, str] = {}
        self.cells: list[ShownCell] = []
        self.plain: list[tuple[str, str, str]] = []
        self._script = ""
        self._table = ""
        self._heads: list[str] = []
        self._column = 0
        self._cell: ShownCell | None = None
        self._inside: list[str] = []
        self._kind = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script":
            self._script = given.get("id", "")
        elif tag == "div" and "table" in given.get("class", "").split():
            self._table, self._heads = given.get("aria-label", ""), []
        elif tag == "tr":
            self._column = 0
        elif tag in ("td", "th"):
            self._cell = _cell(self._table, given)
        elif tag in ("small", "sup"):
            self._kind = given.get("class", "") if tag == "small" else "sup"
        if tag in ("td", "th", "thead"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("small", "sup"):
            self._kind = ""
        elif tag == "script":
            self._script = ""
        elif tag in ("td", "th") and self._cell is not None:
            self._end(tag, self._cell)
            self._cell = None
        if tag in ("td", "th", "thead") and tag in self._inside:
            self._inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if self._script:
            self.embedded[self._script] = self.embedded.get(self._script, "") + data
        elif self._cell is not None and self._kind:
            self._cell.small[self._kind] = self._cell.small.get(self._kind, "") + data
        elif self._cell is not None:
            self._cell.text += data

    def _end(self, tag: str, cell: ShownCell) -> None:
        cell.text = cell.text.strip()
        if "thead" in self._inside:
            self._heads.append(cell.text)
        elif tag == "td" and cell.place >= 0:
            self.cells.append(cell)
        elif tag == "td":
            head = self._heads[self._column] if self._column < len(self._heads) else ""
            self.plain.append((cell.table, head, cell.text))
        self._column += 1


def _cell(table: str, given: Mapping[str, str]) -> ShownCell:
    for name, counts in (("data-r", False), ("data-n", True)):
        if given.get(name, "").isdigit():
            return ShownCell(table, int(given[name]), counts)
    return ShownCell(table, -1, counts=False)
