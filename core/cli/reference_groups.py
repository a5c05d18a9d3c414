"""The option that names the groups with which others are compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from core.choices import OVERALL
from core.errors import ConfigError

ReferenceGroup = Annotated[
    list[str] | None,
    typer.Option(
        help="The group that the others of a sensitive column are compared with, e.g. race=White, or overall for all "
        "rows; repeat for several columns. Only of the decisions of a model."
    ),
]


def reference_groups(given: Sequence[str], sensitive: Sequence[str]) -> dict[str, str]:
    """Return the reference group by column; ``overall`` alone is that of every column.

    >>> reference_groups(["race=White"], ["sex", "race"]), reference_groups(["overall"], ["sex"])
    ({'race': 'White'}, {'sex': 'overall'})
    """
    parsed: dict[str, str] = {}
    for text in given:
        name, sign, group = text.partition("=")
        if text == OVERALL:
            parsed |= dict.fromkeys(sensitive, OVERALL)
        elif sign and name and group:
            parsed[name] = group
        else:
            raise ConfigError(
                f"{text!r} is not understood; write it like race=White, or {OVERALL}.", field="reference_group"
            )
    return parsed
