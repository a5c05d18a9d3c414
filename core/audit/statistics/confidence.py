"""The nominal coverage of all intervals of an audit: one level, set once, like a `decimal` context.

`core.audit.run.audit` sets the level of its input for the duration of the audit. Every interval then has this level,
and every record states it. Outside an audit it is `DEFAULT_CONFIDENCE`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from scipy.special import ndtri

DEFAULT_CONFIDENCE: Final = 0.95
# Of tests. These do not follow the level of the intervals.
SIGNIFICANCE_LEVEL: Final = 0.05
POWER: Final = 0.8
MIN_CONFIDENCE, MAX_CONFIDENCE = 0.5, 0.999
_CURRENT: ContextVar[float] = ContextVar("confidence", default=DEFAULT_CONFIDENCE)


def confidence() -> float:
    """Return the current level, 0 to 1."""
    return _CURRENT.get()


@contextmanager
def intervals_at(level: float) -> Iterator[None]:
    """Set the level of all intervals inside the context.

    >>> with intervals_at(0.9):
    ...     confidence()
    0.9
    >>> confidence()
    0.95
    """
    token = _CURRENT.set(level)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def error_rate() -> float:
    """Return 1 minus the level, without rounding noise: .05 for .95."""
    return round(1 - confidence(), 12)


def rounded_quantile(level: float | None = None) -> float:
    """Return the normal quantile of two-sided coverage, to two decimals as in tables: 1.96 for .95."""
    tail = (1 - (confidence() if level is None else level)) / 2
    return round(float(-ndtri(tail)), 2)
