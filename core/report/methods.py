"""The systems that can make rows, as tables: what each is, and its dials."""

from __future__ import annotations

from collections.abc import Mapping

from core.report.manifest import flat
from core.report.tables import Cell, Table
from core.synthesis.methods.catalog import Card

MAKES = {
    "rows": "rows",
    "representation": "a representation of rows",
    "decisions": "decisions",
}


def method_table(cards: Mapping[str, Card]) -> Table:
    """Every system: how it is asked for, what it makes, what it does, who published it."""
    return Table(
        "Methods",
        "",
        ("method", "name", "makes", "what it does", "source"),
        tuple(
            (
                Cell(name),
                Cell(one.title),
                Cell(MAKES[one.makes]),
                Cell(" ".join(part for part in (one.about, one.limits) if part)),
                Cell(one.source),
            )
            for name, one in cards.items()
        ),
        labels=5,
    )


def dial_table(one: Card) -> Table:
    """The dials of a system with what each means and its value in every preset."""
    base = next(iter(one.presets.values()))
    values = {preset: dict(flat(settings.model_dump(mode="json"))) for preset, settings in one.presets.items()}
    meaning = {name: field.description or "" for name, field in type(base).model_fields.items()}
    names = list(dict.fromkeys(name for found in values.values() for name in found))
    return Table(
        f"Dials of {one.title}",
        "Those without a dot can be set with --dial NAME=VALUE.",
        ("dial", "what it is", *one.presets),
        tuple(
            (Cell(name), Cell(meaning.get(name, "")), *(Cell(values[preset].get(name, "–")) for preset in one.presets))
            for name in names
        ),
        labels=2,
    )
