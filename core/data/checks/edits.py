"""What a person can change in a table after a check: each edit is data, with a name that every front end takes.

An edit of the schema keeps them. They are applied to the table, to its hold-out rows and to other files of its columns.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.data.column import Kind

_MAX_LISTED = 4


class _Edit(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _OfColumn(_Edit):
    type: str
    column: str

    @property
    def name(self) -> str:
        """The name by which the edit is asked for."""
        return f"{self.type}:{self.column}"


class MergeValues(_OfColumn):
    """Spellings of the same value become one.

    Args:
        spellings: The spelling that is kept, by each one that is replaced.

    >>> edit = MergeValues(column="sex", spellings={"male": "Male", "Male ": "Male"})
    >>> edit.name, edit.text
    ('merge:sex', "write 'male' and 'Male ' as 'Male'")
    """

    type: Literal["merge"] = "merge"
    spellings: dict[str, str]

    @property
    def text(self) -> str:
        """What the edit does, as a phrase."""
        kept = list(dict.fromkeys(self.spellings.values()))
        parts = [
            f"{_listed([old for old, new in self.spellings.items() if new == one])} as {one!r}"
            for one in kept[:_MAX_LISTED]
        ]
        return f"write {'; '.join(parts)}" + ("; …" if len(kept) > _MAX_LISTED else "")


class MarkMissing(_OfColumn):
    """Values that say that nothing is known count as missing.

    >>> MarkMissing(column="race", words=("Unknown",)).text
    "count 'Unknown' as missing"
    """

    type: Literal["mark-missing"] = "mark-missing"
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """What the edit does, as a phrase."""
        return f"count {_listed(self.words)} as missing"


class LeaveOutRows(_OfColumn):
    """Rows without a value in the column are left out.

    >>> LeaveOutRows(column="sex").text
    "leave out the rows without a value of 'sex'"
    """

    type: Literal["drop-missing"] = "drop-missing"

    @property
    def text(self) -> str:
        """What the edit does, as a phrase."""
        return f"leave out the rows without a value of {self.column!r}"


class ExcludeColumn(_OfColumn):
    """No classifier and no generator learns from the column.

    Args:
        replicates: Replicate weights that go with a column of weights, and are left out with it.

    >>> ExcludeColumn(column="letter").text
    "leave column 'letter' out"
    """

    type: Literal["exclude"] = "exclude"
    replicates: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What the edit does, as a phrase."""
        others = f" and its {len(self.replicates)} replicates" if self.replicates else ""
        return f"leave column {self.column!r}{others} out"


class UseColumn(_OfColumn):
    """A column that was taken for an identifier is a feature.

    >>> UseColumn(column="code", kind="categorical").text
    "use column 'code' as a feature"
    """

    type: Literal["use"] = "use"
    kind: Kind

    @property
    def text(self) -> str:
        """What the edit does, as a phrase."""
        return f"use column {self.column!r} as a feature"


class UseAsWeights(_OfColumn):
    """The column says how much each row counts, in an audit of decisions; the front ends have a field for it.

    >>> UseAsWeights(column="pwgtp").text
    "use column 'pwgtp' as weights"
    """

    type: Literal["weight"] = "weight"

    @property
    def text(self) -> str:
        """What the edit does, as a phrase."""
        return f"use column {self.column!r} as weights"


class DropDuplicates(_Edit):
    """Of rows that are the same in all columns, the first is kept.

    Args:
        besides: Identifiers in which they may differ, where rows were entered again under new ones.

    >>> DropDuplicates().text, DropDuplicates(besides=("id",)).text
    ('keep one of each row', "keep one of each row, whatever its 'id'")
    """

    type: Literal["drop-duplicates"] = "drop-duplicates"
    besides: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name by which the edit is asked for."""
        return self.type

    @property
    def text(self) -> str:
        """What the edit does, as a phrase."""
        return "keep one of each row" + (f", whatever its {_listed(self.besides)}" if self.besides else "")


class RefuseRelation(_Edit):
    """Generated rows need not keep a relation between columns.

    Args:
        relation: The relation in words; see `core.data.relations.kinds`.

    >>> RefuseRelation(relation="start ≤ end").name
    'refuse:start ≤ end'
    """

    type: Literal["refuse"] = "refuse"
    relation: str

    @property
    def name(self) -> str:
        """The name by which the edit is asked for."""
        return f"{self.type}:{self.relation}"

    @property
    def text(self) -> str:
        """What the edit does, as a phrase."""
        return f"do not keep {self.relation!r} in generated rows"


Edit = Annotated[
    MergeValues | MarkMissing | LeaveOutRows | ExcludeColumn | UseColumn | DropDuplicates | RefuseRelation,
    Field(discriminator="type"),
]
"""What a schema keeps."""
Remedy = Annotated[Edit | UseAsWeights, Field(discriminator="type")]
"""What a check offers."""


def _listed(values: tuple[str, ...] | list[str]) -> str:
    shown = [repr(value) for value in values[:_MAX_LISTED]]
    if len(values) > _MAX_LISTED:
        return ", ".join(shown) + ", …"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
