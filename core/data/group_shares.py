"""The shares of groups that are asked for, and those of the other groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.errors import ConfigError

_TOLERANCE: Final = 0.005  # users enter shares in rounded percent


def complete_shares(default: Mapping[str, float], requested: Mapping[str, float]) -> dict[str, float]:
    """Return the share of every group: as requested, the other groups dividing the rest by their default shares.

    >>> complete_shares({"a": 0.25, "b": 0.5, "c": 0.25}, {"b": 0.75})
    {'a': 0.125, 'b': 0.75, 'c': 0.125}

    Raises:
        ConfigError: The requested shares exceed 1, or they are below 1 and no other group can take the rest.
    """
    total = sum(requested.values())
    other_share = sum(share for name, share in default.items() if name not in requested)
    is_over = total > 1 + _TOLERANCE
    if is_over or (total < 1 - _TOLERANCE and not other_share):
        remedy = "lower one of them" if is_over else "raise one of them, or leave one group as it is"
        raise ConfigError(f"The shares add up to {100 * total:.1f} %, not 100 %; {remedy}.", field="proportions")
    rest = max(1 - total, 0.0)
    scale = 1.0 if other_share and total <= 1 else 1 / total
    return {
        name: requested[name] * scale if name in requested else share / other_share * rest
        for name, share in default.items()
    }
