"""What the checks of the data found, and what a person decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.data.inference.weight_names import is_weight_name
from core.report.tables.base import Cell, Table

TITLE = "Check your data"


def undecided_table(manifest: Mapping[str, Any]) -> Table:
    """Return what was found and nobody decided, with what can be done."""
    return Table(
        TITLE,
        "What a person should decide on before the figures are believed. Nothing was done about it. What can be "
        "done stands by the name under which it is asked for.",
        ("what was found", "rows", "what can be done"),
        tuple(
            (Cell(str(one["sentence"])), Cell(f"{one['rows']:,}"), Cell(", ".join(one["remedies"]) or "–"))
            for one in manifest.get("data_checks", ())
        ),
    )


def change_table(manifest: Mapping[str, Any]) -> Table:
    """Return what a person decided, and in how many rows it changed values or left rows out."""
    return Table(
        "Changes of the data",
        "What a person decided after the checks. All figures are about the changed rows.",
        ("what was done", "rows", "name"),
        tuple(
            (Cell(str(one["sentence"])), Cell(f"{one['rows']:,}"), Cell(str(one["name"])))
            for one in manifest.get("data_changes", ())
        ),
    )


def undecided(manifest: Mapping[str, Any]) -> list[str]:
    """Return a sentence for the summary if checks of the data found something that nobody decided, else none.

    >>> undecided({"data_checks": [{"remedies": {"merge:sex": "..."}}]})
    ['The checks of the data found 1 thing that nobody decided; see the table “Check your data”.']
    """
    count = sum(bool(one["remedies"]) and one.get("check") != "identifier" for one in manifest.get("data_checks", ()))
    things = "1 thing" if count == 1 else f"{count} things"
    return [f"The checks of the data found {things} that nobody decided; see the table “{TITLE}”."] if count else []


def unused_weights(manifest: Mapping[str, Any]) -> list[str]:
    """Return the columns that are named as if they held weights, where none are used; also those left out.

    >>> unused_weights({"data_checks": [{"check": "weights", "columns": ["PWGTP", "PWGTP1"], "remedies": {}}]})
    ['PWGTP']
    >>> unused_weights({"data_changes": [{"name": "exclude:fnlwgt"}, {"name": "exclude:age"}]})
    ['fnlwgt']
    """
    left_out = [str(one["name"]).partition(":") for one in manifest.get("data_changes", ())]
    return [
        *(str(one["columns"][0]) for one in manifest.get("data_checks", ()) if one.get("check") == "weights"),
        *(name for verb, _, name in left_out if verb == "exclude" and is_weight_name(name)),
    ]
