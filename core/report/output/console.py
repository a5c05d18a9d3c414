"""The terminal's view: progress on stderr, tables on stdout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Literal

from rich.console import Console
from rich.markup import escape as without_markup
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from core.audit.display_names import protocol_heading
from core.audit.metrics.catalog import HEADLINES, describe
from core.audit.metrics.names import CHANCE_LIMIT, PARITY_RATIO
from core.data.plain_text import visible_controls
from core.events import Event, Listener
from core.findings.conclusions import Conclusions
from core.findings.finding import VerdictKind
from core.findings.rate_verdicts import Verdict, rate_verdicts
from core.report.tables import base
from core.report.tables.base import CLASSIFIER_HEADS, Cell, Table
from core.report.tables.multiclass import class_table
from core.report.tables.outcome_shares import outcome_share_table
from core.report.tables.reference_group import reference_table
from core.report.tables.verdicts import verdict_table

_COLUMNS = {*CLASSIFIER_HEADS, *(describe(name).label for name in (*HEADLINES, CHANCE_LIMIT))}
_VERDICT_COLUMNS = ("attribute", "verdict", "measured on", "source", "why")
_LINES = ("fidelity", "privacy", "independence", "generation")
_WIDTH = 132
_LONG_WORD: Final = 20
# What a stage is called, where its name in the events is not the word for it.
_STAGES = {"repair_level_search": "trade-off", "private_rows": "private rows"}


@contextmanager
def progress() -> Iterator[Listener]:
    """Return a listener that draws a bar for each stage; on a stderr that is no terminal, a line for each stage."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _line_listener(console)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=28),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]:<14} {task.fields[said]}"),
    )
    with Progress(*columns, console=console) as bars:
        yield _bar_listener(bars)


def overview(conclusions: Conclusions) -> list[Table]:
    """Return the tables that end a run: fairness and utility by attribute, verdicts, and the rest."""
    mine = conclusions.records
    found = [narrow(base.fairness_table(mine, name)) for name in mine.attributes]
    found += [plain(class_table(mine, name)) for name in mine.attributes]
    found += [outcome_share_table(mine, name) for name in mine.attributes]
    found.append(verdicts(rate_verdicts(conclusions)))
    found += [against_reference(reference_table(mine, name)) for name in mine.attributes]
    found += [base.protocol_table(mine.overall, name, protocol_heading(name), "") for name in _LINES]
    return [table for table in found if table.rows]


def plain(table: Table) -> Table:
    """Return the table without caption and counts, with intervals for the first figure only."""
    kept = [at for at, head in enumerate(table.header) if head != "n"]
    rows = tuple(
        tuple(
            Cell(cells[at].text, cells[at].interval if place == table.labels else "") for place, at in enumerate(kept)
        )
        for cells in table.rows
    )
    return Table(table.title, "", tuple(table.header[at] for at in kept), rows, table.labels)


def verdicts(judged: Sequence[Verdict]) -> Table:
    """Return every verdict and why, those that need attention first."""
    whole = verdict_table(sorted(judged, key=lambda one: list(VerdictKind).index(one.kind)))
    kept = [index for index, head in enumerate(whole.header) if head in _VERDICT_COLUMNS]
    heads = tuple(whole.header[index] for index in kept)
    return Table(
        whole.title, "", heads, tuple(tuple(cells[index] for index in kept) for cells in whole.rows), len(kept)
    )


def against_reference(table: Table) -> Table:
    """Return the rows of the table against a reference group that are about selection rates."""
    selected = describe("selection_rate").label
    rows = tuple(cells for cells in table.rows if cells[2].text == selected)
    return Table(table.title, table.caption, table.header, rows, table.labels)


def narrow(table: Table) -> Table:
    """Return the table for a terminal: fewer columns, an interval for the parity ratio only, the status last."""
    kept = [index for index, head in enumerate(table.header) if head in _COLUMNS]
    rows = []
    for cells in table.rows:
        shown = [cells[index] for index in kept]
        status = next((cell.status for cell in shown if cell.status), "")
        brief = [
            Cell(cell.text, cell.interval if table.header[at] == describe(PARITY_RATIO).label else "")
            for at, cell in zip(kept, shown, strict=True)
        ]
        rows.append((*brief, Cell(status)))
    heads = tuple(table.header[index] for index in kept)
    return Table(table.title, "", (*heads, "status"), tuple(rows), table.labels)


def show(found: Sequence[Table], said: Sequence[str] = (), *, console: Console | None = None) -> None:
    """Print tables and then sentences on stdout."""
    console = console or Console()
    if not console.is_terminal:
        console.width = max(console.width, _WIDTH)
    for table in found:
        console.print(grid(table))
        console.print()
    for sentence in said:
        console.print(f"• {_escape(sentence)}", highlight=False, soft_wrap=True)


def grid(table: Table) -> Grid:
    """Return a table as rich draws it; text from the data is never read as markup."""
    grid_table = Grid(
        title=_escape(table.title), title_justify="left", title_style="bold", caption_justify="left", box=None
    )
    if table.caption:
        grid_table.caption = _escape(table.caption)
    for index, head in enumerate(table.header):
        is_label = index < table.labels
        widest = _longest_word(cells[index].text for cells in table.rows) if is_label else None
        side: Literal["left", "right"] = "left" if is_label else "right"
        grid_table.add_column(_escape(head), justify=side, overflow="fold", min_width=widest)
    for cells in table.rows:
        grid_table.add_row(*(_escape(cell.plain()) for cell in cells))
    return grid_table


def _longest_word(texts: Iterable[str]) -> int | None:
    """Return the width below which a column would break a word in two; of very long words it does not matter."""
    return max((len(word) for text in texts for word in text.split() if len(word) <= _LONG_WORD), default=None)


def _escape(text: str) -> str:
    """Return text from the data so that it is neither markup nor a control of the terminal."""
    return without_markup(visible_controls(text))


def _stage_name(stage: str) -> str:
    return _STAGES.get(stage, stage)


def _bar_listener(bars: Progress) -> Listener:
    tasks: dict[str, int] = {}

    def on_event(event: Event) -> None:
        if event.stage not in tasks:
            tasks[event.stage] = bars.add_task(_stage_name(event.stage), total=event.total, left="", said="")
        left = f"{event.seconds_left:.0f} s left" if event.seconds_left and event.step < event.total else ""
        said = event.message or ", ".join(f"{name} {value:.3g}" for name, value in event.losses.items())
        bars.update(
            bars.task_ids[tasks[event.stage]], completed=event.step, total=event.total, left=left, said=_escape(said)
        )

    return on_event


def _line_listener(console: Console) -> Listener:
    seen: set[str] = set()

    def on_event(event: Event) -> None:
        if event.stage not in seen:
            seen.add(event.stage)
            console.print(
                visible_controls(f"{_stage_name(event.stage)} ({event.total} steps) {event.message}".rstrip()),
                markup=False,
                highlight=False,
            )

    return on_event
