"""The first screen of an audit: what was audited, the overview in words, and a picture an attribute.

The Compare page, the first page of the report and the one-page summary show the same. Harm stands first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.audit.display_names import attribute_title
from core.audit.figure_text import percent
from core.audit.glossary import DECIDED
from core.data.groups import attribute_name, attributes
from core.findings.conclusions import Conclusions
from core.findings.evidence import DECISIONS, ORIGINAL, REPRESENTATION, called, of_100
from core.findings.families.favorable import is_declared
from core.findings.overview import Overview, overview
from core.report.charts.stages import stages_figure
from core.report.charts.theme import Figure
from core.report.tables.data_checks import unused_weights

_NO_ROWS: Final = (ORIGINAL, DECISIONS, REPRESENTATION)
_UNSAID: Final = " – nobody said so, please confirm"
_LIKELY: Final = (
    " “Likely” rests on the figure's own interval alone: where many questions are asked, some of that is chance."
)


@dataclass(frozen=True, slots=True)
class FirstScreen:
    """All of it.

    Args:
        scope: What was audited, each with its name: data, outcome, groups.
        overview: What was found, in words.
        worse_title: The heading of what got worse.
        cost_title: The heading of what it cost, or of how often models are right where nothing was made.
        figures: A picture for each attribute of the overview.
        footnote: How to read it, and how often an audit of flawless data would call a gap.
    """

    scope: tuple[tuple[str, str], ...]
    overview: Overview
    worse_title: str
    cost_title: str
    figures: tuple[Figure, ...]
    footnote: str

    @property
    def blocks(self) -> list[tuple[str, tuple[str, ...]]]:
        """What stands below the pictures: headings with their sentences; those without any are left out."""
        found = [
            (self.cost_title, self.overview.cost),
            ("What these rows cannot tell", self.overview.unknown),
            ("What to do next", self.overview.next),
        ]
        return [(title, sentences) for title, sentences in found if sentences]


def first_screen(name: str, conclusions: Conclusions, manifest: Mapping[str, Any]) -> FirstScreen:
    """Return the first screen of an audit.

    Args:
        name: What was audited, e.g. the dataset's name.
        conclusions: What its records let one conclude.
        manifest: Facts about data and settings.
    """
    found = overview(conclusions)
    confidence = conclusions.records.confidence
    figures = tuple(stages_figure(one, found.outcome, confidence) for one in found.attributes)
    likely = _LIKELY if any(re.search(r"\b[Ll]ikely\b", one) for one in found.sentences) else ""
    footnote = (
        f"“Between” gives {percent(confidence)} intervals. Rates and gaps are each rounded to people of 100, so a gap "
        f"may differ by one from the rates beside it. Gaps below {of_100(conclusions.schema.margin)} of 100 are taken "
        "not to matter (the margin can be set). Of 100 audits of data without any gap or fault, at most "
        f"{of_100(conclusions.announced_rate)} report one.{likely}"
    )
    made = set(conclusions.evidence.told) - {ORIGINAL} and DECIDED not in manifest.get("rows", {})
    cost_title = "What it costs" if made else "How often it is right"
    scope = tuple(scope_of(name, conclusions, manifest))
    return FirstScreen(scope, found, _worse_title(conclusions), cost_title, figures, footnote)


def _worse_title(conclusions: Conclusions) -> str:
    """Return the heading of what got worse, with the name of the rows if they are of one kind."""
    named = conclusions.evidence.told
    rows = called(named[0]) if len(named) == 1 and named[0] not in _NO_ROWS else "synthetic rows"
    return f"What got worse when models learn from the {rows}"


def scope_of(name: str, conclusions: Conclusions, manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what was audited: data, outcome and groups, each with its name."""
    schema, rows = conclusions.schema, manifest.get("rows", {})
    if DECIDED in rows:
        models = len(conclusions.evidence.products)
        size = f", {rows[DECIDED]:,} rows with decisions of {'a model' if models == 1 else f'{models} models'}"
    elif rows:
        size = f", {rows['train']:,} rows to learn from and {rows['holdout']:,} kept aside as test rows"
    else:
        size = ""
    outcome = conclusions.records.positive_outcome
    good = f"“{outcome}” of “{schema.target}”" if outcome is not None else f"“{schema.target}”"
    said = "" if is_declared(schema) else " – a guess, please confirm" if schema.favorable_guess else _UNSAID
    names = ", ".join(attribute_title(attribute_name(columns)) for columns in attributes(schema) if len(columns) == 1)
    found = [
        ("Data", f"{name}{size}"),
        ("Outcome", f"{good} counts as good{said}"),
        ("Groups", f"by {names}"),
    ]
    weights = " and ".join(f"“{column}”" for column in unused_weights(manifest))
    if weights:
        found.append(("Counted", f"rows, not people: no weights are used, though {weights} may hold them"))
    return found
