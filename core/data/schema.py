"""What a table is: the kind and the role of each column, the target's positive value, the groups that are compared.

A schema is edited by a person and kept as JSON; everything later reads it and nothing later changes it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import FieldName, SchemaError, give, leave_out, validation_problem


class Kind(StrEnum):
    """What the values of a column are."""

    CATEGORICAL = "categorical"
    NUMERICAL = "numerical"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    IDENTIFIER = "identifier"
    IMAGE = "image"


class Role(StrEnum):
    """What a column is for."""

    FEATURE = "feature"
    SENSITIVE = "sensitive"
    TARGET = "target"
    IGNORED = "ignored"


_Model = TypeVar("_Model", bound=BaseModel)
NUMERIC_KINDS = frozenset({Kind.NUMERICAL, Kind.INTEGER})
IDENTIFYING_KINDS = frozenset({Kind.IDENTIFIER, Kind.IMAGE})
TABLE = "table"
DATA_KINDS: dict[Kind, str] = {Kind.IMAGE: "image"}
"""What rows describe that have a column of this kind; rows without one are a plain table."""


class Column(BaseModel):
    """One column of a table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(description="The header, exactly as in the file.")
    kind: Kind
    role: Role = Role.FEATURE
    guessed: bool = Field(default=False, description="The role was inferred and nobody has chosen it yet.")
    bin_edges: tuple[float, ...] = Field(
        default=(),
        description="Ascending cut points of a numeric sensitive column: k cuts make k + 1 groups, [lower, upper).",
    )
    bin_names: tuple[str, ...] = Field(
        default=(), description="Names of those groups, lowest first; made from the cuts if left out."
    )
    missing_token: str = Field(default="", description="What stands for a missing value in this column's CSV.")
    datetime_format: str | None = Field(default=None, description="strftime format of a datetime column's CSV.")
    decimal: Literal[".", ","] = Field(default=".", description="What stands before decimals in this column's CSV.")
    thousands: Literal["", ",", ".", " ", "'", "’", "\u00a0", "\u202f"] = Field(
        default="", description="What stands between thousands in this column's CSV."
    )
    reason: str = Field(default="", description="Why this kind and role were inferred.")

    @property
    def is_numeric(self) -> bool:
        """Whether the values are numbers."""
        return self.kind in NUMERIC_KINDS

    @property
    def is_identifying(self) -> bool:
        """Whether the values only name the rows, or the image of each: nothing is learned or compared by them."""
        return self.kind in IDENTIFYING_KINDS

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if list(self.bin_edges) != sorted(set(self.bin_edges)):
            raise SchemaError(
                f"Column {self.name!r}: the cut points must ascend without repeats, not {list(self.bin_edges)}.",
                field="bin_edges",
            )
        if self.decimal == self.thousands:
            raise SchemaError(
                f"Column {self.name!r}: {self.decimal!r} cannot stand both before decimals and between thousands.",
                field="schema",
            )
        if self.bin_names and len(self.bin_names) != len(self.bin_edges) + 1:
            raise SchemaError(
                f"Column {self.name!r}: {len(self.bin_edges)} cut points make {len(self.bin_edges) + 1} groups, "
                f"but {len(self.bin_names)} names are given.",
                field="schema",
            )
        return self


class Schema(BaseModel):
    """The columns of a table, in its order, and how its target and groups are read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: tuple[Column, ...]
    positive: str | None = Field(default=None, description="The target's positive value, as text.")
    threshold: float | None = Field(
        default=None, description="A numeric target is positive at or above this value (instead of `positive`)."
    )
    min_group_size: int = Field(
        default=30, ge=2, description="Groups with fewer rows are shown, but take no part in a minimum or maximum."
    )

    @property
    def names(self) -> list[str]:
        """All headers, in the file's order."""
        return [column.name for column in self.columns]

    @property
    def sensitive(self) -> list[str]:
        """Headers of the sensitive columns."""
        return self.with_role(Role.SENSITIVE)

    @property
    def features(self) -> list[str]:
        """Headers of the feature columns (sensitive columns and target not included)."""
        return self.with_role(Role.FEATURE)

    @property
    def target(self) -> str:
        """Header of the target column.

        Raises:
            SchemaError: No column has the role ``target``.
        """
        found = self.with_role(Role.TARGET)
        if not found:
            raise SchemaError("No column has the role target.", field="target", remedies=[give("target")])
        return found[0]

    @property
    def image(self) -> str | None:
        """Header of the column that names each row's image; ``None`` in a plain table."""
        return next((column.name for column in self.columns if column.kind is Kind.IMAGE), None)

    @property
    def data_kind(self) -> str:
        """What the rows describe: ``image`` where each row has one, else ``table``; see `DATA_KINDS`."""
        return next((DATA_KINDS[column.kind] for column in self.columns if column.kind in DATA_KINDS), TABLE)

    @property
    def default_role(self) -> Role:
        """What a column is that is neither target nor sensitive: a feature, but ignored beside images.

        Images are learned from their pixels alone.
        """
        return Role.FEATURE if self.image is None else Role.IGNORED

    def with_role(self, role: Role) -> list[str]:
        """Headers of the columns that have ``role``, in the file's order."""
        return [column.name for column in self.columns if column.role is role]

    def column(self, name: str, field: FieldName | None = None) -> Column:
        """The column with this header.

        Args:
            name: The header.
            field: Where a person gave it, for the error.

        Raises:
            SchemaError: There is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise SchemaError(
            f"There is no column {name!r}; the table has {', '.join(map(repr, self.names))}.", field=field
        )

    def edited(self, name: str, **changes: object) -> Schema:
        """A copy in which the fields of one column are replaced (checked like a new one); a role is then chosen."""
        chosen = {"guessed": False} if "role" in changes else {}
        new = _validated(Column, {**self.column(name).model_dump(), **chosen, **changes})
        return self.replaced(columns=tuple(new if column.name == name else column for column in self.columns))

    def replaced(self, **changes: object) -> Schema:
        """A copy with fields of the schema itself replaced (checked like a new one)."""
        return _validated(Schema, {**dict(self), **changes})

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        repeated = sorted({name for name in self.names if self.names.count(name) > 1})
        if repeated:
            raise SchemaError(
                f"Column {repeated[0]!r} occurs more than once; give each column a name of its own.", field="schema"
            )
        targets = self.with_role(Role.TARGET)
        if len(targets) > 1:
            raise SchemaError(
                f"Columns {targets} all have the role target; keep one, and make the others features.", field="schema"
            )
        images = [column.name for column in self.columns if column.kind is Kind.IMAGE]
        if len(images) > 1:
            raise SchemaError(
                f"Columns {images} all are of kind image; keep one, and make the others identifiers.", field="schema"
            )
        if self.positive is not None and self.threshold is not None:
            raise SchemaError(
                "The target takes a positive value or a threshold, not both.",
                field="threshold",
                remedies=[leave_out("positive"), leave_out("threshold")],
            )
        return self


def _validated(model: type[_Model], fields: dict[str, object]) -> _Model:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise SchemaError.of(validation_problem(error)) from error


def from_json(text: str) -> Schema:
    """Read a schema saved with ``schema.model_dump_json()``.

    Raises:
        SchemaError: The text is not JSON, or not a schema.
    """
    try:
        return Schema.model_validate_json(text)
    except ValidationError as error:
        raise SchemaError.of(validation_problem(error), "The schema file cannot be used. ") from error
