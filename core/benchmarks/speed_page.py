"""The page of the speed benchmark: a table for each curve with its exponents, and the ratios."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from core.benchmarks.markdown_page import README, grid, machine, replace_between
from core.benchmarks.speed import CURVES, RATIOS, Plan, described, exponent
from core.runs.files import write_text

PAGE: Final = README.with_name("speed.md")
SHOWN: Final = ("learning", "generate", "audit", "whole", "MiB")
_HEADS: Final = {"MiB": "peak, MiB"}
_ABOUT: Final = (
    "Seconds by stage of a whole run on a made-up table, each in a process of its own, with the peak of its memory. "
    "The last row of a table is the exponent: 1 is linear, 0 is no growth."
)


def page_of(table: pd.DataFrame, plan: Plan) -> str:
    """Return command, machine and tables as Markdown; a part that was not measured is left out."""
    parts = [f"    {plan.command}", machine(), _ABOUT]
    for curve, points in CURVES.items():
        mine = table[table["part"] == curve]
        if len(mine):
            parts += [f"### By {curve}", f"The first is of {described(points[0][1])}.", _curve(mine, curve)]
    ratios = table[table["part"] == RATIOS]
    if len(ratios):
        rows = [[str(name), f"{value:.4g}"] for name, value in zip(ratios["figure"], ratios["value"], strict=True)]
        parts += ["### Side by side", grid(["work", "ratio"], rows)]
    return "\n\n".join(parts)


def _curve(mine: pd.DataFrame, curve: str) -> str:
    wide = mine.pivot_table(index="at", columns="figure", values="value").reindex(columns=list(SHOWN))
    rows = [
        [f"{at:,}", *(f"{value:,.1f}" for value in line)] for at, line in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    at = [float(one) for one in wide.index]
    if len(at) > 1:
        slopes = [f"{exponent(at, wide[name].tolist()):.2f}" for name in SHOWN]
        rows.append(["exponent", *slopes])
    return grid([curve, *(_HEADS.get(name, f"{name}, s") for name in SHOWN)], rows)


def write_tables(table: pd.DataFrame, plan: Plan, *, readme: bool) -> Path:
    """Write the tables into the benchmark's folder, and on request into the documentation; return the first file."""
    page = page_of(table, plan)
    if readme:
        replace_between("speed", page, PAGE)
    path = plan.out / "tables.md"
    write_text(path, f"{page}\n")
    return path
