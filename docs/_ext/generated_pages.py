"""Fills pages from the code when the site is built: commands, metrics, methods, settings and datasets.

A page names what it wants in a comment, ``<!-- generated: metrics -->``. So the words stand once, in the declarations
that the program itself reads.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel
    from sphinx.application import Sphinx

    from core.audit.metrics.declaration import Metric

_MARKER = re.compile(r"<!-- generated: (?P<name>[\w-]+) -->")


def commands() -> str:
    """Every command of ``evenhand`` with its arguments and options."""
    from typer.cli import get_docs_for_click
    from typer.main import get_command

    from core.cli.main import app

    command = get_command(app)
    text = get_docs_for_click(obj=command, ctx=command.context_class(command), name="evenhand", title="evenhand")
    return text.removeprefix("# evenhand\n")


def metrics() -> str:
    """The glossary: every family of metrics, and for each metric what its declaration says."""
    return "\n\n".join(
        "\n\n".join([f"## {head}", *([body] if body else []), *map(_entry, declared)])
        for head, body, declared in _families()
    )


def _families() -> list[tuple[str, str, list[Metric]]]:
    """Heading, text and metrics of each file of declarations, in the order of the catalog."""
    from core.audit.metrics import declarations
    from core.audit.metrics.catalog import METRICS

    found = []
    for module in pkgutil.iter_modules(declarations.__path__, f"{declarations.__name__}."):
        family = import_module(module.name)
        declared = [one for one in METRICS.values() if one in getattr(family, module.name.rpartition(".")[2].upper())]
        head, _, body = (family.__doc__ or "").strip().rstrip(".").partition(":")
        found.append((head, f"{body.strip()[:1].upper()}{body.strip()[1:]}." if body else "", declared))
    return sorted(found, key=lambda one: list(METRICS.values()).index(one[2][0]))


def _entry(metric: Metric) -> str:
    lines = [f"### {_plain(metric.label)}", f"`{metric.name}`", _plain(metric.sentence)]
    if metric.limit:
        lines.append(f"*What it does not prove:* {_plain(metric.limit)}")
    facts = [_range(metric)]
    if metric.ideal:
        facts.append(f"Best: {_plain(metric.ideal)}.")
    if metric.interval:
        facts.append(f"Interval: {_plain(metric.interval)}.")
    lines.append(" ".join(facts))
    return "\n\n".join(lines)


def _range(metric: Metric) -> str:
    low, high = metric.bounds
    if low is None and high is None:
        return "Range: unbounded."
    if high is None:
        return f"Range: {low:g} and above."
    return f"Range: {'up to' if low is None else f'{low:g} to'} {high:g}."


def sources() -> str:
    """Whose rows a record can be of."""
    from core.audit.glossary import SOURCES

    return _table(("source", "meaning"), ((f"`{name}`", entry.meaning) for name, entry in SOURCES.items()))


def protocols() -> str:
    """How rows are used."""
    from core.audit.glossary import PROTOCOLS

    return _table(("protocol", "meaning"), ((f"`{name}`", entry.meaning) for name, entry in PROTOCOLS.items()))


def statuses() -> str:
    """How far a record can be trusted."""
    from core.audit.glossary import STATUSES

    ok = ("`ok`", "Nothing stands against the figure.")
    return _table(("status", "meaning"), (ok, *((f"`{name}`", entry.meaning) for name, entry in STATUSES.items())))


def record() -> str:
    """The fields of a record of ``metrics.json``."""
    from core.audit.records import Record

    return _fields(Record)


def methods() -> str:
    """Every method that can make rows, with its source and limits."""
    from core.synthesis.methods.method_info import methods_by_kind

    return _table(
        ("`--method`", "data", "name", "makes", "what it does", "source"),
        (
            (f"`{name}`", f"{kind}s", one.title, one.makes, f"{one.about} {one.limits}".strip(), one.source)
            for kind, known in methods_by_kind().items()
            for name, one in known.items()
        ),
    )


def hyperparameters() -> str:
    """The hyperparameters of every method, and their values in each preset."""
    from core.report.tables.methods import hyperparameter_table
    from core.synthesis.methods.method_info import methods_by_kind

    parts = []
    for kind, one in ((kind, one) for kind, known in methods_by_kind().items() for one in known.values()):
        table = hyperparameter_table(one, kind)
        rows = ((f"`{name.text}`", *(cell.text for cell in cells)) for name, *cells in table.rows)
        parts.append(f"### {one.title}, {kind}s\n\n{_table(table.header, rows)}")
    return "\n\n".join(parts)


def settings() -> str:
    """What a run can be told, as fields of ``config.json``."""
    from core.config import RunConfig

    return _fields(RunConfig)


def _fields(model: type[BaseModel]) -> str:
    rows = ((f"`{name}`", field.description or "") for name, field in model.model_fields.items())
    return _table(("field", "meaning"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *(tuple(_cell(cell) for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return text if text.startswith("`") else _plain(text).replace("|", "\\|")


def _plain(text: str) -> str:
    """Text that Markdown shows as it is; code in backquotes stays code."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([*_\[\]<>])", r"\\\1", part) for part in parts)


PARTS: Mapping[str, Callable[[], str]] = {
    "commands": commands,
    "metrics": metrics,
    "sources": sources,
    "protocols": protocols,
    "statuses": statuses,
    "record": record,
    "methods": methods,
    "hyperparameters": hyperparameters,
    "settings": settings,
}


def filled(text: str) -> str:
    """A page's text with its generated parts in their places.

    Raises:
        KeyError: A page asks for a part that there is not.
    """
    return _MARKER.sub(lambda found: PARTS[found["name"]](), text)


def _fill(_app: Sphinx, _name: str, source: list[str]) -> None:
    source[0] = filled(source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("source-read", _fill)
    return {"parallel_read_safe": True}
