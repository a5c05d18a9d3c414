"""The choice of a repair level: fairness against accuracy at each level that the search tried.

The figures are those of the classifier protocols, on validation rows. This module reads records and computes none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from core.audit.metrics.names import ACCURACY, CHANCE_LIMIT, PARITY_RATIO
from core.audit.records import Record, Status

if TYPE_CHECKING:
    from core.audit.record_set import RecordSet

PROTOCOL = "repair_level_search"
PROTOCOLS = {"A": PROTOCOL, "B": f"{PROTOCOL} B"}
SPLIT = "validation"
TARGET, CHOSEN = "target_dpr", "repair_level"
_REPAIR_LEVEL = "repair level "


@dataclass(frozen=True)
class Candidate:
    """A repair level that the search tried.

    Args:
        repair_level: Of the label channel, 0 to 1.
        accuracy: Accuracy under the protocol.
        ratio: The lowest DPR of any attribute; ``None`` if no attribute has one.
        null_p10: The lowest 10th percentile of any attribute's DPR under equal rates, if there is one.
    """

    repair_level: float
    accuracy: Record
    ratio: Record | None
    null_p10: Record | None = None

    @property
    def usable(self) -> bool:
        """Whether its figures are defined and measurably better than those of a constant predictor."""
        figures = (self.accuracy, self.ratio)
        return all(record is not None and record.value is not None and record.status is Status.OK for record in figures)

    def meets(self, target: float) -> bool:
        """Return whether its DPR reaches ``target``."""
        return self.usable and _value(self.ratio) >= target


class Choice(BaseModel):
    """The chosen repair level, and the reasons."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: float = Field(description="The target DPR.")
    repair_level: float = Field(description="The chosen repair level.")
    reached: bool = Field(description="Whether its DPR on validation rows reaches the target.")
    why: tuple[str, ...] = Field(description="The reasons, in sentences for the report.")

    def records(self) -> list[Record]:
        """Return the target and the repair level as records."""
        target = Record(source="synthetic", protocol=PROTOCOL, metric=TARGET, split=SPLIT, value=self.target)
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


def candidates(records: RecordSet, protocol: str = PROTOCOL) -> list[Candidate]:
    """Return the repair levels that were tried under one protocol, in ascending order, for the main outcome."""
    tried = records.where(protocol=protocol).filter(lambda record: is_tried(record.source))
    result = []
    for source in dict.fromkeys(record.source for record in tried):
        own = tried.where(source=source)
        accuracy = own.first(metric=ACCURACY)
        if accuracy is not None:
            repair_level = float(source.removeprefix(_REPAIR_LEVEL))
            result.append(Candidate(repair_level, accuracy, _lowest(own, PARITY_RATIO), _lowest(own, CHANCE_LIMIT)))
    return sorted(result, key=lambda candidate: candidate.repair_level)


def choose(tried: Sequence[Candidate], target: float, default: float) -> Choice:
    """Choose the most accurate candidate whose DPR reaches the target; if none does, the one with the highest DPR.

    Ties in accuracy go to the higher DPR, then to the lower repair level, which changes fewer labels. A candidate that
    is not measurably better than a constant is never chosen.

    Args:
        tried: At least one candidate.
        target: The target DPR, above 0 and at most 1.
        default: The repair level if no candidate is usable.
    """
    usable = [candidate for candidate in tried if candidate.usable]
    if not usable:
        problem = (
            "were not measurably better than a constant on the validation rows"
            if any(candidate.ratio is not None for candidate in tried)
            else "have no DPR on the validation rows, as too few groups are large enough there, or nobody is selected"
        )
        why = (
            f"No repair level was chosen for the target DPR {target:g}: classifiers trained on rows "
            f"of any of the {len(tried)} repair levels tried {problem}. The repair level stays at {default:g}."
        )
        return Choice(target=target, repair_level=default, reached=False, why=(why,))
    meeting = [candidate for candidate in usable if candidate.meets(target)]
    if meeting:
        chosen = max(
            meeting,
            key=lambda candidate: (_value(candidate.accuracy), _value(candidate.ratio), -candidate.repair_level),
        )
        first = _reason_if_reached(chosen, target, len(meeting), len(tried))
    else:
        chosen = max(
            usable, key=lambda candidate: (_value(candidate.ratio), _value(candidate.accuracy), -candidate.repair_level)
        )
        first = (
            f"No setting reached the target DPR {target:g} on {chosen.accuracy.n or 0:,} validation rows; the nearest "
            f"was repair level {chosen.repair_level:g} of the label channel, with {_figure_text(chosen.ratio)} and "
            f"{_figure_text(chosen.accuracy)}, and it was taken."
        )
    sentences = (first, *_chance_note(chosen, target))
    return Choice(target=target, repair_level=chosen.repair_level, reached=bool(meeting), why=sentences)


def _reason_if_reached(chosen: Candidate, target: float, meeting: int, tried: int) -> str:
    low = chosen.ratio.low if chosen.ratio is not None else None
    if low is None:
        certainty = "that DPR has no interval here"
    elif low >= target:
        certainty = "the lower bound of that DPR meets the target too"
    else:
        certainty = "the lower bound of that DPR does not meet it, so these rows alone do not prove that it is met"
    which = f"the most accurate of the {meeting} of {tried}" if meeting > 1 else f"the only one of {tried}"
    return (
        f"Repair level {chosen.repair_level:g} of the label channel was chosen: on {chosen.accuracy.n or 0:,} "
        f"validation rows, "
        f"drawn from the train rows, it is {which} repair levels whose DPR is at least {target:g}: "
        f"{_figure_text(chosen.accuracy)}, {_figure_text(chosen.ratio)}; {certainty}."
    )


def _chance_note(chosen: Candidate, target: float) -> list[str]:
    null_p10 = chosen.null_p10
    if null_p10 is None or null_p10.value is None or target <= null_p10.value:
        return []
    return [
        f"The target DPR {target:g} lies above {null_p10.value:.3f}: with groups of these sizes (by "
        f"{null_p10.sensitive}) one sample in ten shows a lower DPR even if all groups have the same rate, so chance "
        "alone decides whether the target is met."
    ]


def _figure_text(record: Record | None) -> str:
    """Return a figure with its name and interval, as part of a sentence."""
    if record is None or record.value is None:
        return "no figure"
    name = "accuracy" if record.metric == ACCURACY else f"DPR by {record.sensitive}"
    bounds = "" if record.low is None or record.high is None else f" [{record.low:.3f}, {record.high:.3f}]"
    return f"{name} {record.value:.3f}{bounds}"


def _lowest(records: RecordSet, metric: str) -> Record | None:
    return min(records.where(metric=metric).without(value=None), key=_value, default=None)


def _value(record: Record | None) -> float:
    return float("-inf") if record is None or record.value is None else record.value
