"""Tables as a notebook and an interpreter show a result: without captions, all text escaped."""

from __future__ import annotations

import io
from collections.abc import Sequence
from html import escape

from rich.console import Console

from core.report.output.console import grid
from core.report.tables.base import Cell, Table

_CELL = "padding:.25em .8em .25em 0;text-align:left;vertical-align:top"
_WIDTH = 160


def as_text(found: Sequence[Table], end: str) -> str:
    """Return the tables as text, with a sentence below."""
    console = Console(file=io.StringIO(), width=_WIDTH, color_system=None)
    with console.capture() as captured:
        for table in found:
            console.print(grid(_bare(table)))
            console.print()
    return "\n".join([*(line.rstrip() for line in captured.get().splitlines()), end])


def as_html(found: Sequence[Table], end: str) -> str:
    """Return the tables as HTML, with a sentence below."""
    return f"<div>{''.join(map(_html, found))}<p>{escape(end)}</p></div>"


def _bare(table: Table) -> Table:
    return Table(table.title, "", table.header, table.rows, table.labels)


def _html(table: Table) -> str:
    heads = "".join(f'<th style="{_CELL};border-bottom:1px solid #999">{escape(head)}</th>' for head in table.header)
    rows = "".join(f"<tr>{''.join(map(_td, cells))}</tr>" for cells in table.rows)
    return (
        f'<p style="font-weight:600;margin:.3em 0">{escape(table.title)}</p>'
        f'<table style="border-collapse:collapse"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _td(cell: Cell) -> str:
    return f'<td style="{_CELL}">{escape(cell.plain())}</td>'
