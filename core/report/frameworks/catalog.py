"""Every framework section, in the report's order. One is a file in ``texts``, one module and one line here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence

from core.report.frameworks import (
    article_4a,
    datasheet,
    eu_ai_act,
    four_fifths,
    less_discriminatory,
    local_law_144,
    model_card,
    sign_off,
)
from core.report.frameworks.sheet import Facts, Sheet

FRAMEWORKS: dict[str, Callable[[Facts], Sheet | None]] = {
    local_law_144.KEY: local_law_144.sheet,
    four_fifths.KEY: four_fifths.sheet,
    less_discriminatory.KEY: less_discriminatory.sheet,
    eu_ai_act.KEY: eu_ai_act.sheet,
    article_4a.KEY: article_4a.sheet,
    "model_card_teacher": model_card.teacher_sheet,
    "model_card_student": model_card.student_sheet,
    datasheet.KEY: datasheet.sheet,
    sign_off.KEY: sign_off.sheet,
}


def digest(found: Sequence[Sheet]) -> str:
    """Return the SHA-256 of all answers; a report carries it, which shows whether the report has the latest answers."""
    written = {one.key: one.answer for sheet in found for one in sheet.fields if one.answer}
    return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()


def sheets(facts: Facts) -> list[Sheet]:
    """Return the sections that this run can fill, in the report's order; the sign-off comes last."""
    made = [make(facts) for make in FRAMEWORKS.values()]
    return [sheet for sheet in made if sheet is not None]


def is_chosen(sheet: Sheet) -> bool:
    """Return whether a person asked for the section: declared the decision that it is about, or wrote in it."""
    return sheet.key in (local_law_144.KEY, four_fifths.KEY) or any(field.answer for field in sheet.fields)
