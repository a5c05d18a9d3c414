"""EU AI Act, Article 10: a data-governance sheet for the data behind a high-risk system."""

from __future__ import annotations

from core.audit.display_names import attribute_title, source_name, split_name
from core.audit.record_set import RecordSet
from core.report.frameworks import wording
from core.report.frameworks.sheet import Content, Facts, Sheet, fill
from core.report.tables.base import Cell, Table, count_cell, figure_cell
from core.synthesis.base import STUDENT

KEY = "eu_ai_act"
_MADE = {
    "synthetic": "Synthetic rows were generated",
    "decisions": "A classifier was made",
    "representation": "Rows were turned into numbers that are meant to reveal less of the groups",
}


def sheet(facts: Facts) -> Sheet:
    """Return the section; what the run knows is filled in."""
    prefilled = {
        "design": wording.lines(wording.roles(facts), wording.splitting(facts)),
        "preparation": wording.preparation(facts),
        "availability": wording.lines(wording.splitting(facts), wording.undecided(facts)),
        "bias": wording.lines(wording.verdicts_of(facts, "original"), wording.PARITY_LIMIT),
        "measures": measures(facts),
        "gaps": wording.undecided(facts),
        "completeness": wording.missing(facts),
    }
    tables = {"quality": [_representation(facts, name) for name in facts.attributes]}
    return fill(KEY, facts, Content(prefilled, tables))


def measures(facts: Facts) -> str:
    """Return what was done to mitigate the biases found, and what came of it; empty if nothing was."""
    made = next((name for name in _MADE if facts.has(name)), None)
    if made is None:
        return ""
    maker = wording.compared_method(facts)
    by_own = (
        "Synthetic rows were generated from latents that were trained with a penalty on their dependence on the "
        "sensitive attribute (independence penalty)."
    )
    return wording.lines(
        by_own if maker is None else f"{_MADE[made]} by {wording.about_method(maker)}",
        wording.leakage(facts, STUDENT if maker is None else made),
        wording.labels_changed(facts),
        wording.origin_of_parity(facts),
        wording.verdicts_of(facts, made, ("data", "A", "C")),
    )


def _base_rates(facts: Facts) -> RecordSet:
    return facts.shown.of_groups.where(protocol="data", metric="base_rate")


def _representation(facts: Facts, sensitive: str) -> Table:
    """Return how many rows each group has in each table, with its share where the audit left it."""
    share = facts.shown.where(protocol="data", metric="category_share").by("source", "split", "sensitive", "group")
    mine = _base_rates(facts).where(sensitive=sensitive, source=("original", "synthetic"))
    return Table(
        f"Representation by {attribute_title(sensitive)}",
        "Rows of each group and the share of them with the positive outcome. Compare with the persons on whom the "
        "system will be used: these rows cannot say how many of them there are.",
        ("group", "source", "rows", "share of rows", "positive outcome"),
        tuple(
            (
                Cell(f"{record.group}"),
                Cell(
                    f"{record.source}, {split_name(record.split)}"
                    if record.source == "original"
                    else source_name(record.source)
                ),
                count_cell(record),
                figure_cell(share.get((record.source, record.split, record.sensitive, record.group))),
                figure_cell(record),
            )
            for record in mine
        ),
        labels=2,
    )
