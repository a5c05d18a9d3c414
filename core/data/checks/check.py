"""Check a table: everything that a person should decide on before its figures are believed."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.data.checks.apply import choose
from core.data.checks.columns import column_issues, used_column
from core.data.checks.duplicates import dropped_duplicates, duplicate_issues
from core.data.checks.edits import (
    Edit,
    LeaveOutRows,
    RefuseRelation,
)
from core.data.checks.giveaways import giveaway_issues
from core.data.checks.issue import Issue
from core.data.checks.missing_values import missing_value_issues, words_for_missing
from core.data.checks.other_decisions import other_decision_issues
from core.data.checks.spellings import merged_spellings, spelling_issues
from core.data.checks.weight_columns import excluded, weight_issues
from core.data.column import Role
from core.data.relations.found import find_relations
from core.data.schema import Schema
from core.errors import ConfigError, change, leave_out

_NAMES = "merge:COLUMN, mark-missing:COLUMN, drop-missing:COLUMN, drop-duplicates, exclude:COLUMN, use:COLUMN, "
NAMES = f"{_NAMES}refuse:RELATION"
"""The names of edits, as a text that lists them."""
_OF_VALUES = ("merge:", "mark-missing:")


def check_data(frame: pd.DataFrame, schema: Schema, *, trains: bool = True, weighted: bool = False) -> list[Issue]:
    """Return what a person should decide on, the gravest first; what was decided already is not found again.

    Args:
        frame: Typed by ``schema``, shape (n, columns).
        schema: Kinds and roles, with what was decided.
        trains: Whether classifiers learn from the features. Where decisions of a model are audited, none does.
        weighted: Whether weights are used.
    """
    found = spelling_issues(frame, schema)
    if trains and schema.with_role(Role.TARGET):
        giveaways = giveaway_issues(frame, schema)
        told = {name for issue in giveaways for name in issue.columns}
        found += giveaways
        found += [issue for issue in other_decision_issues(frame, schema) if not told & set(issue.columns)]
    found += duplicate_issues(frame, schema)
    if not weighted:
        found += weight_issues(frame, schema, trains=trains)
    found += missing_value_issues(frame, schema)
    return found + (column_issues(frame, schema) if trains else [])


def with_edits_of_values(schema: Schema, frame: pd.DataFrame, names: Sequence[str]) -> Schema:
    """Return the schema with those of the named edits that change values; roles are guessed from the changed ones.

    Args:
        schema: Kinds; roles are not needed.
        frame: Typed by ``schema``, as it was read.
        names: For example ``merge:sex`` or ``drop-duplicates``; see `core.data.checks.edits`.

    Raises:
        ConfigError: There is no such edit, or it would change nothing.
    """
    return _with_named([name for name in names if name.startswith(_OF_VALUES)], frame, schema)


def with_other_edits(schema: Schema, frame: pd.DataFrame, names: Sequence[str]) -> Schema:
    """Return the schema with the other named edits, which need roles; see `with_edits_of_values`.

    Raises:
        ConfigError: There is no such edit, or it would change nothing.
    """
    return _with_named([name for name in names if not name.startswith(_OF_VALUES)], frame, schema)


def _with_named(names: Sequence[str], frame: pd.DataFrame, schema: Schema) -> Schema:
    for name in names:
        schema = choose(schema, _named(name, frame, schema))
    return schema


def _named(name: str, frame: pd.DataFrame, schema: Schema) -> Edit:
    verb, _, about = name.partition(":")
    if verb == "drop-duplicates" and not about:
        return dropped_duplicates(frame, schema)
    if verb == "refuse":
        return _refusal(about, frame, schema)
    if verb == "weight":
        raise _unknown(f"Column {about!r} holds weights if it is given as the weight; no change of the data says so.")
    if not about or verb not in ("merge", "mark-missing", "drop-missing", "exclude", "use"):
        raise _unknown(f"There is no change {name!r} of the data; there are {NAMES}.")
    schema.column(about, "apply")
    edit: Edit | None = None
    if verb == "exclude":
        edit = excluded(about, schema)
    elif verb == "drop-missing":
        edit = LeaveOutRows(column=about)
    elif verb == "use":
        edit = used_column(frame[about], schema.column(about))
    elif verb == "merge":
        edit = merged_spellings(frame, about) if _is_text(frame[about]) else None
    else:
        edit = words_for_missing(frame, about) if _is_text(frame[about]) else None
    if edit is None:
        raise _unknown(f"The change {name!r} finds nothing to do in column {about!r}.")
    return edit


def _refusal(relation: str, frame: pd.DataFrame, schema: Schema) -> Edit:
    found = [one.text for one in find_relations(frame, schema)]
    if relation in found or relation in schema.refused_relations:
        return RefuseRelation(relation=relation)
    listed = f"there are {', '.join(map(repr, found))}" if found else "none was found"
    raise _unknown(f"There is no relation {relation!r} between columns that could be refused; {listed}.")


def _is_text(values: pd.Series) -> bool:
    return isinstance(values.dtype, pd.StringDtype)


def _unknown(sentence: str) -> ConfigError:
    return ConfigError(sentence, field="apply", remedies=[change("apply"), leave_out("apply")])
