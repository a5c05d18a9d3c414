"""How often the conclusions are wrong or silent: false alarms on clean tables, and power against real gaps.

    python -m core.benchmarks.verdict_rates false-alarms 500    # Markdown; about a second a table
    python -m core.benchmarks.verdict_rates power               # Markdown; seconds

A clean table has an outcome that depends on its features only, and sensitive attributes that depend on nothing. So each
"gap found" in its audit is a false alarm. For power, two groups of equal size have rates around one half that differ by
a known gap; the verdict is that of the report's primary question.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from core.audit.inputs import AuditInput
from core.audit.records import Record
from core.audit.run import audit
from core.audit.statistics import intervals
from core.choices import DEFAULT_MARGIN
from core.data.examples import Examples
from core.data.schema import Column, Kind, Role, Schema
from core.findings.conclusions import Conclusions, conclude
from core.findings.decision import decide, p_value
from core.findings.finding import VerdictKind

ROWS: Final = 1_500
GAPS: Final = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2)
SIZES: Final = (200, 1_000, 5_000, 20_000, 100_000)
DRAWS: Final = 500
_ERROR_RATE = 0.05
_SCHEMA = Schema(
    columns=(
        Column(name="sex", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="race", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="age", kind=Kind.NUMERICAL),
        Column(name="years", kind=Kind.INTEGER),
        Column(name="field", kind=Kind.CATEGORICAL),
        Column(name="hired", kind=Kind.CATEGORICAL, role=Role.TARGET),
    ),
    positive="yes",
    favorable="positive",
)


def clean_table(seed: int, rows: int = ROWS) -> pd.DataFrame:
    """Return a table of two sexes and four races in which neither has to do with anything else."""
    rng = np.random.default_rng([2026, seed])
    age, years = rng.normal(40, 10, rows), rng.poisson(6, rows)
    field = rng.choice(["law", "trade", "arts"], rows, p=[0.3, 0.5, 0.2])
    score = 0.05 * (age - 40) + 0.25 * (years - 6) + 0.8 * (field == "law") - 0.2
    hired = rng.random(rows) < 1 / (1 + np.exp(-score))
    return pd.DataFrame(
        {
            "sex": rng.choice(["f", "m"], rows),
            "race": rng.choice(["a", "b", "c", "d"], rows, p=[0.5, 0.25, 0.15, 0.1]),
            "age": age,
            "years": years,
            "field": field,
            "hired": np.where(hired, "yes", "no"),
        }
    )


def clean_conclusions(seed: int, rows: int = ROWS) -> Conclusions:
    """Return the conclusions of the audit of a clean table, of which a fifth is held out."""
    frame = clean_table(seed, rows)
    cut = rows * 4 // 5
    train, holdout = frame.iloc[:cut], frame.iloc[cut:].reset_index(drop=True)
    return conclude(audit(AuditInput(_SCHEMA, Examples(train), Examples(holdout))), _SCHEMA)


def alarms(tables: int) -> Counter[str]:
    """Count the clean tables with a false alarm: anywhere, in the summary, on the primary question, and by family."""
    counts: Counter[str] = Counter()
    for seed in range(tables):
        found = [one for one in clean_conclusions(seed).findings if one.verdict is VerdictKind.GAP and not one.withheld]
        counts["anywhere"] += bool(found)
        counts["in the summary"] += any(one.sentence for one in found)
        counts["primary question"] += any(one.claim.primary for one in found)
        counts.update({f"family {name}" for name in {one.claim.family for one in found}})
    return counts


def power(gap: float, rows: int, draws: int = DRAWS) -> Counter[VerdictKind]:
    """Count the verdicts on two groups of ``rows / 2`` rows whose rates differ by ``gap``, over simulated tables."""
    rng = np.random.default_rng([round(1000 * gap), rows])
    half = rows // 2
    hits = rng.binomial(half, [0.5 - gap / 2, 0.5 + gap / 2], (draws, 2))
    low, high = intervals.max_difference([(hits, np.full_like(hits, half))])
    values = np.ptp(hits, axis=1) / half
    found: Counter[VerdictKind] = Counter()
    for value, lower, upper in zip(values, low, high, strict=True):
        bounds = {"low": min(float(lower), float(value)), "high": max(float(upper), float(value))}
        figure = Record(source="original", protocol="data", metric="", value=float(value), **bounds)
        found[decide(figure, DEFAULT_MARGIN, p_value(figure), _ERROR_RATE)[0]] += 1
    return found


def alarm_table(tables: int) -> str:
    """Return the share of clean tables with false alarms as Markdown."""
    counts = alarms(tables)
    return "\n".join(
        ["| false alarm | tables | share |", "| --- | --- | --- |"]
        + [f"| {name} | {count} of {tables} | {count / tables:.1%} |" for name, count in counts.most_common()]
    )


def power_table(draws: int = DRAWS) -> str:
    """Return the share of each verdict by gap and rows as Markdown."""
    kinds = tuple(VerdictKind)
    return "\n".join(_power_lines(kinds, draws))


def _power_lines(kinds: tuple[VerdictKind, ...], draws: int) -> Iterator[str]:
    yield f"| true gap | rows | {' | '.join(kinds)} |"
    yield "| --- " * (2 + len(kinds)) + "|"
    for gap in GAPS:
        for rows in SIZES:
            counts = power(gap, rows, draws)
            yield f"| {gap:g} | {rows:,} | {' | '.join(f'{counts[kind] / draws:.0%}' for kind in kinds)} |"


if __name__ == "__main__":
    print(power_table() if sys.argv[1] == "power" else alarm_table(int(sys.argv[2])))
