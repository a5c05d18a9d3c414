"""How often the conclusions are wrong or silent: false alarms on clean tables, and power against real gaps.

    evenhand benchmark verdicts --processes 2              # ten seconds a table and process
    evenhand benchmark verdicts --quick                    # ten tables

Every "gap found" in the audit of a clean table is a false alarm (`core.benchmarks.clean_tables`). For power, two groups
of equal size have rates around one half that differ by a known gap, and the verdict is that on their difference.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from core.audit.figure_text import percent
from core.audit.records import Record
from core.audit.statistics import extremes, intervals
from core.benchmarks import false_alarms
from core.benchmarks.clean_tables import ROWS, VARIANTS
from core.benchmarks.false_alarms import PARTS, Alarm, CleanTable, Outcome
from core.benchmarks.markdown_page import README, grid, machine, replace_between
from core.choices import DEFAULT_MARGIN
from core.events import Listener, ignore
from core.findings.conclusions import FAMILIES
from core.findings.decision import decide, p_value
from core.findings.finding import VerdictKind
from core.runs.files import write_text

GAPS: Final = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2)
SIZES: Final = (200, 1_000, 5_000, 20_000, 100_000)
SECONDARY: Final = 30
"""Tests that share an error rate with a secondary question, for its power."""
QUICK: Final[dict[str, Any]] = {"tables": 10}
PAGE: Final = README.with_name("verdicts.md")
_ERROR_RATE: Final = 0.05


@dataclass(frozen=True)
class Plan:
    """The simulations of the benchmark.

    Args:
        out: Folder of the results.
        command: Command that repeats the benchmark.
        tables: Clean tables.
        rows: Rows of each.
        draws: Simulated pairs of groups for each gap and size.
        processes: Processes that audit clean tables.
        cluster: Address of a Ray cluster that audits them instead; see `core.cluster`.
    """

    out: Path
    command: str
    tables: int = 500
    rows: int = ROWS
    draws: int = 1_000
    processes: int = 1
    cluster: str | None = None


def measure(plan: Plan, listener: Listener = ignore) -> list[CleanTable]:
    """Audit the clean tables that are not saved yet under ``plan.out``; return all."""
    return false_alarms.measure(
        plan.tables, plan.out, listener, processes=plan.processes, rows=plan.rows, cluster=plan.cluster
    )


def results(plan: Plan) -> Path:
    """Return the file of every alarm."""
    return false_alarms.path(plan.out, plan.rows)


@cache
def power(gap: float, rows: int, draws: int, tests: int = 1) -> Counter[VerdictKind]:
    """Count the verdicts on two groups of ``rows / 2`` rows whose rates differ by ``gap``, over simulated tables.

    Args:
        gap: The true difference of the rates, 0 to 1.
        rows: Rows of both groups together.
        draws: Simulated tables.
        tests: Tests that share the error rate; the p-value is multiplied by their number (the first step of Holm's).
    """
    rng = np.random.default_rng([round(1000 * gap), rows])
    half = rows // 2
    hits = rng.binomial(half, [0.5 - gap / 2, 0.5 + gap / 2], (draws, 2))
    low, high = extremes.max_difference([(hits, np.full_like(hits, half))])
    values = np.ptp(hits, axis=1) / half
    found: Counter[VerdictKind] = Counter()
    for value, lower, upper in zip(values, low, high, strict=True):
        bounds = {"low": min(float(lower), float(value)), "high": max(float(upper), float(value))}
        figure = Record(source="original", protocol="data", metric="", value=float(value), **bounds)
        p = p_value(figure)
        found[decide(figure, DEFAULT_MARGIN, None if p is None else min(tests * p, 1.0), _ERROR_RATE)[0]] += 1
    return found


def power_page(draws: int) -> str:
    """Return the shares of verdicts by gap and rows as Markdown."""
    primary, secondary = ("one question", f"one of {SECONDARY} questions")
    return "\n\n".join(
        [
            f"{draws:,} simulations a cell; the margin is {DEFAULT_MARGIN:g}, the error rate {percent(_ERROR_RATE)}.",
            f"“{VerdictKind.GAP}”, {primary}, in per cent:",
            _power_table(VerdictKind.GAP, draws, 1),
            f"“{VerdictKind.GAP}”, {secondary} that share the error rate:",
            _power_table(VerdictKind.GAP, draws, SECONDARY),
            f"“{VerdictKind.UNDECIDED}”, {primary}; the rest is “{VerdictKind.NO_GAP}”:",
            _power_table(VerdictKind.UNDECIDED, draws, 1),
        ]
    )


def _power_table(kind: VerdictKind, draws: int, tests: int) -> str:
    lines = [
        [f"{gap:g}", *(f"{100 * power(gap, rows, draws, tests)[kind] / draws:.0f}" for rows in SIZES)] for gap in GAPS
    ]
    return grid(["true gap", *(f"{rows:,} rows" for rows in SIZES)], lines)


def alarms_page(tables: list[CleanTable], plan: Plan) -> str:
    """Return the shares of clean tables with false alarms as Markdown, beside what the reports announce."""
    seconds = float(np.median([one["seconds"] for one in tables]))
    return "\n\n".join(
        [
            f"    {plan.command}",
            f"{machine()} {len(tables)} clean tables of {plan.rows:,} rows; {seconds:.0f} s a table in one process.",
            *(_variant(variant, [one["outcomes"][variant] for one in tables]) for variant in VARIANTS),
        ]
    )


def _variant(variant: str, outcomes: list[Outcome]) -> str:
    announced = float(np.mean([one["announced"] for one in outcomes]))
    tests = [one["tests"] for one in outcomes]
    by_table = [one["alarms"] for one in outcomes]
    parts = [part for part in PARTS if part != false_alarms.CHECKS or variant == VARIANTS[1]]
    lines = [
        ["a gap anywhere", f"at most {percent(announced)}", *_share([bool(found) for found in by_table])],
        ["a gap in the summary", "", *_share([any(one["told"] for one in found) for found in by_table])],
        ["proven harm on the first screen", "", *_share([one["shown"] > 0 for one in outcomes])],
        ["likely harm on the first screen", "", *_share([one["likely"] > 0 for one in outcomes])],
        *(
            [part, f"at most {percent(_ERROR_RATE)}", *_share([_any(found, "part", part) for found in by_table])]
            for part in parts
        ),
        *(
            [f"family `{family}`", "", *_share([_any(found, "family", family) for found in by_table])]
            for family in FAMILIES
        ),
    ]
    title = f"**{variant.capitalize()}** ({min(tests)} to {max(tests)} secondary tests a report):"
    return f"{title}\n\n{grid(['false alarm', 'announced', 'tables', 'share', '95 % interval'], lines)}"


def _any(alarms: list[Alarm], key: str, name: str) -> bool:
    return any(one[key] == name for one in alarms)  # type: ignore[literal-required]


def _share(has_alarm: list[bool]) -> tuple[str, str, str]:
    count, tables = sum(has_alarm), len(has_alarm)
    low, high = intervals.wilson(count, tables, 0.95)
    return str(count), f"{100 * count / tables:.1f} %", f"[{100 * float(low):.1f}, {100 * float(high):.1f}]"


def write_tables(tables: list[CleanTable], plan: Plan, *, readme: bool) -> Path:
    """Write both parts into the plan's folder, and into `docs/benchmarks/verdicts.md` with ``readme``."""
    parts = {"false-alarms": alarms_page(tables, plan), "power": power_page(plan.draws)}
    write_text(plan.out / "verdicts.md", "\n\n".join(parts.values()) + "\n")
    if readme:
        for marker, text in parts.items():
            replace_between(marker, text, PAGE)
    return plan.out / "verdicts.md"
