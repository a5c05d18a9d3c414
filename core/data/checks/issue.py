"""What a check found: one thing that a person should decide on."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from core.data.checks.edits import Edit, Remedy

CheckName = Literal[
    "spellings",
    "giveaway",
    "decision",
    "duplicates",
    "constant",
    "empty",
    "identifier",
    "weights",
    "missing words",
    "blanks",
    "persons",
]


class Issue(BaseModel):
    """One thing in a table that a person should decide on.

    Args:
        check: The check that found it.
        columns: Headers of the columns concerned; none if it is about whole rows.
        sentence: What was found and what follows. It names no front end.
        rows: The number of rows concerned.
        remedies: What can be done, the likeliest first. Nothing is done unless a person says so.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    check: CheckName
    columns: tuple[str, ...] = ()
    sentence: str
    rows: int
    remedies: tuple[Remedy, ...] = ()


class Change(BaseModel):
    """An edit that was applied.

    Args:
        edit: What was done.
        rows: The number of rows that changed or were left out; 0 if only a role changed.
        held: How many of them are test rows of their own; ``None`` if there are no such rows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    edit: Edit
    rows: int = Field(default=0, ge=0)
    held: int | None = Field(default=None, ge=0)

    @property
    def sentence(self) -> str:
        """What was done, in a sentence.

        >>> from core.data.checks.edits import DropDuplicates
        >>> Change(edit=DropDuplicates(), rows=3).sentence
        'Decided after a check of the data: keep one of each row (3 rows).'
        >>> Change(edit=DropDuplicates(), rows=3, held=1).sentence
        'Decided after a check of the data: keep one of each row (2 rows to learn from and 1 test row).'
        """
        rows = "row" if self.rows == 1 else "rows"
        count = f" ({self.rows:,} {rows})" if self.rows else ""
        if self.rows and self.held is not None:
            learnt, held = self.rows - self.held, "row" if self.held == 1 else "rows"
            to_learn = f"{learnt:,} {'row' if learnt == 1 else 'rows'} to learn from"
            count = f" ({to_learn} and {self.held or 'no'} test {held})"
        return f"Decided after a check of the data: {self.edit.text}{count}."


class IssueSummary(BaseModel):
    """An issue as a run keeps it: its remedies by name, without values of the table beyond those of the sentence.

    Args:
        check: The check that found it.
        columns: Headers of the columns concerned.
        sentence: What was found and what follows.
        rows: The number of rows concerned.
        remedies: What can be done, as phrases, by the names by which it is asked for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    check: CheckName
    columns: tuple[str, ...]
    sentence: str
    rows: int
    remedies: dict[str, str]

    @classmethod
    def of(cls, issue: Issue) -> IssueSummary:
        """Return the summary of an issue."""
        remedies = {edit.name: edit.text for edit in issue.remedies}
        return cls(
            check=issue.check, columns=issue.columns, sentence=issue.sentence, rows=issue.rows, remedies=remedies
        )
