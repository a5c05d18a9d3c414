"""Figures as text: one form for findings, tables, charts and sheets."""

from __future__ import annotations

from core.audit.records import Record


def number(value: float) -> str:
    """Return a figure as text: three decimals, none for whole numbers from 2 on.

    >>> [number(value) for value in (0.3194, 1.0, 24, 12345.0, 23.456, 4e-5)]
    ['0.319', '1.000', '24', '12,345', '23.5', '4.0e-05']
    """
    if value != 0 and abs(value) < 0.0005:
        return f"{value:.1e}"
    if abs(value) >= 2 and value == int(value):
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3f}"


def interval(record: Record) -> str:
    """Return ``[low, high]``, or an empty text if a bound is missing."""
    if record.low is None or record.high is None:
        return ""
    return f"[{number(record.low)}, {number(record.high)}]"


def percent(confidence: float) -> str:
    """Return a confidence level as it stands before the word interval.

    >>> percent(0.95), percent(0.999)
    ('95 %', '99.9 %')
    """
    return f"{100 * confidence:.10g} %"
