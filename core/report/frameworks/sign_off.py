"""The sign-off: who answers for the report."""

from __future__ import annotations

from collections.abc import Sequence

from core.report.frameworks.sheet import Content, Facts, Sheet, fill

KEY = "sign_off"


def sheet(facts: Facts) -> Sheet:
    """Return the fields name, role, date and notes, all for a person to fill."""
    return fill(KEY, facts, Content())


def lines(found: Sequence[Sheet]) -> list[tuple[str, str]]:
    """Return label and text of each field, as the report's last table shows them; without the sheet, room for a pen."""
    signed = next((one for one in found if one.key == KEY), None)
    if signed is None:
        return [(label, "") for label in ("Name", "Role", "Date", "Notes")]
    return [(field.label, field.text) for field in signed.fields]
