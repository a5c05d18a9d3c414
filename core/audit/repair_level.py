"""The choice of a repair level: fairness against accuracy at each level that the search tried.

The figures are those of the classifier protocols, on validation rows. This module reads records and computes none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, Field

from core.audit.metrics.names import (
    ACCURACY,
    CHANCE_LIMIT,
    ODDS_DIFFERENCE,
    OPPORTUNITY_DIFFERENCE,
    PARITY_DIFFERENCE,
    PARITY_RATIO,
)
from core.audit.records import Record, Status

if TYPE_CHECKING:
    from core.audit.record_set import RecordSet

PROTOCOL = "repair_level_search"
PROTOCOLS = {"A": PROTOCOL, "B": f"{PROTOCOL} B"}
SPLIT = "validation"
TARGET, TOLERANCE, CHOSEN = "target_dpr", "epsilon", "repair_level"
_REPAIR_LEVEL = "repair level "
_SHORT: Final = {
    PARITY_RATIO: "DPR",
    PARITY_DIFFERENCE: "DPD",
    ODDS_DIFFERENCE: "EOD",
    OPPORTUNITY_DIFFERENCE: "equal opportunity difference",
}


@dataclass(frozen=True)
class Goal:
    """What the search looks for: a ratio of at least the value, or a difference of at most the value.

    Args:
        metric: The metric whose worst figure of any attribute counts.
        value: The least ratio, or the largest difference.
    """

    metric: str
    value: float

    @property
    def is_ratio(self) -> bool:
        """Whether higher figures are nearer to parity."""
        return self.metric == PARITY_RATIO

    @property
    def name(self) -> str:
        """The metric's usual abbreviation."""
        return _SHORT[self.metric]

    @property
    def field(self) -> str:
        """The setting that states the goal, and its metric in records."""
        return TARGET if self.is_ratio else TOLERANCE

    @property
    def words(self) -> str:
        """The goal as part of a sentence."""
        return f"target DPR {self.value:g}" if self.is_ratio else f"tolerance {self.value:g} of the {self.name}"

    @property
    def bound(self) -> str:
        """The bound of the figure as part of a sentence."""
        return f"at {'least' if self.is_ratio else 'most'} {self.value:g}"

    def nearness(self, value: float) -> float:
        """Return how near a figure is to parity; a larger number is nearer."""
        return value if self.is_ratio else -value

    def reaches(self, value: float) -> bool:
        """Return whether a figure satisfies the goal."""
        return self.nearness(value) >= self.nearness(self.value)


@dataclass(frozen=True)
class Candidate:
    """A repair level that the search tried.

    Args:
        repair_level: Of the label channel, 0 to 1.
        accuracy: Accuracy under the protocol.
        parity: The worst figure of any attribute in the goal's metric; ``None`` if no attribute has one.
        null_p10: The lowest 10th percentile of any attribute's DPR under equal rates, if there is one.
    """

    repair_level: float
    accuracy: Record
    parity: Record | None
    null_p10: Record | None = None

    @property
    def usable(self) -> bool:
        """Whether its figures are defined and measurably better than those of a constant predictor."""
        figures = (self.accuracy, self.parity)
        return all(record is not None and record.value is not None and record.status is Status.OK for record in figures)

    def meets(self, goal: Goal) -> bool:
        """Return whether its figure satisfies the goal."""
        return self.usable and self.parity is not None and goal.reaches(self.parity.value or 0.0)


class Choice(BaseModel):
    """The chosen repair level, and the reasons."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: float = Field(description="The target DPR, or the tolerance.")
    metric: str = Field(default=PARITY_RATIO, description="The metric of the target.")
    repair_level: float = Field(description="The chosen repair level.")
    reached: bool = Field(description="Whether its figure on validation rows satisfies the target.")
    why: tuple[str, ...] = Field(description="The reasons, in sentences for the report.")

    def records(self) -> list[Record]:
        """Return the target and the repair level as records."""
        goal = Goal(self.metric, self.target)
        target = Record(source="synthetic", protocol=PROTOCOL, metric=goal.field, split=SPLIT, value=self.target)
        note = " ".join(self.why)
        return [target, target.model_copy(update={"metric": CHOSEN, "value": self.repair_level, "note": note})]


def source_name(repair_level: float) -> str:
    """Return the source name of rows generated at this repair level.

    >>> source_name(0.8)
    'repair level 0.80'
    """
    return f"{_REPAIR_LEVEL}{repair_level:.2f}"


def is_tried(source: str) -> bool:
    """Return whether a source is a candidate of the repair-level search."""
    return source.startswith(_REPAIR_LEVEL)


def goal_of(records: RecordSet) -> Goal | None:
    """Return the goal of the search; ``None`` without a search."""
    found = records.first(protocol=PROTOCOL, metric=(TARGET, TOLERANCE))
    if found is None or found.value is None:
        return None
    return Goal(parity_metric(records), found.value)


def parity_metric(records: RecordSet) -> str:
    """Return the metric in which the tried repair levels were compared."""
    tried = records.where(protocol=PROTOCOL, metric=tuple(_SHORT))
    return next((one.metric for one in tried if is_tried(one.source)), PARITY_RATIO)


def candidates(records: RecordSet, protocol: str = PROTOCOL) -> list[Candidate]:
    """Return the repair levels that were tried under one protocol, in ascending order, for the main outcome."""
    tried = records.where(protocol=protocol).filter(lambda record: is_tried(record.source))
    metric = parity_metric(records)
    result = []
    for source in dict.fromkeys(record.source for record in tried):
        own = tried.where(source=source)
        accuracy = own.first(metric=ACCURACY)
        if accuracy is not None:
            repair_level = float(source.removeprefix(_REPAIR_LEVEL))
            result.append(Candidate(repair_level, accuracy, _worst(own, metric), _worst(own, CHANCE_LIMIT)))
    return sorted(result, key=lambda candidate: candidate.repair_level)


def choose(tried: Sequence[Candidate], goal: Goal, default: float) -> Choice:
    """Choose a candidate that satisfies the goal; if none does, the one nearest to parity.

    Of those that reach a target ratio, the most accurate one is chosen. Ties go to the higher ratio, then to the lower
    repair level, which changes fewer outcomes. Of those within a tolerance, the lowest repair level is chosen. A
    candidate that is not measurably better than a constant is never chosen.

    Args:
        tried: At least one candidate.
        goal: What is looked for.
        default: The repair level if no candidate is usable.
    """
    usable = [candidate for candidate in tried if candidate.usable]
    if not usable:
        problem = (
            "were not measurably better than a constant on the validation rows"
            if any(candidate.parity is not None for candidate in tried)
            else f"have no {goal.name} on the validation rows, as too few groups are large enough there, or nobody is "
            "selected"
        )
        why = (
            f"No repair level was chosen for the {goal.words}: classifiers trained on rows "
            f"of any of the {len(tried)} repair levels tried {problem}. The repair level stays at {default:g}."
        )
        return Choice(target=goal.value, metric=goal.metric, repair_level=default, reached=False, why=(why,))
    meeting = [candidate for candidate in usable if candidate.meets(goal)]
    if meeting:
        chosen = _best(meeting, goal) if goal.is_ratio else min(meeting, key=lambda one: one.repair_level)
        first = _reason_if_reached(chosen, goal, len(meeting), len(tried))
    else:
        chosen = max(
            usable,
            key=lambda one: (goal.nearness(_value(one.parity)), _value(one.accuracy), -one.repair_level),
        )
        first = (
            f"No setting reached the {goal.words} on {chosen.accuracy.n or 0:,} validation rows; the nearest "
            f"was repair level {chosen.repair_level:g} of the label channel, with {_figure_text(chosen.parity)} and "
            f"{_figure_text(chosen.accuracy)}, and it was taken."
        )
    sentences = (first, *_chance_note(chosen, goal))
    return Choice(
        target=goal.value,
        metric=goal.metric,
        repair_level=chosen.repair_level,
        reached=bool(meeting),
        why=sentences,
    )


def _best(meeting: Sequence[Candidate], goal: Goal) -> Candidate:
    return max(meeting, key=lambda one: (_value(one.accuracy), goal.nearness(_value(one.parity)), -one.repair_level))


def _reason_if_reached(chosen: Candidate, goal: Goal, meeting: int, tried: int) -> str:
    figure = chosen.parity
    side = "lower" if goal.is_ratio else "upper"
    limit = None if figure is None else figure.low if goal.is_ratio else figure.high
    if limit is None:
        certainty = f"that {goal.name} has no interval here"
    elif goal.reaches(limit):
        certainty = f"the {side} bound of that {goal.name} meets the target too"
    else:
        certainty = (
            f"the {side} bound of that {goal.name} does not meet it, so these rows alone do not prove that it is met"
        )
    best = "the most accurate" if goal.is_ratio else "the lowest"
    which = f"{best} of the {meeting} of {tried}" if meeting > 1 else f"the only one of {tried}"
    return (
        f"Repair level {chosen.repair_level:g} of the label channel was chosen: on {chosen.accuracy.n or 0:,} "
        f"validation rows, "
        f"drawn from the train rows, it is {which} repair levels whose {goal.name} is {goal.bound}: "
        f"{_figure_text(chosen.accuracy)}, {_figure_text(figure)}; {certainty}."
    )


def _chance_note(chosen: Candidate, goal: Goal) -> list[str]:
    null_p10 = chosen.null_p10
    if null_p10 is None or null_p10.value is None or goal.value <= null_p10.value:
        return []
    return [
        f"The {goal.words} lies above {null_p10.value:.3f}: with groups of these sizes (by "
        f"{null_p10.sensitive}) one sample in ten shows a lower DPR even if all groups have the same rate, so chance "
        "alone decides whether the target is met."
    ]


def _figure_text(record: Record | None) -> str:
    """Return a figure with its name and interval, as part of a sentence."""
    if record is None or record.value is None:
        return "no figure"
    name = "accuracy" if record.metric == ACCURACY else f"{_SHORT[record.metric]} by {record.sensitive}"
    bounds = "" if record.low is None or record.high is None else f" [{record.low:.3f}, {record.high:.3f}]"
    return f"{name} {record.value:.3f}{bounds}"


def _worst(records: RecordSet, metric: str) -> Record | None:
    """Return the figure of the attribute that is farthest from parity."""
    known = records.where(metric=metric).without(value=None)
    return (min if metric in (PARITY_RATIO, CHANCE_LIMIT) else max)(known, key=_value, default=None)


def _value(record: Record | None) -> float:
    return float("-inf") if record is None or record.value is None else record.value
