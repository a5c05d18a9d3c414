"""The summary of a bias audit under Local Law 144 as one HTML page, which prints on one sheet of A4."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from core.report.frameworks.local_law_144 import RESULTS, STATED
from core.report.frameworks.sheet import Sheet

_PACKAGE = __name__.rpartition(".")[0]
_RATIO = (
    "The impact ratio is a category's rate over the highest rate, which has 1.00. Brackets: interval of the figure, "
    "for which the rule does not ask. Individuals of unknown category are in no rate and no ratio. Combinations that "
    "nobody belongs to are not listed."
)


def summary_page(sheet: Sheet) -> str:
    """Return the page: what the summary of results must state (§ 5-303), and the figures of real people.

    Mitigation evidence and the checklist are left out: they do not belong into the audit's results.

    Args:
        sheet: The section of the law; see `core.report.frameworks.local_law_144`.
    """
    environment = Environment(
        loader=PackageLoader(_PACKAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    parts = [part for part in sheet.parts if part.key in (STATED, RESULTS)]
    tables = [table for part in parts for table in part.tables]
    left_out = [cell.note for table in tables for row in table.rows for cell in row if cell.text == "left out"]
    page: str = environment.get_template("bias_audit.html.j2").render(
        sheet=sheet, parts=parts, notes=[_RATIO, *dict.fromkeys(left_out)]
    )
    return page
