"""Which outcome is good for the person: as a user says it, else a guess with its reason, else nobody knows.

A guess reads the target's name and its positive value. It is a question to the user and never a declaration: where
the words are silent or contradict each other, there is no guess.
"""

from __future__ import annotations

from typing import Final, Literal

import pandas as pd

from core.data.column import Role
from core.data.inference.name_hints import normalized
from core.data.inference.target_values import check_value, targets_spelling
from core.data.schema import Schema
from core.errors import SchemaError, change, give

Side = Literal["positive", "negative"]
_OPPOSITE: Final[dict[Side, Side]] = {"positive": "negative", "negative": "positive"}

# A word that begins like one of these speaks of something good or bad for the person.
_GOOD: Final = (
    *(
        "hired",
        "hire",
        "approv",
        "accept",
        "admitted",
        "admission",
        "grant",
        "promot",
        "paid",
        "repaid",
        "good",
        "pass",
    ),
    *("graduat", "passed", "succe", "surviv", "eligib", "income", "salary", "wage", "earning", "offer", "shortlist"),
)
_BAD: Final = (
    *("recid", "default", "fraud", "denied", "denial", "deny", "reject", "refus", "fail", "death", "died", "mortality"),
    *(
        "bad",
        "delinquen",
        "churn",
        "arrest",
        "rearrest",
        "convict",
        "guilty",
        "readmi",
        "bankrupt",
        "overdue",
        "unpaid",
    ),
    *("dropout", "attrition", "layoff", "unemploy", "declin", "charged", "disease", "victim"),
)
_WHOLE: Final = frozenset({"bad", "good", "pass", "paid", "hire", "died", "deny", "offer", "wage", "death"})
_NEGATIONS: Final = frozenset({"no", "not", "non", "never", "without"})
_YES: Final = frozenset({"1", "yes", "y", "true", "t", "positive", "pos"})
_NO: Final = frozenset({"0", "no", "n", "false", "f", "negative", "neg"})
_VALUES: Final[dict[str, Side]] = {">50k": "positive", "<=50k": "negative", "pass": "positive", "success": "positive"}


def with_guess(schema: Schema) -> Schema:
    """Return the schema with a guess of the favourable outcome, or without one where the words do not tell.

    >>> from core.data.schema import Column, Kind
    >>> target = Column(name="two_year_recid", kind=Kind.INTEGER, role=Role.TARGET)
    >>> with_guess(Schema(columns=(target,), positive="1")).favorable
    'negative'
    """
    side, why = _guess(schema) if schema.with_role(Role.TARGET) else (None, "")
    return schema.replaced(favorable=side, favorable_guess=why)


def with_favorable(schema: Schema, frame: pd.DataFrame, value: str) -> Schema:
    """Return the schema with a declared favourable outcome.

    Args:
        schema: With a target, and its positive value or threshold.
        frame: Typed by ``schema``.
        value: A value of the target, as text; with a threshold, any number on the favourable side.

    Raises:
        SchemaError: The target has no such value, or it has no positive value yet.
    """
    if not schema.with_role(Role.TARGET):
        raise SchemaError(
            "A favourable outcome needs a target, but no column is the target.",
            field="target",
            remedies=[give("target")],
        )
    if schema.threshold is not None:
        is_positive = _number(schema, value) >= schema.threshold
    else:
        value = targets_spelling(schema, frame, value)
        check_value(schema, frame, value, "favorable")
        is_positive = value == schema.positive
    return schema.replaced(favorable="positive" if is_positive else "negative", favorable_guess="")


def _number(schema: Schema, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise SchemaError(
            f"Target {schema.target!r} is divided at {schema.threshold:g}, so its favourable side is given by a number "
            f"at or above it or below it, not by {value!r}.",
            field="favorable",
            remedies=[change("favorable")],
        ) from None


def _guess(schema: Schema) -> tuple[Side | None, str]:
    """Return the favourable side and the reason; neither where the words do not tell."""
    value = "" if schema.positive is None else schema.positive
    lowered = value.strip().lower()
    if lowered in _VALUES:
        return _VALUES[lowered], f"the value {value!r} reads so"
    if lowered not in _YES | _NO:
        side, word = _of_words(value)
        if side is not None:
            return side, f"the value {value!r} contains {word!r}"
    if schema.threshold is None and lowered not in _YES | _NO:
        return None, ""
    side, word = _of_words(schema.target)
    if side is None:
        return None, ""
    denied = schema.threshold is None and lowered in _NO
    return _OPPOSITE[side] if denied else side, _because(schema.target, word)


def _because(name: str, word: str) -> str:
    return f"the column is named {name!r}" if name.strip().lower() == word else f"the name {name!r} contains {word!r}"


def _of_words(text: str) -> tuple[Side | None, str]:
    """Return whether a text speaks of something good or bad for a person, and the word that says so."""
    words = normalized(text).split()
    if _NEGATIONS & set(words):
        return None, ""
    found: dict[Side, str] = {}
    stems: dict[Side, tuple[str, ...]] = {"positive": _GOOD, "negative": _BAD}
    for side, starts in stems.items():
        for word in words:
            if any(word == start or (start not in _WHOLE and word.startswith(start)) for start in starts):
                found.setdefault(side, word)
    return next(iter(found.items())) if len(found) == 1 else (None, "")
