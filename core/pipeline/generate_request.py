"""A request for synthetic rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import ConfigError, leave_out
from core.synthesis.conditions import Conditions


@dataclass(frozen=True)
class GenerateRequest:
    """A request for rows of a finished run, or of a generator that was exported from one.

    Args:
        rows: Number of rows, at least 1.
        seed: Seed, at least 0; the same seed gives the same bytes.
        proportions: Share of each group, of one sensitive column or of an intersection. The other groups divide the
            rest in their train proportions.
        group: If set, all rows are of this group; excludes ``proportions``.
        repair_level: Repair level, 0 to 1; that of the run if not set.
        target: If set, all rows have this value of the target.
    """

    rows: int
    seed: int = 0
    proportions: Mapping[str, float] = field(default_factory=dict)
    group: str | None = None
    repair_level: float | None = None
    target: str | None = None

    @property
    def conditions(self) -> Conditions:
        """Conditions on the rows, beside their number and seed."""
        return Conditions(self.shares, self.target, self.repair_level)

    @property
    def shares(self) -> dict[str, float]:
        """Share of each named group."""
        return dict(self.proportions) if self.group is None else {self.group: 1.0}

    def check_numbers(self) -> None:
        """Raise a `ConfigError` if a number is out of range, or one group and shares of groups are both given."""
        if self.rows < 1:
            raise ConfigError(f"The number of rows must be at least 1, not {self.rows}.", field="rows")
        if self.seed < 0:
            raise ConfigError(f"The seed must be at least 0, not {self.seed}.", field="seed")
        if self.group is not None and self.proportions:
            raise ConfigError(
                "Give either one group or shares of groups, not both.",
                field="group",
                remedies=[leave_out("group"), leave_out("proportions")],
            )
        if self.repair_level is not None and not 0 <= self.repair_level <= 1:
            raise ConfigError(
                f"The repair level must lie between 0 and 1, not {self.repair_level:g}.", field="repair_level"
            )
