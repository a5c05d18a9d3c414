"""Room for whoever answers for the report."""

from __future__ import annotations

from core.report.frameworks.sheet import Facts, Part, Sheet

KEY = "sign_off"
TITLE = "Sign-off"


def sheet(facts: Facts) -> Sheet:
    """Name, role, date, notes: all for a person to fill."""
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
