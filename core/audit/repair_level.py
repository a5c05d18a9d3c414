"""Fairness against accuracy, as the repair level of a label channel is turned: what was tried, and which one is taken.

The figures are those of the classifier protocols, on validation rows. Here only records are read; none is computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from core.audit.records import Record, Status

PROTOCOL = "repair_level_search"
PROTOCOLS = {"A": PROTOCOL, "B": f"{PROTOCOL} B"}
SPLIT = "validation"
RATIO, TENTH = "demographic_parity_ratio", "demographic_parity_ratio_null_p10"
METRICS = ("accuracy", "balanced_accuracy", "auc", RATIO, TENTH)
TARGET, CHOSEN = "target_dpr", "repair_level"
_REPAIR_LEVEL = "repair level "


@dataclass(frozen=True)
class Candidate:
    """A repair level that was tried.

    Args:
        repair_level: Of the label channel, 0 to 1.
        accuracy: Under the protocol asked for.
        ratio: The lowest DPR of any attribute; ``None`` if no attribute has one.
        tenth: The lowest 10th percentile of any attribute's DPR if rates were equal, if there is one.
    """

    repair_level: float
    accuracy: Record
    ratio: Record | None
    tenth: Record | None = None

    @property
    def usable(self) -> bool:
        """Whether its figures mean anything: defined, and measurably better than a constant's."""
        told = (self.accuracy, self.ratio)
        return all(one is not None and one.value is not None and one.status is Status.OK for one in told)

    def meets(self, target: float) -> bool:
        """Whether its DPR reaches ``target``."""
        return self.usable and _value(self.ratio) >= target


class Choice(BaseModel):
    """The repair level that is taken, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: float = Field(description="The DPR that was asked for.")
    repair_level: float = Field(description="The repair level that is taken.")
    reached: bool = Field(description="Whether its DPR on validation rows reaches the target.")
    why: tuple[str, ...] = Field(description="Sentences for the reader of the report.")

    def records(self) -> list[Record]:
        """Target and repair level as figures of their own."""
        asked = Record(source="synthetic", protocol=PROTOCOL, metric=TARGET, split=SPLIT, value=self.target)
        note = " ".join(self.why)
        return [asked, asked.model_copy(update={"metric": CHOSEN, "value": self.repair_level, "note": note})]


def source_name(repair_level: float) -> str:
    """The source that stands for rows made with this repair level.

    >>> source_name(0.8)
    'repair level 0.80'
    """
    return f"{_REPAIR_LEVEL}{repair_level:.2f}"


def is_tried(source: str) -> bool:
    """Whether a source is a repair level that was only tried."""
    return source.startswith(_REPAIR_LEVEL)


def candidates(records: Iterable[Record], protocol: str = PROTOCOL) -> list[Candidate]:
    """The repair levels that were tried under one protocol, the weakest first; of the main outcome."""
    by_source: dict[str, list[Record]] = {}
    for record in records:
        if record.protocol == protocol and is_tried(record.source):
            by_source.setdefault(record.source, []).append(record)
    found = []
    for source, mine in by_source.items():
        accuracy = next((record for record in mine if record.metric == "accuracy"), None)
        if accuracy is not None:
            repair_level = float(source.removeprefix(_REPAIR_LEVEL))
            found.append(Candidate(repair_level, accuracy, _lowest(mine, RATIO), _lowest(mine, TENTH)))
    return sorted(found, key=lambda one: one.repair_level)


def choose(tried: Sequence[Candidate], target: float, otherwise: float) -> Choice:
    """The most accurate candidate whose DPR reaches the target; if none does, the one with the highest DPR.

    Of equally accurate ones the higher DPR is taken, then the weaker repair level, which changes fewer labels. A
    candidate
    that is not measurably better than a constant is never taken.

    Args:
        tried: At least one.
        target: The DPR asked for, above 0 and at most 1.
        otherwise: The repair level that is kept if no candidate can be taken.
    """
    usable = [one for one in tried if one.usable]
    if not usable:
        found = (
            "were not measurably better than a constant on the validation rows"
            if any(one.ratio is not None for one in tried)
            else "have no DPR on the validation rows, as too few groups are large enough there, or nobody is selected"
        )
        why = (
            f"No repair level was chosen for the target DPR {target:g}: classifiers trained on rows "
            f"of any of the {len(tried)} repair levels tried {found}. The repair level stays at {otherwise:g}."
        )
        return Choice(target=target, repair_level=otherwise, reached=False, why=(why,))
    meeting = [one for one in usable if one.meets(target)]
    if meeting:
        taken = max(meeting, key=lambda one: (_value(one.accuracy), _value(one.ratio), -one.repair_level))
        first = _chosen(taken, target, len(meeting), len(tried))
    else:
        taken = max(usable, key=lambda one: (_value(one.ratio), _value(one.accuracy), -one.repair_level))
        first = (
            f"No setting reached the target DPR {target:g} on {taken.accuracy.n or 0:,} validation rows; the nearest "
            f"was repair level {taken.repair_level:g} of the label channel, with {_told(taken.ratio)} and "
            f"{_told(taken.accuracy)}, and it was taken."
        )
    sentences = (first, *_by_chance(taken, target))
    return Choice(target=target, repair_level=taken.repair_level, reached=bool(meeting), why=sentences)


def _chosen(taken: Candidate, target: float, meeting: int, tried: int) -> str:
    low = taken.ratio.low if taken.ratio is not None else None
    if low is None:
        sure = "that DPR has no interval here"
    elif low >= target:
        sure = "the lower bound of that DPR meets the target too"
    else:
        sure = "the lower bound of that DPR does not meet it, so these rows alone do not prove that it is met"
    which = f"the most accurate of the {meeting} of {tried}" if meeting > 1 else f"the only one of {tried}"
    return (
        f"Repair level {taken.repair_level:g} of the label channel was chosen: on {taken.accuracy.n or 0:,} "
        f"validation rows, "
        f"drawn from the train rows, it is {which} repair levels whose DPR is at least {target:g}: "
        f"{_told(taken.accuracy)}, {_told(taken.ratio)}; {sure}."
    )


def _by_chance(taken: Candidate, target: float) -> list[str]:
    tenth = taken.tenth
    if tenth is None or tenth.value is None or target <= tenth.value:
        return []
    return [
        f"The target DPR {target:g} lies above {tenth.value:.3f}: with groups of these sizes (by {tenth.sensitive}) "
        "one sample in ten shows a lower DPR even if all groups have one rate, so chance alone decides whether the "
        "target is met."
    ]


def _told(record: Record | None) -> str:
    """A figure in a sentence."""
    if record is None or record.value is None:
        return "no figure"
    name = "accuracy" if record.metric == "accuracy" else f"DPR by {record.sensitive}"
    bounds = "" if record.low is None or record.high is None else f" [{record.low:.3f}, {record.high:.3f}]"
    return f"{name} {record.value:.3f}{bounds}"


def _lowest(records: Sequence[Record], metric: str) -> Record | None:
    found = [record for record in records if record.metric == metric and record.value is not None]
    return min(found, key=_value, default=None)


def _value(record: Record | None) -> float:
    return float("-inf") if record is None or record.value is None else record.value
