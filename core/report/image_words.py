"""The words of an audit of images: what a table calls a row is an image there.

Figures, findings and tables are the same for every kind of data and speak of rows. What is shown of a run of images
passes through here once, where it leaves the report's structures: report, pages, command line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from core.data.schema import Schema
from core.report.charts.theme import Figure
from core.report.tables.base import Cell, Table

Words = Callable[[str], str]
# Names in quotes are a stranger's; names of files and settings (`config.rows`, `row 3`) are no words.
_QUOTED: Final = re.compile(r"(“[^”]*”|`[^`]*`)")
_BEFORE, _AFTER = r"(?<![\w./'-])", r"(?![\w/]|[.-]\w)"
_PLACE: Final = r"(?! \d)"
_SWAPS: Final = tuple(
    (re.compile(f"{_BEFORE}{pattern}{_AFTER}"), word)
    for pattern, word in (
        (r"Synthetic rows \(CSV\)", "Labels (CSV)"),
        (r"a row", "an image"),
        (r"A row", "An image"),
        (r"rows", "images"),
        (r"Rows", "Images"),
        (f"row{_PLACE}", "image"),
        (f"Row{_PLACE}", "Image"),
        (r"100 people", "100 images"),
        (r"generated tables", "generated sets of images"),
        (r"the real table", "the real images"),
        (r"a real table", "real images"),
        (r"this one table", "these images"),
        (r"one table", "one set of images"),
        (r"the table itself", "the images themselves"),
        (r"the table(?= ')", "the images"),
        (r"100 tables", "100 samples"),
    )
)
# Where a chart's specification holds names of its own, and no text.
_CODE: Final = frozenset({"$schema", "expr", "field", "filter", "format", "labelExpr", "mark", "name", "test", "type"})


def words_of(schema: Schema) -> Words:
    """Return what turns a text into one about this kind of data."""
    return in_image_words if schema.image is not None else str


def in_image_words(text: str) -> str:
    """Return a text about rows as one about images.

    >>> in_image_words("A row of the test rows; “rows” by row; row 3, config.rows")
    'An image of the test images; “rows” by image; row 3, config.rows'
    """
    return "".join(part if place % 2 else _swapped(part) for place, part in enumerate(_QUOTED.split(text)))


def _swapped(text: str) -> str:
    for pattern, word in _SWAPS:
        text = pattern.sub(word, text)
    return text


def table_in(words: Words, found: Table) -> Table:
    """Return the table with every text in these words."""
    rows = tuple(tuple(_cell(words, cell) for cell in row) for row in found.rows)
    header = tuple(map(words, found.header))
    return replace(found, title=words(found.title), caption=words(found.caption), header=header, rows=rows)


def _cell(words: Words, cell: Cell) -> Cell:
    return replace(cell, text=words(cell.text), status=words(cell.status), note=words(cell.note))


def figure_in(words: Words, found: Figure) -> Figure:
    """Return the figure with title, caption, axes and table in these words."""
    return replace(
        found,
        title=words(found.title),
        caption=words(found.caption),
        spec=_texts(words, found.spec),
        table=table_in(words, found.table),
    )


def _texts(words: Words, spec: Any) -> Any:
    """Return a part of a specification with its texts in these words, the data's too: an axis names them again."""
    if isinstance(spec, dict):
        return {key: value if key in _CODE else _texts(words, value) for key, value in spec.items()}
    if isinstance(spec, list):
        return [_texts(words, one) for one in spec]
    return words(spec) if isinstance(spec, str) else spec
