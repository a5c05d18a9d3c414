"""The table of `core.benchmarks.image_bias` as a page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from core.benchmarks import image_latents, markdown_page
from core.benchmarks.image_bias import CLASSIFIER_SEEDS, COLUMNS, REQUESTED_IMAGES, SYSTEMS, Plan
from core.data.sources.load import load
from core.runs.files import write_text


def page_of(table: pd.DataFrame, plan: Plan) -> str:
    """Return the table as Markdown: means over seeds of the mean over classifiers, with the deviation over seeds."""
    header = ["trained on", *COLUMNS.values()]
    lines = ["| " + " | ".join(header) + " |", "| " + " | ".join(["---"] * len(header)) + " |"]
    for name in SYSTEMS:
        rows = table[table["system"] == name]
        strata = [_over_seeds(rows[rows["metric"] == metric]) for metric in COLUMNS]
        lines.append("| " + " | ".join([name, *strata]) + " |")
    explanation = (
        f"{plan.problem}, seeds {', '.join(map(str, plan.seeds))} (split, colours, networks and images alike), "
        f"{len(CLASSIFIER_SEEDS)} classifiers each. Accuracy over all ten digits on {_tested(plan)} real images whose "
        "colours are independent of the digit. The gap is the accuracy of the best colour minus that of the worst, so "
        "it is above 0 by chance alone: see the ceiling row. {3, red}: share of "
        f"{REQUESTED_IMAGES:,} images requested as a red 3 that classifiers trained on real images "
        f"(independent colours) recognise as a 3, and as red. {image_latents.EXPLANATION}"
    )
    return "\n\n".join([f"`{plan.command}`. {markdown_page.machine()}", explanation, "\n".join(lines)])


def _tested(plan: Plan) -> str:
    holdout = load(plan.problem, seed=plan.seeds[0]).holdout
    return f"{0 if holdout is None else len(holdout):,}"


def _over_seeds(records: pd.DataFrame) -> str:
    records = records.dropna(subset=["value"])
    if records.empty:
        return ""
    means = records.groupby("generator_seed")["value"].mean()
    return f"{means.mean():.3f} ± {means.std(ddof=1):.3f}" if len(means) > 1 else f"{means.mean():.3f}"


def write_tables(table: pd.DataFrame, plan: Plan, *, readme: bool) -> Path:
    """Write the page into the plan's folder, and into the README with ``readme``."""
    text = page_of(table, plan)
    table.to_parquet(plan.out / "images.parquet", index=False)
    write_text(plan.out / "images.md", text + "\n")
    if readme:
        markdown_page.replace_between("images", text)
    return plan.out / "images.md"
