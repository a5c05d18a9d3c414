"""The tables of `evenhand benchmark table1` as Markdown: the paper's table with its printed rows, and all protocols."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from core.audit.records import Status
from core.benchmarks.markdown_page import attribute_and_outcome, grid, machine, number
from core.benchmarks.metric_columns import DPR, EOR, Groups, MetricColumn, select_records
from core.benchmarks.paper_times import METRIC
from core.benchmarks.published_table1 import COLUMNS, TABLE_1, Printed
from core.benchmarks.scoring import ORIGINAL
from core.benchmarks.sweeps import BETA, LAMBDA
from core.synthesis.methods.catalog import METHODS

CONSTANT = "constant"
LARGE: Groups = "large groups"
LATENT = ("fairdisco", "distillation-", "fldgm-", "evenhand")
"""Systems whose authors test a forest on latents, with the more frequent outcome as the positive one."""
HOW = (
    "Mean ± standard deviation over evaluations. Each evaluation has new rows and new classifiers; several share a fit "
    "of the system, so the variation between fits is sampled as often as there are fits. DPR and EOR are over groups "
    "of at least 500 tested rows (COMPAS: 200). †: degenerate, not measurably better than a constant prediction "
    "(in that many of the evaluations)."
)
MIXED = (
    "The first table of each problem is in the paper's mixed protocol, as far as it is known. “+”, the rows of "
    "FairX (TabFairGAN, DECAF, Correlation Remover, Threshold Optimizer, original data): the rarer outcome on "
    "Adult, a new charge on COMPAS, is the positive one; gradient boosting (theirs is XGBoost); generated rows "
    "split 70/30. “−”, the others: the other outcome is the positive one; a random forest trained on latents (of "
    "train rows; of FLDGM: new ones) and tested on latents of held-out rows. Density and coverage are the "
    "audit's; the paper does not say on which data it measured them, and ties distort them on its 8-bin codes."
)
SIGNS = "Behind +: `{positive}` is the positive outcome; behind −: `{negative}`."
SHARED = (("ACC", "accuracy"), ("balanced", "balanced_accuracy"), ("AUC", "auc"))
SIGNED = (("DPR", DPR), ("EOR", EOR), ("recall", "recall"), ("F1", "f1"))
FIDELITY_AND_PRIVACY = (
    MetricColumn("density", "fidelity", "density"),
    MetricColumn("coverage", "fidelity", "coverage"),
    MetricColumn("α-precision", "fidelity", "alpha_precision"),
    MetricColumn("β-recall", "fidelity", "beta_recall"),
    MetricColumn("authenticity", "privacy", "authenticity"),
    MetricColumn("shapes", "fidelity", "column_shapes"),
    MetricColumn("trends", "fidelity", "pair_trends"),
    MetricColumn("C2ST", "fidelity", "c2st_auc"),
    MetricColumn("distance share", "privacy", "distance_share"),
    MetricColumn("membership", "privacy", "membership_auc"),
    MetricColumn("s from z", "independence", "adversary_auc", LARGE),
    MetricColumn("unawareness gap", "A", "unawareness_gap", LARGE),
)
TIMES = "authors' settings"
"""The row of the benchmark that holds the times of all systems with these."""
COSTS = (
    ("learn, s", "seconds_learning"),
    ("of that the teacher, s", "seconds_teacher"),
    ("generate, s", "seconds_generating"),
    ("parameters", "parameters"),
    ("steps", "steps"),
)
PAPER_TIMES = (
    "The paper's section 6.6 says that its model takes 23 % less time than the FLDGMs, 105 % less than TabFairGAN and "
    "153 % less than DECAF; more than 100 % less is impossible, so the definition is unclear. Here: training "
    "seconds over those of the L1-KL student with its teacher, in one run on this machine."
)


def table1_page(table: pd.DataFrame, problems: Sequence[str], command: str, *, whole: bool = True) -> str:
    """Return the tables of all problems, with instructions to read and repeat them.

    Args:
        table: All records.
        problems: Names of the problems.
        command: Command that repeats the benchmark.
        whole: Whether to include all tables; otherwise the paper's table, A, times and sweeps.
    """
    parts = [f"    {command}\n\n{machine()}", HOW, MIXED, PAPER_TIMES]
    return "\n\n".join([*parts, *(problem_tables(table, name, whole=whole) for name in problems), *_sweeps(table)])


def problem_tables(table: pd.DataFrame, name: str, *, whole: bool) -> str:
    """Return the tables of one problem."""
    attribute, positive = attribute_and_outcome(name)
    records = table[(table["problem"] == name) & ~table["system"].map(_is_swept) & (table["system"] != TIMES)]
    negative = next(outcome for outcome in records["positive"].dropna().unique() if outcome != positive)
    systems = _systems(records)
    parts = [
        f"### {name}",
        f"{_counted(records)} {SIGNS.format(positive=positive, negative=negative)}",
        _mixed(systems, name, attribute, positive),
    ]
    texts = {
        "A": "A: a forest trained on the system's rows with the sensitive column, tested on held-out real rows; of "
        "systems that decide, their own decisions there.",
        "C": "C: a forest trained on the system's representation of the train rows, tested on that of held-out rows.",
        "D": "D: a forest trained and tested on the system's own rows; it says nothing about real rows.",
    }
    for letter, text in list(texts.items())[: None if whole else 1]:
        if lines := _protocol(systems, letter, attribute, positive):
            parts += [text, lines]
    if whole:
        parts += [
            "Fidelity, privacy and leakage of the groups:",
            _figures(systems, FIDELITY_AND_PRIVACY, attribute, positive),
        ]
    parts += ["Time and size:", _costs(systems)]
    return "\n\n".join(parts)


def steps_table(table: pd.DataFrame) -> str:
    """Return one line per system and problem: optimiser steps, seconds of training and generating."""
    values = []
    for (problem, system), part in table.groupby(["problem", "system"], sort=False):
        cells = [_spread(part[part["metric"] == metric]["value"], digits=1) for _, metric in COSTS[:3]]
        steps = part[part["metric"] == "steps"]["value"]
        if not steps.empty:
            values.append([str(problem), title(str(system)), f"{steps.mean():,.0f}", *cells])
    return grid(["problem", "system", "steps", *(head for head, _ in COSTS[:3])], values)


def title(system: str) -> str:
    """Return the display name of a system."""
    names = {ORIGINAL: "Original data", CONSTANT: "Constant predictor"}
    return names.get(system) or (METHODS[system].title if system in METHODS else system)


def _counted(records: pd.DataFrame) -> str:
    """Say how often each system was fitted and evaluated."""
    fitted = records.dropna(subset=["generator_seed"])
    fits = fitted["generator_seed"].nunique()
    numbers = fitted[fitted["protocol"].isin(["A", "C"])]["seed"].nunique()
    each = f"{fits * numbers} evaluations of each system, from {fits} {'fit' if fits == 1 else 'fits'}"
    rest = "of rows with further hyperparameters the first fit's only"
    return f"{each} (of those that decide themselves one a fit, {rest})."


def _systems(records: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return records by system; those of the constant predictor are in the experiment of the original data."""
    values: dict[str, pd.DataFrame] = {}
    for (system, source), part in records.groupby(["system", "source"], sort=False):
        values[CONSTANT if source == CONSTANT else str(system)] = part
    return values


def _mixed(systems: dict[str, pd.DataFrame], problem: str, attribute: str, positive: str) -> str:
    lines = []
    for system, part in systems.items():
        latent = system.startswith(LATENT)
        protocol = "C" if latent else "boosted"
        if not (part["protocol"] == protocol).any():
            protocol = "A"
        columns = _printed_columns(protocol, negative=latent)
        columns += [MetricColumn("", "fidelity", metric) for metric in ("density", "coverage")]
        cells = [_cell(select_records(part, column, attribute, positive)) for column in columns]
        lines.append([f"**{title(system)}**", f"{protocol}, {'−' if latent else '+'}", *cells])
        if system == CONSTANT:
            columns = _printed_columns("A", negative=True)
            cells = [_cell(select_records(part, column, attribute, positive)) for column in columns]
            lines.append([f"**{title(system)}**", "A, −", *cells, "", ""])
        if system in TABLE_1.get(problem, {}):
            lines.append(["the paper prints", "", *_printed(TABLE_1[problem][system])])
    return grid(["system", "protocol", *COLUMNS], lines)


def _printed_columns(protocol: str, *, negative: bool) -> list[MetricColumn]:
    metrics: dict[str, Groups] = {DPR: LARGE, EOR: LARGE, "accuracy": None, "recall": None, "f1": None}
    return [MetricColumn("", protocol, metric, groups, negative=negative) for metric, groups in metrics.items()]


def _printed(row: Printed) -> Iterable[str]:
    return ("n/a" if value is None else number(value) for value in row)


def _protocol(systems: dict[str, pd.DataFrame], letter: str, attribute: str, positive: str) -> str:
    figures = [MetricColumn(head, letter, metric) for head, metric in SHARED]
    for negative in (False, True):
        by: dict[str, Groups] = {DPR: LARGE, EOR: LARGE}
        sign = "−" if negative else "+"
        figures += [
            MetricColumn(f"{head}{sign}", letter, metric, by.get(metric), negative=negative) for head, metric in SIGNED
        ]
    return _figures(systems, figures, attribute, positive)


def _figures(systems: dict[str, pd.DataFrame], figures: Sequence[MetricColumn], attribute: str, positive: str) -> str:
    lines = []
    for system, part in systems.items():
        cells = [_cell(select_records(part, figure, attribute, positive)) for figure in figures]
        if any(cells):
            lines.append([f"**{title(system)}**", *cells])
    return grid(["system", *(figure.title for figure in figures)], lines) if lines else ""


def _costs(systems: dict[str, pd.DataFrame]) -> str:
    ours = systems.get("distillation-l1")
    base = np.nan if ours is None else ours[ours["metric"] == "seconds_learning"]["value"].mean()
    lines = []
    for system, part in systems.items():
        learned = part[part["metric"] == "seconds_learning"]["value"]
        if learned.empty:
            continue
        cells = [_spread(part[part["metric"] == metric]["value"], digits=1) for _, metric in COSTS[:3]]
        whole = [part[part["metric"] == metric]["value"] for _, metric in COSTS[3:]]
        cells += ["" if column.empty else f"{column.mean():,.0f}" for column in whole]
        ratio = learned.mean() / base
        lines.append([f"**{title(system)}**", *cells, "" if np.isnan(ratio) else f"{ratio:.2f}"])
    return grid(["system", *(head for head, _ in COSTS), "learning over L1-KL's"], lines)


def _sweeps(table: pd.DataFrame) -> list[str]:
    swept = table[table["system"].map(_is_swept)]
    if swept.empty:
        return []
    problem = str(swept["problem"].iloc[0])
    attribute, positive = attribute_and_outcome(problem)
    records = table[table["problem"] == problem]
    same_seed = records["generator_seed"] == swept["generator_seed"].min()
    default = records[(records["system"] == "distillation-l1") & same_seed].assign(system=f"{LAMBDA}1")
    lambdas = pd.concat([default, records[records["system"].str.startswith(LAMBDA)]])
    order = sorted(lambdas["system"].unique(), key=lambda name: float(name.removeprefix(LAMBDA)))
    by_lambda = {name: lambdas[lambdas["system"] == name] for name in order}
    figures = [
        MetricColumn(f"{letter}: {head}{'−' if negative else '+'}", letter, metric, by, negative=negative)
        for letter, negative in (("C", True), ("A", False))
        for head, metric, by in (("ACC", "accuracy", None), ("DPR", DPR, LARGE), ("EOR", EOR, LARGE))
    ]
    figures += [FIDELITY_AND_PRIVACY[0], FIDELITY_AND_PRIVACY[1], FIDELITY_AND_PRIVACY[7], FIDELITY_AND_PRIVACY[10]]
    betas = {name: part for name, part in records.groupby("system", sort=False) if str(name).startswith(BETA)}
    tested = [
        MetricColumn("V²", "generation", "v_squared"),
        MetricColumn("−log p(x|z,s)", "generation", "reconstruction"),
    ]
    tested += [FIDELITY_AND_PRIVACY[10], *figures[:3], MetricColumn("C: balanced", "C", "balanced_accuracy")]
    return [
        *_paper_times(records[records["system"] == TIMES]),
        f"### Sweeps, {problem}",
        "The student's λ (L1-KL), the weight of its KL term:",
        _figures(by_lambda, figures, attribute, positive),
        "FairDisCo's β, with a third of the epochs. V² is that of tested rows times (4π)^(d/2), −log p their "
        "reconstruction in nats; lower is better in both:",
        _figures({str(name): part for name, part in betas.items()}, tested, attribute, positive),
    ]


def _paper_times(times: pd.DataFrame) -> list[str]:
    if times.empty:
        return []
    by_system = times[times["metric"] == METRIC].set_index("source")["value"]
    base = by_system.get("distillation-l1", np.nan)
    lines = [
        [f"**{title(str(system))}**", f"{seconds / 3600:.2f}", f"{seconds / base:.2f}"]
        for system, seconds in by_system.sort_values().items()
    ]
    return [
        "### Learning with the authors' settings",
        "Hours, from the seconds of an epoch here times the authors' epochs (`core/benchmarks/paper_times.py`); the "
        "teacher's are in those of all that learn from it.",
        grid(["system", "hours", "over L1-KL's"], lines),
    ]


def _is_swept(system: str) -> bool:
    return system.startswith((LAMBDA, BETA))


def _cell(values: pd.DataFrame) -> str:
    """Format mean and deviation over evaluations, with counts of undefined and degenerate ones."""
    if values.empty:
        return ""
    known = values["value"].dropna()
    texts = [_spread(known) if len(known) else "undefined"]
    if 0 < len(known) < len(values):
        texts.append(f"({len(values) - len(known)}/{len(values)} undefined)")
    degenerate = int((values["status"] == Status.DEGENERATE).sum())
    if degenerate:
        texts.append("†" if degenerate == len(values) else f"†{degenerate}/{len(values)}")
    return " ".join(texts)


def _spread(values: pd.Series, digits: int | None = None) -> str:
    if values.empty:
        return ""
    formatted = _short if digits is None else (lambda value: f"{value:.{digits}f}")
    if len(values) == 1:
        return formatted(float(values.iloc[0]))
    deviation = float(values.std(ddof=1))
    return f"{formatted(float(values.mean()))} ±{number(deviation) if digits is None else formatted(deviation)}"


def _short(value: float) -> str:
    """Format with three decimals, or as a power of ten if they would show zero."""
    return f"{value:.0e}" if 0 < abs(value) < 0.0005 else number(value)
