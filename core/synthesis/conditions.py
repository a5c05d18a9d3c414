"""Conditions on a sample."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from core.errors import ConfigError, as_field, leave_out


@dataclass(frozen=True)
class Conditions:
    """Conditions on a sample, beside its size and seed.

    Args:
        proportions: Share of each group, of one sensitive column or of an intersection. The other groups divide the
            rest in their train proportions.
        target: If set, all rows have this value of the target.
        repair_level: Repair level of the outcomes, 0 to 1; the fitted one if not set.
    """

    proportions: Mapping[str, float] = field(default_factory=dict)
    target: str | None = None
    repair_level: float | None = None

    def requested(self) -> list[str]:
        """Return the names of the conditions that are set."""
        return [name for name, value in vars(self).items() if value not in (None, {})]

    def check(self, accepted: Set[str]) -> None:
        """Raise a `ConfigError` if a condition is set that is not accepted."""
        for name in self.requested():
            if name not in accepted:
                allowed = f"accepted: {', '.join(sorted(accepted))}" if accepted else "it accepts none"
                raise ConfigError(
                    f"This synthesizer does not accept the condition {name} ({allowed}).",
                    field=as_field(name),
                    remedies=[leave_out(as_field(name))],
                )


NO_CONDITIONS = Conditions()
