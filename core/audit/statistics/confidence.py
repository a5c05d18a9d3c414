"""The nominal coverage of all intervals of an audit: one level, chosen once, as a `decimal` context is.

`core.audit.run.audit` sets the level of its input for the time of the audit. Every interval that is made meanwhile
has it, and every record says it. Outside it is .95.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from scipy.special import ndtri

DEFAULT_CONFIDENCE: Final = 0.95
MIN_CONFIDENCE, MAX_CONFIDENCE = 0.5, 0.999
_CURRENT: ContextVar[float] = ContextVar("confidence", default=DEFAULT_CONFIDENCE)


def confidence() -> float:
    """The level that intervals have now, 0 to 1."""
    return _CURRENT.get()


@contextmanager
def intervals_at(level: float) -> Iterator[None]:
    """Give all intervals made inside this level.

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
    """1 minus the level, without the noise of the subtraction: .05 for .95."""
    return round(1 - confidence(), 12)


def table_quantile(level: float | None = None) -> float:
    """The normal quantile of two-sided coverage, to two decimals as tables give it: 1.96 for .95."""
    tail = (1 - (confidence() if level is None else level)) / 2
    return round(float(-ndtri(tail)), 2)
