"""The schema of a table: kind and role of each column, the target's positive value, and the groups to compare.

The user edits the schema before a run, which stores it as JSON and does not change it.
"""

from __future__ import annotations

from typing import Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.choices import DEFAULT_MARGIN, DecisionContext
from core.data.checks.edits import Edit, RefuseRelation
from core.data.column import Column, Kind, Role
from core.data.data_kinds import data_kind_of
from core.errors import FieldName, SchemaError, change, give, leave_out
from core.validation import validation_problem

_Model = TypeVar("_Model", bound=BaseModel)


class Schema(BaseModel):
    """The columns of a table in order, its positive outcome, and the minimum group size."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: tuple[Column, ...]
    positive: str | None = Field(default=None, description="The target's positive value, as text.")
    threshold: float | None = Field(
        default=None, description="A numeric target is positive from this value on (instead of `positive`)."
    )
    min_group_size: int = Field(
        default=30, ge=2, description="Groups with fewer rows are shown, but do not count in a minimum or maximum."
    )
    favorable: Literal["positive", "negative"] | None = Field(
        default=None,
        description="Whether the positive or the negative outcome is good for the person; null if nobody said.",
    )
    favorable_guess: str = Field(
        default="", description="Why `favorable` was guessed; empty if a person or the dataset's authors said it."
    )
    margin: float = Field(
        default=DEFAULT_MARGIN, gt=0, lt=1, description="Differences of two rates below it are said not to matter."
    )
    strata: tuple[str, ...] = Field(
        default=(), description="Columns within whose values groups are compared too, e.g. a department."
    )
    reference: str | None = Field(
        default=None,
        description="An ignored column with an outcome that is better founded than the target's and has its values, "
        "e.g. the decision of a second reader. Classifiers are judged against it too; none learns from it.",
    )
    decision: DecisionContext | None = Field(
        default=None,
        description="The kind of decision that the target records, as a person declared it; it picks laws.",
    )
    edits: tuple[Edit, ...] = Field(
        default=(),
        description="What a person decided after the checks of the data; rows and other files are changed accordingly.",
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
        """The kind of data, e.g. ``image`` if a column names images, else ``table``; see `core.data.data_kinds`."""
        return data_kind_of(column.kind for column in self.columns)

    @property
    def default_role(self) -> Role:
        """The role of a column that is neither target nor sensitive: feature, or ignored in a table of images.

        Models learn images from their pixels alone.
        """
        return Role.FEATURE if self.image is None else Role.IGNORED

    @property
    def refused_relations(self) -> set[str]:
        """The relations between columns, in words, that generated rows need not keep."""
        return {edit.relation for edit in self.edits if isinstance(edit, RefuseRelation)}

    @property
    def generated(self) -> Schema:
        """The schema of generated rows, whoever generated them: without the reference outcome."""
        if self.reference is None:
            return self
        columns = tuple(column for column in self.columns if column.name != self.reference)
        strata = tuple(name for name in self.strata if name != self.reference)
        return self.replaced(columns=columns, strata=strata, reference=None)

    def without_quoted_values(self) -> Schema:
        """Return the schema without what may quote values: why roles were guessed, and which spellings were merged."""
        columns = tuple(column.model_copy(update={"reason": ""}) for column in self.columns)
        return self.model_copy(update={"columns": columns, "favorable_guess": "", "edits": ()})

    @property
    def outcome(self) -> tuple[str, str | None, float | None] | None:
        """The target, its positive value and its threshold; ``None`` until what is positive is known."""
        found = self.with_role(Role.TARGET)
        if not found or (self.positive, self.threshold) == (None, None):
            return None
        return found[0], self.positive, self.threshold

    def with_role(self, role: Role) -> list[str]:
        """Return the headers of the columns that have ``role``, in the file's order."""
        return [column.name for column in self.columns if column.role is role]

    def column(self, name: str, field: FieldName | None = None) -> Column:
        """Return the column with this header.

        Args:
            name: The header.
            field: The input that named the column, for the error.

        Raises:
            SchemaError: There is no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise SchemaError(
            f"There is no column {name!r}; the table has {', '.join(map(repr, self.names))}.", field=field
        )

    def edited(self, name: str, **changes: object) -> Schema:
        """Return a validated copy with changed fields of one column. A changed role counts as chosen by the user."""
        chosen = {"guessed": False} if "role" in changes else {}
        new = _validated(Column, {**self.column(name).model_dump(), **chosen, **changes})
        return self.replaced(columns=tuple(new if column.name == name else column for column in self.columns))

    def replaced(self, **changes: object) -> Schema:
        """Return a validated copy with changed fields of the schema itself."""
        return _validated(Schema, {**dict(self), **changes})

    def with_outcome(self, *, positive: str | None = None, threshold: float | None = None) -> Schema:
        """Return a validated copy with this positive value or threshold, or with neither.

        What was said of the favourable outcome holds for the old one only, so a changed outcome drops it.
        """
        if (positive, threshold) == (self.positive, self.threshold):
            return self
        return self.replaced(positive=positive, threshold=threshold, favorable=None, favorable_guess="")

    def without_outcome(self) -> Schema:
        """Return a copy without all that was said of the target's outcomes, for another target."""
        return self.with_outcome().replaced(favorable=None, favorable_guess="", decision=None, reference=None)

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
        for name in self.strata:
            self.column(name, "strata")
            if name in targets:
                raise SchemaError("The outcome cannot be held equal; name another column.", field="strata")
        if self.reference is not None:
            self._check_reference(self.column(self.reference, "reference"))
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

    def _check_reference(self, column: Column) -> None:
        if column.role is Role.TARGET:
            raise SchemaError(
                f"Column {column.name!r} is the target itself, so it cannot be the reference outcome.",
                field="reference",
                remedies=[change("reference"), leave_out("reference")],
            )
        if column.role is not Role.IGNORED:
            raise SchemaError(
                f"Column {column.name!r} is the reference outcome, which is never learned from, so its role must be "
                f"ignored, not {column.role}.",
                field="reference",
                remedies=[change("reference"), leave_out("reference")],
            )


def _validated(model: type[_Model], fields: dict[str, object]) -> _Model:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise SchemaError.of(validation_problem(error)) from error


def from_json(text: str) -> Schema:
    """Read a schema saved with ``schema.model_dump_json()``.

    Raises:
        SchemaError: The text is not JSON or not a schema.
    """
    try:
        return Schema.model_validate_json(text)
    except ValidationError as error:
        raise SchemaError.of(validation_problem(error), "The schema file cannot be used. ") from error
