"""Coverage of the nominal 95 % intervals of a classifier's figures for the procedure that trained it, in simulations.

    python -m core.benchmarks.procedure_coverage           # a table as Markdown, an hour on one core

Rows come from a known law: a number that depends on the group, one that does not, and an outcome that is logistic in
both and in the group. In each simulation new train and hold-out rows are drawn, and the audit's own step trains and
measures protocol A. The truth is the mean over training samples and seeds of the classifier's rates in the population
(20,000 rows), and the disparities of these mean rates. With 0 refits the intervals are those of one classifier.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.audit.classifier_steps import ClassifierSteps
from core.audit.conditional_figures import ConditionalFigures
from core.audit.data_kind import Tabular
from core.audit.inputs import AuditInput
from core.audit.metrics.catalog import GAPS, OVERALL
from core.audit.metrics.formulas import Disparity, Rate, Score
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.protocols.tabular import selected
from core.audit.record_set import RecordSet
from core.audit.records import ORIGINAL
from core.audit.statistics.confusion import GroupCounts, count
from core.data.column import Column
from core.data.compared_groups import compared_in_rows, compared_in_tests
from core.data.examples import Examples
from core.data.groups import GroupedFrame
from core.data.schema import Schema
from core.downstream_classifiers.default import ClassifierName

POPULATION = 20_000
REFITS = (0, Tabular.refits)
METRICS = {
    "demographic_parity_difference": "DPD",
    "demographic_parity_ratio": "DPR",
    "equalized_odds_difference": "EOD",
    "equalized_odds_ratio": "EOR",
    "selection_rate": "rate",
    "tpr": "TPR",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced",
}
SCHEMA = Schema(
    columns=(
        Column(name="merit", kind="numerical"),
        Column(name="luck", kind="numerical"),
        Column(name="group", kind="categorical", role="sensitive"),
        Column(name="hired", kind="categorical", role="target"),
    ),
    positive="yes",
    min_group_size=20,
)


@dataclass(frozen=True)
class Setting:
    """One simulated case.

    Args:
        classifier: The downstream classifier.
        shares: Share of each group; its sum is 1.
        gap: How far the last group's log-odds lie below the first's; the others lie between.
        n: Train rows, and as many hold-out rows.
        seeds: Classifier seeds of the audit.
        draws: Simulations.
    """

    classifier: ClassifierName
    shares: tuple[float, ...]
    gap: float
    n: int
    seeds: tuple[int, ...]
    draws: int

    def rows(self, n: int, rng: np.random.Generator) -> pd.DataFrame:
        """Draw ``n`` rows from the law."""
        group = rng.choice(len(self.shares), n, p=self.shares)
        behind = self.gap * group / (len(self.shares) - 1)
        merit, luck = rng.normal(size=n) - behind / 2, rng.normal(size=n)
        odds = 1.2 * merit + 0.8 * luck - 0.3 - behind / 2
        hired = rng.random(n) < 1 / (1 + np.exp(-odds))
        return pd.DataFrame(
            {
                "merit": merit,
                "luck": luck,
                "group": pd.array(np.asarray([f"g{place}" for place in range(len(self.shares))])[group], dtype="str"),
                "hired": pd.array(np.where(hired, "yes", "no"), dtype="str"),
            }
        )

    @property
    def label(self) -> str:
        """Its first cells of the table."""
        return f"{self.classifier} | {len(self.shares)} | {self.n} | {self.gap:g}"


SETTINGS = (
    Setting("logistic", (0.6, 0.4), 1.0, 400, (0,), 300),
    Setting("logistic", (0.6, 0.4), 0.0, 1_000, (0,), 300),
    Setting("logistic", (0.5, 0.3, 0.2), 0.6, 1_000, (0,), 300),
    Setting("forest", (0.6, 0.4), 1.0, 400, (0, 1, 2), 120),
    Setting("forest", (0.6, 0.4), 0.0, 1_000, (0, 1, 2), 150),
    Setting("forest", (0.5, 0.3, 0.2), 0.6, 1_000, (0, 1, 2), 150),
)


@dataclass(frozen=True)
class Coverage:
    """Coverage and width of one figure's interval in one setting.

    Args:
        setting: The case.
        refits: Refits of the classifier.
        metric: Its short name.
        share: Share of simulations in which the interval holds the truth, 0 to 1; of groups, their mean.
        width: Mean width of the interval.
    """

    setting: Setting
    refits: int
    metric: str
    share: float
    width: float


def simulate(setting: Setting) -> Iterator[Coverage]:
    """Yield the coverage of every figure with and without refits; the same arguments give the same draws."""
    rng = np.random.default_rng([setting.n, len(setting.shares), round(100 * setting.gap)])
    population = setting.rows(POPULATION, rng)
    bounds: dict[tuple[int, str, str | None], list[tuple[float, float]]] = defaultdict(list)
    trained = []
    for draw in range(setting.draws):
        train, holdout = setting.rows(setting.n, rng), setting.rows(setting.n, rng)
        trained.append(_in_population(setting, train, population, seed=10 + draw))
        for refits in REFITS:
            for record in _measured(setting, train, holdout, refits):
                if record.low is not None and record.high is not None:
                    bounds[refits, record.metric, record.group].append((record.low, record.high))
    truth = _truth(GroupCounts.stacked(trained).mean)
    for refits in REFITS:
        for metric, name in METRICS.items():
            covered, widths = [], []
            for (one, other, group), found in bounds.items():
                if (one, other) == (refits, metric) and (metric, group) in truth:
                    low, high = np.asarray(found).T
                    covered.append(((low <= truth[metric, group]) & (truth[metric, group] <= high)).mean())
                    widths.append((high - low).mean())
            yield Coverage(setting, refits, name, float(np.mean(covered)), float(np.mean(widths)))


def _in_population(setting: Setting, train: pd.DataFrame, population: pd.DataFrame, seed: int) -> GroupCounts:
    """Return what a classifier of these rows does in the population."""
    rows, everybody = Examples(train), Examples(population)
    fit = Tabular(setting.classifier).fit(SCHEMA, ORIGINAL, rows, rows, everybody, with_sensitive=True)
    evaluator = HoldoutEvaluator(population, SCHEMA, ("yes", "no"))
    return count(evaluator.labels, selected(fit.predict(seed, direct=False).scores), evaluator.groupings["group"])


def _measured(setting: Setting, train: pd.DataFrame, holdout: pd.DataFrame, refits: int) -> RecordSet:
    """Return what the audit's step of protocol A shows."""
    kind = Tabular(setting.classifier)
    inputs = AuditInput(SCHEMA, Examples(train), Examples(holdout), seeds=setting.seeds, kind=kind, refits=refits)
    whole, real, tested = (GroupedFrame(rows, SCHEMA) for rows in (inputs.real_rows, train, holdout))
    evaluator = HoldoutEvaluator(holdout, SCHEMA, ("yes", "no"), compared_in_tests(real, tested))
    conditional = ConditionalFigures(whole, real, evaluator, compared_in_rows(real, tested))
    steps = ClassifierSteps(inputs, evaluator, conditional)
    return RecordSet(next(steps.of_rows(ORIGINAL, inputs.train, "")).work()).main


def _truth(counts: GroupCounts) -> dict[tuple[str, str | None], float]:
    """Return the figures of mean rates, by metric and group."""
    result: dict[tuple[str, str | None], float] = {}
    for metric, gap in GAPS.items():
        if isinstance(gap, Disparity):
            result[metric, None] = float(gap.resampled(counts))
    for metric, formula in OVERALL.items():
        if isinstance(formula, Rate | Score):
            result[metric, None] = float(formula.resampled(counts))
    for place, group in enumerate(counts.names):
        result["selection_rate", group] = float(((counts.tp + counts.fp) / counts.n)[place])
        result["tpr", group] = float((counts.tp / (counts.tp + counts.fn))[place])
    return result


def table(coverages: list[Coverage]) -> str:
    """Return a Markdown table: one row per setting and number of refits, with coverage in per cent and mean width."""
    names = list(METRICS.values())
    lines = [
        "| classifier | groups | n | gap | refits | " + " | ".join(names) + " |",
        "| --- " * (5 + len(names)) + "|",
    ]
    for setting, refits in dict.fromkeys((one.setting, one.refits) for one in coverages):
        cells = [
            f"{100 * one.share:.1f} ({one.width:.3f})"
            for one in coverages
            if (one.setting, one.refits) == (setting, refits)
        ]
        lines.append(f"| {setting.label} | {refits} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table([one for setting in SETTINGS for one in simulate(setting)]))
