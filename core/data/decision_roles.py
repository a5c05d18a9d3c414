"""The columns of a table with the decisions of models, and what each of them is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from core.data.decision_columns import DecisionColumn, SelectionRule, without_features
from core.data.model_column import without_model_column
from core.data.periods import PeriodColumn, without_periods
from core.data.schema import Schema
from core.data.weights import WeightColumn, without_weights
from core.errors import ConfigError, give, leave_out


@dataclass(frozen=True)
class DecisionRoles:
    """What the columns of a table with decisions are for, besides the roles of its schema.

    Args:
        columns: The columns with the decisions; see `core.data.model_decisions.decision_columns`.
        model_column: A column that names the model of each row, if the rows of several models are below one another.
        weight: A column that says how much each row counts.
        period: A column that says when each row was decided.
        references: By attribute, the group that others are compared with, or ``overall``; see `reference_groups`.
    """

    columns: tuple[DecisionColumn, ...] = ()
    model_column: str | None = None
    weight: WeightColumn | None = None
    period: PeriodColumn | None = None
    references: Mapping[str, str] = field(default_factory=dict)

    def without_features(self, schema: Schema) -> Schema:
        """Return the schema in which none of these columns is a feature.

        Raises:
            DataError: A column does not exist, or has another use.
        """
        schema = without_features(schema, self.columns)
        named = [one.column for one in self.columns]
        if self.model_column is not None:
            schema = without_model_column(schema, self.model_column, self.columns)
            named.append(self.model_column)
        if self.weight is not None:
            schema = without_weights(schema, self.weight, named)
            named += self.weight.columns
        return schema if self.period is None else without_periods(schema, self.period, named)

    def check_needed(self, *, has_synthetic: bool) -> None:
        """Check that these roles go with what is audited.

        Args:
            has_synthetic: Whether a synthetic version is given.

        Raises:
            ConfigError: They do not.
        """
        if self.columns:
            if has_synthetic:
                raise ConfigError(
                    "A model's decisions are audited on the rows that it decided, so no synthetic version can stand "
                    "beside them.",
                    field="synthetic",
                    remedies=[leave_out("synthetic")],
                )
            return
        decisions = [give("prediction"), give("score")]
        if self.references:
            raise ConfigError(
                "Reference groups are those of the decisions of a model, and no column holds decisions.",
                field="reference_group",
                remedies=decisions,
            )
        if self.model_column is not None:
            raise ConfigError(
                f"Column {self.model_column!r} is said to name the model of each row, but no column holds decisions.",
                field="model_column",
                remedies=decisions,
            )
        if self.weight is not None:
            raise ConfigError(
                f"Column {self.weight.column!r} is said to hold weights, but no column holds decisions, and "
                "classifiers that are trained here do not use weights.",
                field="weight",
                remedies=[*decisions, leave_out("weight")],
            )
        if self.period is not None and self.period.order:
            raise ConfigError(
                "Several files are given, each a period, but no column holds decisions to follow over time.",
                field="data",
                remedies=decisions,
            )
        if self.period is not None:
            raise ConfigError(
                f"Column {self.period.column!r} is said to name periods, but no column holds decisions to follow over "
                "time.",
                field="period_column",
                remedies=[*decisions, leave_out("period_column")],
            )

    def as_json(self) -> dict[str, Any]:
        """Return the roles as a manifest keeps them."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        """Return the roles that a manifest keeps."""
        columns = tuple(
            DecisionColumn(**{**one, "rule": None if one["rule"] is None else SelectionRule(**one["rule"])})
            for one in saved.get("columns", ())
        )
        weight, period = saved.get("weight"), saved.get("period")
        return cls(
            columns,
            saved.get("model_column"),
            None if weight is None else WeightColumn.from_json(weight),
            None if period is None else PeriodColumn.from_json(period),
            saved.get("references", {}),
        )
