"""The page of the benchmark of planted bias: a table for each problem and bias, and the changes paired by seed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import t

from core.audit.statistics.confidence import DEFAULT_CONFIDENCE
from core.benchmarks.biased_rows import (
    ACCURACY,
    BIASED,
    BIASES,
    CEILING,
    NONE,
    PROBLEMS,
    SELECTION_RATE,
    SYSTEMS,
    TPR,
    Bias,
    BiasProblem,
    problem_name,
)
from core.benchmarks.markdown_page import grid, machine, number

FIGURES = ("accuracy", "selection-rate gap", "TPR gap")
_SAID = {
    "labels": "Of the favourable outcomes of {group} in the train rows, {share:.0%} were made unfavourable.",
    "rows": "Of the train rows of {group} with the favourable outcome, {share:.0%} were left out.",
}


def page_of(table: pd.DataFrame) -> str:
    """Return machine and tables as Markdown; a bias that was not measured is left out.

    Args:
        table: The records of the benchmark; see `core.benchmarks.planted_bias.measure`.
    """
    seeds = sorted(int(one) for one in table["generator_seed"].unique())
    return "\n\n".join([f"{machine()} Seeds {', '.join(map(str, seeds))}.", *_parts(table)])


def _parts(table: pd.DataFrame) -> Iterator[str]:
    for one in PROBLEMS:
        measured = [bias for bias in BIASES if (table["problem"] == problem_name(one, bias)).any()]
        if not measured:
            continue
        yield f"## {one.name}"
        ceiling = figures_by_seed(table, one, NONE, CEILING)
        yield "No bias was planted.\n\n" + _table({CEILING: ceiling})
        for bias in measured:
            yield _SAID[bias.kind].format(group=one.disadvantaged, share=bias.probability)
            found = {name: figures_by_seed(table, one, bias, name) for name in SYSTEMS}
            yield _table(found)
            yield "Against the same classifier on the biased real rows, paired by seed:"
            yield _table({name: each - found[BIASED] for name, each in found.items() if name != BIASED}, signed=True)


def figures_by_seed(table: pd.DataFrame, one: BiasProblem, bias: Bias, system: str) -> pd.DataFrame:
    """Return `FIGURES` by seed. A gap is the other group's rate minus that of the disadvantaged group.

    Args:
        table: The records of the benchmark.
        one: The problem.
        bias: What was planted.
        system: What learned from the rows.
    """
    mine = table[(table["problem"] == problem_name(one, bias)) & (table["system"] == system)]

    def rates(metric: str) -> pd.Series:
        rows = mine[mine["metric"] == metric].assign(is_disadvantaged=lambda frame: frame["group"] == one.disadvantaged)
        by_group = rows.pivot_table(index="generator_seed", columns="is_disadvantaged", values="value")
        return by_group[False] - by_group[True]

    accuracy = mine[mine["metric"] == ACCURACY].set_index("generator_seed")["value"]
    return pd.DataFrame(dict(zip(FIGURES, (accuracy, rates(SELECTION_RATE), rates(TPR)), strict=True)))


def mean_and_interval(values: pd.Series) -> tuple[float, float, float]:
    """Return the mean over seeds with Student's t interval; NaN bounds from a single seed."""
    mean = float(values.mean())
    if len(values) < 2:
        return mean, float("nan"), float("nan")
    quantile = float(t.ppf(0.5 + DEFAULT_CONFIDENCE / 2, len(values) - 1))
    half = quantile * float(values.std(ddof=1)) / len(values) ** 0.5
    return mean, mean - half, mean + half


def _table(found: dict[str, pd.DataFrame], *, signed: bool = False) -> str:
    lines = [[name, *(_cell(each[figure], signed=signed) for figure in FIGURES)] for name, each in found.items()]
    return grid(["learned from or by", *FIGURES], lines)


def _cell(values: pd.Series, *, signed: bool) -> str:
    mean, low, high = mean_and_interval(values)
    sign = "+" if signed and mean > 0 else ""
    bounds = "" if np.isnan(low) else f" [{number(low)}, {number(high)}]"
    return f"{sign}{number(mean)}{bounds}"
