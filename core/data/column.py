"""One column of a table: its kind, its role, and the form in which its file writes the values."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.data.data_kinds import DATA_KINDS
from core.data.forms.dates import FIRST_YEAR, DateForm
from core.data.forms.numbers import DIGITS, NumberForm
from core.data.forms.serials import SerialForm
from core.errors import SchemaError


class Kind(StrEnum):
    """The kind of a column's values."""

    CATEGORICAL = "categorical"
    NUMERICAL = "numerical"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    IDENTIFIER = "identifier"
    IMAGE = "image"


class Role(StrEnum):
    """The role of a column."""

    FEATURE = "feature"
    SENSITIVE = "sensitive"
    TARGET = "target"
    IGNORED = "ignored"


NUMERIC_KINDS = frozenset({Kind.NUMERICAL, Kind.INTEGER})
IDENTIFYING_KINDS = frozenset(
    {Kind.IDENTIFIER, *(Kind(info.column) for info in DATA_KINDS.values() if info.column is not None)}
)


class Column(BaseModel):
    """One column of a table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(description="The header, exactly as in the file.")
    kind: Kind
    role: Role = Role.FEATURE
    guessed: bool = Field(default=False, description="Whether the role was inferred and not chosen by the user.")
    bin_edges: tuple[float, ...] = Field(
        default=(),
        description="Ascending bin edges of a numeric sensitive column: k edges make k + 1 groups, [lower, upper).",
    )
    bin_names: tuple[str, ...] = Field(
        default=(), description="Names of those groups, lowest first; by default made from the bin edges."
    )
    missing_token: str = Field(default="", description="Text of a missing value in the column's CSV file.")
    datetime_format: str | None = Field(
        default=None, description="Format of dates in the CSV file; see core.data.forms.date_formats."
    )
    first_year: int = Field(
        default=FIRST_YEAR, ge=1800, le=2100, description="The year that the earliest two-digit year of a date means."
    )
    decimal: Literal[".", ","] = Field(default=".", description="Decimal separator in the column's CSV file.")
    thousands: Literal["", ",", ".", " ", "'", "’", "\u00a0", "\u202f"] = Field(
        default="", description="Thousands separator in the column's CSV file."
    )
    decimals: int | None = Field(
        default=None, ge=0, le=20, description="Fewest decimals of a number in the CSV file; null: as Python writes it."
    )
    positive_form: str = Field(
        default=DIGITS, description="How the CSV file writes a number of 0 or more, with # for its digits, e.g. $#."
    )
    negative_form: str = Field(default=f"-{DIGITS}", description="How it writes a negative number, e.g. ($#).")
    group_size: Literal[2, 3] = Field(
        default=3, description="Digits between thousands separators before the last three: 2 as in 12,34,567."
    )
    serial_form: SerialForm | None = Field(
        default=None, description="The form of an identifier, from which synthetic rows get new ones."
    )
    reason: str = Field(default="", description="Why this kind and role were inferred.")

    @property
    def is_numeric(self) -> bool:
        """Whether the values are numbers."""
        return self.kind in NUMERIC_KINDS

    @property
    def is_identifying(self) -> bool:
        """Whether the values only identify the rows or their images. Such a column is not learned or compared."""
        return self.kind in IDENTIFYING_KINDS

    @property
    def number_form(self) -> NumberForm:
        """How the column's file writes numbers."""
        around = self.positive_form, self.negative_form
        return NumberForm(self.decimal, self.thousands, self.decimals, *around, self.group_size)

    @property
    def date_form(self) -> DateForm | None:
        """How the column's file writes dates; ``None`` if it is not known."""
        return None if self.datetime_format is None else DateForm(self.datetime_format, self.first_year)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if list(self.bin_edges) != sorted(set(self.bin_edges)):
            raise SchemaError(
                f"Column {self.name!r}: the cut points must ascend without repeats, not {list(self.bin_edges)}.",
                field="bin_edges",
            )
        if self.decimal == self.thousands:
            raise SchemaError(
                f"Column {self.name!r}: {self.decimal!r} cannot be both decimal and thousands separator.",
                field="schema",
            )
        if self.positive_form.count(DIGITS) != 1 or self.negative_form.count(DIGITS) != 1:
            raise SchemaError(
                f"Column {self.name!r}: {self.positive_form!r} and {self.negative_form!r} must hold {DIGITS!r} once, "
                "for the digits.",
                field="schema",
            )
        if self.bin_names and len(self.bin_names) != len(self.bin_edges) + 1:
            raise SchemaError(
                f"Column {self.name!r}: {len(self.bin_edges)} cut points make {len(self.bin_edges) + 1} groups, "
                f"but {len(self.bin_names)} names are given.",
                field="schema",
            )
        return self
