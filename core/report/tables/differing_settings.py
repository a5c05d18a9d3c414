"""The settings in which runs differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.report.tables.base import Cell, Table

MISSING = "–"


def differing_settings_table(names: Sequence[str], settings: Sequence[Mapping[str, str]]) -> Table:
    """Return a line for each setting that is not the same in all runs.

    A setting that repeats another one with the same values, such as a hyperparameter that follows from an option, is
    told once.

    Args:
        names: What each run is called.
        settings: The settings of each run by name; a name may begin with what it belongs to, and a colon.

    >>> first, second = {"seed": "0", "rows": "5", "own: seed": "0"}, {"seed": "1", "own: seed": "1"}
    >>> [[cell.text for cell in row] for row in differing_settings_table(["a", "b"], [first, second]).rows]
    [['seed', '0', '1'], ['rows', '5', '–']]
    """
    rows: dict[tuple[str, ...], tuple[Cell, ...]] = {}
    for name in dict.fromkeys(name for one in settings for name in one):
        values = tuple(one.get(name, MISSING) for one in settings)
        if len(set(values)) > 1:
            rows.setdefault((name.rpartition(": ")[2], *values), tuple(map(Cell, (name, *values))))
    return Table(
        "Settings that differ",
        "All other settings are the same in these runs.",
        ("setting", *names),
        tuple(rows.values()),
    )
