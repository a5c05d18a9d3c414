"""The sign-off: who answers for the report."""

from __future__ import annotations

from collections.abc import Sequence

from core.report.frameworks.sheet import Facts, Part, Sheet

KEY = "sign_off"
TITLE = "Sign-off"


def sheet(facts: Facts) -> Sheet:
    """Return the fields name, role, date and notes, all for a person to fill."""
    ask = facts.asking(KEY)
    return Sheet(
        KEY,
        TITLE,
        "Who read this report and answers for what was written into it. What is typed here is not proved: it is no "
        "signature in the sense of any law.",
        "",
        (
            Part(
                "",
                "",
                (
                    ask("name", "Name", "Who signs off."),
                    ask("role", "Role", "In which capacity."),
                    ask("date", "Date", "When."),
                    ask("notes", "Notes", "Reservations, decisions, what happens next."),
                ),
            ),
        ),
    )


def lines(found: Sequence[Sheet]) -> list[tuple[str, str]]:
    """Return label and text of each field, as the report's last table shows them; without the sheet, room for a pen."""
    signed = next((one for one in found if one.key == KEY), None)
    if signed is None:
        return [(label, "") for label in ("Name", "Role", "Date", "Notes")]
    return [(field.label, field.text) for field in signed.fields]
