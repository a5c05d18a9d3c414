"""The tables of `evenhand benchmark table1` as Markdown: the paper's with its printed rows, and the full protocols."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from core.audit.records import Status
from core.benchmarks.markdown_page import attribute_and_outcome, grid, machine, number
from core.benchmarks.metric_columns import DPR, EOR, MetricColumn, Over, rows
from core.benchmarks.paper_times import METRIC
from core.benchmarks.published_table1 import COLUMNS, TABLE_1, Printed
from core.benchmarks.scoring import ORIGINAL
from core.benchmarks.sweeps import BETA, LAMBDA
from core.synthesis.methods.catalog import METHODS

CONSTANT = "constant"
LARGE: Over = "large groups"
LATENT = ("fairdisco", "distillation-", "fldgm-", "evenhand")
"""Systems whose authors test a forest on latents, with the more frequent outcome as the positive one."""
HOW = (
    "Mean ± standard deviation over evaluations; each has new rows and new classifiers, and several share a fit "
    "of the system, so that the chance of a fit is seen as often as there are fits. DPR and EOR are over groups "
    "of at least 500 tested rows (COMPAS: 200). †: degenerate, not measurably better than a constant prediction "
    "(in that many of the evaluations)."
)
MIXED = (
    "The first table of each problem is in the paper's mixed protocol, as far as it is known. “+”, the rows of "
    "FairX (TabFairGAN, DECAF, Correlation Remover, Threshold Optimizer, original data): the rarer outcome on "
    "Adult, a new charge on COMPAS, is the positive one; gradient boosting (theirs is XGBoost); generated rows "
    "split 70/30. “−”, the others: the other outcome is the positive one; a random forest trained on latents (of "
    "train rows; of FLDGM: new ones) and tested on latents of held-out rows. Density and coverage are the "
    "audit's; what the paper measured them on is not said, and on its 8-bin codes ties distort them."
)
SIGNS = "Behind +: `{positive}` is the positive outcome; behind −: `{negative}`."
SHARED = (
    ("ACC", "accuracy"),
    ("balanced", "balanced_accuracy"),
    ("AUC", "auc"),
)
SIGNED = (("DPR", DPR), ("EOR", EOR), ("recall", "recall"), ("F1", "f1"))
LIKENESS = (
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
    "153 % less than DECAF; more than 100 % less is no time, so what was divided by what is open. Here: seconds of "
    "learning over those of the L1-KL student with its teacher, in one run on this machine."
)


def table1_page(table: pd.DataFrame, problems: Sequence[str], command: str, *, whole: bool = True) -> str:
    """How to read and repeat the tables, and those of all problems.

    Args:
        table: Every record.
        problems: Which.
        command: How to ask for the same again.
        whole: All of them, or the paper's own table, A, times and sweeps only.
    """
    parts = [f"    {command}\n\n{machine()}", HOW, MIXED, PAPER_TIMES]
    return "\n\n".join([*parts, *(problem_tables(table, name, whole=whole) for name in problems), *_sweeps(table)])


def problem_tables(table: pd.DataFrame, name: str, *, whole: bool) -> str:
    """The tables of one problem."""
    attribute, positive = attribute_and_outcome(name)
    mine = table[(table["problem"] == name) & ~table["system"].map(_is_swept) & (table["system"] != TIMES)]
    negative = next(one for one in mine["positive"].dropna().unique() if one != positive)
    systems = _systems(mine)
    parts = [
        f"### {name}",
        f"{_counted(mine)} {SIGNS.format(positive=positive, negative=negative)}",
        _mixed(systems, name, attribute, positive),
    ]
    words = {
        "A": "A: a forest trained on the system's rows with the sensitive column, tested on held-out real rows; of "
        "systems that decide, their own decisions there.",
        "C": "C: a forest trained on the system's representation of the train rows, tested on that of held-out rows.",
        "D": "D: a forest trained and tested on the system's own rows; it says nothing about real rows.",
    }
    for letter, said in list(words.items())[: None if whole else 1]:
        if lines := _protocol(systems, letter, attribute, positive):
            parts += [said, lines]
    if whole:
        parts += [
            "Likeness, privacy and what the groups can be read from:",
            _figures(systems, LIKENESS, attribute, positive),
        ]
    parts += ["Time and size:", _costs(systems)]
    return "\n\n".join(parts)


def steps_table(table: pd.DataFrame) -> str:
    """One line for each system and problem: steps of its optimisers, seconds of learning and generating."""
    found = []
    for (problem, system), part in table.groupby(["problem", "system"], sort=False):
        cells = [_spread(part[part["metric"] == metric]["value"], digits=1) for _, metric in COSTS[:3]]
        steps = part[part["metric"] == "steps"]["value"]
        if not steps.empty:
            found.append([str(problem), title(str(system)), f"{steps.mean():,.0f}", *cells])
    return grid(["problem", "system", "steps", *(head for head, _ in COSTS[:3])], found)


def title(system: str) -> str:
    """The system's name for people."""
    names = {ORIGINAL: "Original data", CONSTANT: "Constant predictor"}
    return names.get(system) or (METHODS[system].title if system in METHODS else system)


def _counted(mine: pd.DataFrame) -> str:
    """How often each system was fitted and evaluated."""
    fitted = mine.dropna(subset=["generator_seed"])
    fits = fitted["generator_seed"].nunique()
    numbers = fitted[fitted["protocol"].isin(["A", "C"])]["seed"].nunique()
    each = f"{fits * numbers} evaluations of each system, from {fits} {'fit' if fits == 1 else 'fits'}"
    rest = "of rows with further hyperparameters the first fit's only"
    return f"{each} (of those that decide themselves one a fit, {rest})."


def _systems(mine: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Records by system; the constant predictor's are among those of the original data."""
    found: dict[str, pd.DataFrame] = {}
    for (system, source), part in mine.groupby(["system", "source"], sort=False):
        found[CONSTANT if source == CONSTANT else str(system)] = part
    return found


def _mixed(systems: dict[str, pd.DataFrame], problem: str, attribute: str, positive: str) -> str:
    lines = []
    for system, part in systems.items():
        latent = system.startswith(LATENT)
        protocol = "C" if latent else "boosted"
        if not (part["protocol"] == protocol).any():
            protocol = "A"
        figures = [MetricColumn("", protocol, metric, by, negative=latent) for metric, by in _PRINTED_METRICS]
        figures += [MetricColumn("", "fidelity", metric) for metric in ("density", "coverage")]
        way = f"{protocol}, {'−' if latent else '+'}"
        lines.append([f"**{title(system)}**", way, *(_cell(rows(part, one, attribute, positive)) for one in figures)])
        if system == CONSTANT:
            figures = [MetricColumn("", "A", metric, by, negative=True) for metric, by in _PRINTED_METRICS]
            cells = [_cell(rows(part, one, attribute, positive)) for one in figures]
            lines.append([f"**{title(system)}**", "A, −", *cells, "", ""])
        if system in TABLE_1.get(problem, {}):
            lines.append(["the paper prints", "", *_printed(TABLE_1[problem][system])])
    return grid(["system", "way", *COLUMNS], lines)


_PRINTED_METRICS: tuple[tuple[str, Over], ...] = (
    (DPR, LARGE),
    (EOR, LARGE),
    ("accuracy", None),
    ("recall", None),
    ("f1", None),
)


def _printed(row: Printed) -> Iterable[str]:
    return ("n/a" if value is None else number(value) for value in row)


def _protocol(systems: dict[str, pd.DataFrame], letter: str, attribute: str, positive: str) -> str:
    figures = [MetricColumn(head, letter, metric) for head, metric in SHARED]
    for negative in (False, True):
        by: dict[str, Over] = {DPR: LARGE, EOR: LARGE}
        sign = "−" if negative else "+"
        figures += [
            MetricColumn(f"{head}{sign}", letter, metric, by.get(metric), negative=negative) for head, metric in SIGNED
        ]
    return _figures(systems, figures, attribute, positive)


def _figures(systems: dict[str, pd.DataFrame], figures: Sequence[MetricColumn], attribute: str, positive: str) -> str:
    lines = []
    for system, part in systems.items():
        cells = [_cell(rows(part, figure, attribute, positive)) for figure in figures]
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
        cells += ["" if one.empty else f"{one.mean():,.0f}" for one in whole]
        ratio = learned.mean() / base
        lines.append([f"**{title(system)}**", *cells, "" if np.isnan(ratio) else f"{ratio:.2f}"])
    return grid(["system", *(head for head, _ in COSTS), "learning over L1-KL's"], lines)


def _sweeps(table: pd.DataFrame) -> list[str]:
    swept = table[table["system"].map(_is_swept)]
    if swept.empty:
        return []
    problem = str(swept["problem"].iloc[0])
    attribute, positive = attribute_and_outcome(problem)
    mine = table[table["problem"] == problem]
    same_seed = mine["generator_seed"] == swept["generator_seed"].min()
    one = mine[(mine["system"] == "distillation-l1") & same_seed].assign(system=f"{LAMBDA}1")
    lambdas = pd.concat([one, mine[mine["system"].str.startswith(LAMBDA)]])
    order = sorted(lambdas["system"].unique(), key=lambda name: float(name.removeprefix(LAMBDA)))
    by_lambda = {name: lambdas[lambdas["system"] == name] for name in order}
    figures = [
        MetricColumn(f"{letter}: {head}{'−' if negative else '+'}", letter, metric, by, negative=negative)
        for letter, negative in (("C", True), ("A", False))
        for head, metric, by in (("ACC", "accuracy", None), ("DPR", DPR, LARGE), ("EOR", EOR, LARGE))
    ]
    figures += [LIKENESS[0], LIKENESS[1], LIKENESS[7], LIKENESS[10]]
    betas = {name: part for name, part in mine.groupby("system", sort=False) if str(name).startswith(BETA)}
    tested = [
        MetricColumn("V²", "generation", "v_squared"),
        MetricColumn("−log p(x|z,s)", "generation", "reconstruction"),
    ]
    tested += [LIKENESS[10], *figures[:3], MetricColumn("C: balanced", "C", "balanced_accuracy")]
    return [
        *_paper_times(mine[mine["system"] == TIMES]),
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


def _cell(found: pd.DataFrame) -> str:
    """Mean and deviation over evaluations, and how many are undefined or degenerate; nothing if there are none."""
    if found.empty:
        return ""
    known = found["value"].dropna()
    words = [_spread(known) if len(known) else "undefined"]
    if 0 < len(known) < len(found):
        words.append(f"({len(found) - len(known)}/{len(found)} undefined)")
    degenerate = int((found["status"] == Status.DEGENERATE).sum())
    if degenerate:
        words.append("†" if degenerate == len(found) else f"†{degenerate}/{len(found)}")
    return " ".join(words)


def _spread(values: pd.Series, digits: int | None = None) -> str:
    if values.empty:
        return ""
    said = _short if digits is None else (lambda value: f"{value:.{digits}f}")
    if len(values) == 1:
        return said(float(values.iloc[0]))
    deviation = float(values.std(ddof=1))
    return f"{said(float(values.mean()))} ±{number(deviation) if digits is None else said(deviation)}"


def _short(value: float) -> str:
    """Three decimals; what they would not show, by its power of ten."""
    return f"{value:.0e}" if 0 < abs(value) < 0.0005 else number(value)
