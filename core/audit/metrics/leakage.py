"""Leakage: how well the strongest of several adversaries predicts the groups from an encoder's latents.

Three views of a latent distribution are measured, because each reveals something else: the posterior means, the means
with the standard deviations (all that the encoder computed of a row), and samples (one draw a row), from which rows are
decoded. The reference is what the same adversaries find in the features of the real rows, without sensitive columns;
both are tested on the same hold-out rows, so that the difference is paired (DeLong et al. 1988).

Latents that were made with regard to the target (`core.audit.inputs.MEANS_GIVEN_TARGET`) tell the target, and so the
group where the two go together. They are judged within each value of the target: the adversaries learn from rows in
which groups are equally frequent within each, and the AUC is the mean of those within (`stratified_auc`).

With several groups, each is told from the rest. The leakage of an attribute is that of the group which is told best.
Its interval is simultaneous: the lower bound is the highest of the groups' lower bounds at Bonferroni's level, the
upper bound the highest of their upper bounds at the plain level.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.audit import adversary
from core.audit.estimate import Estimate, Tag, estimate, sentence, undefined
from core.audit.inputs import Latents
from core.audit.metrics.distillation import auc_difference
from core.audit.records import Record
from core.audit.statistics import intervals
from core.audit.statistics.confidence import confidence
from core.audit.statistics.stratified_auc import stratified_auc
from core.audit.strongest_adversary import ADVERSARIES, Points, Sample, strongest
from core.data.encoding.distance_space import fit_distance_space
from core.data.encoding.ordinal import fit_ordinal
from core.data.encoding.values import predictors
from core.data.groups import GroupedFrame, Grouping

PROTOCOL: Final = "independence"
AUC, ABOVE, DIFFERENCE = "leakage_auc", "leakage_above_guessing", "leakage_difference"
ROWS = "rows"
GUESSING: Final = 0.5
MIN_OTHERS: Final = 10
"""Rows of small groups from which the adversaries learn them as a group of their own."""
_FEW = "Undefined: fewer than two groups are large enough, or no feature is left."


@dataclass(frozen=True)
class GroupsTold:
    """How well the strongest adversary tells each large group of one attribute from the rest, on hold-out rows.

    Args:
        by_group: Labels, scores and AUC by group; of two groups, one stands for both. Empty if too few are large.
        adversary: Its name; empty if none was trained.
        tested: Number of hold-out rows.
        strata: Stratum of each hold-out row, shape (tested,), if groups are told within strata.
    """

    by_group: dict[str, adversary.AdversaryScores]
    adversary: str
    tested: int
    strata: NDArray[np.int64] | None = None

    @property
    def worst(self) -> Estimate:
        """The AUC of the group that is told best, with an interval that holds for all groups together."""
        parts = [part for part in self.by_group.values() if part.auc.value is not None]
        if not parts:
            return undefined(_FEW, self.tested)
        strict = 1 - (1 - confidence()) / len(parts)
        lows = [_bounds(part.labels, part.scores, self.strata, strict)[1] for part in parts if part.scores is not None]
        value, high = (max(getattr(part.auc, name) for part in parts) for name in ("value", "high"))
        kind = "delong" if len(parts) == 1 else "delong, simultaneous over groups"
        best = max(self.by_group, key=lambda group: self.by_group[group].auc.value or 0.0)
        named = "" if len(parts) == 1 else f"The group that is told best is {best!r}."
        return replace(estimate(value, max(lows), high, kind, self.tested), note=sentence(self.note, named))

    @property
    def note(self) -> str:
        """Which adversary it is, in a sentence."""
        return f"The strongest of {len(ADVERSARIES)} adversaries: {self.adversary}." if self.adversary else ""


Told = dict[str, GroupsTold]
"""By single sensitive attribute."""


def told_from_rows(train: GroupedFrame, holdout: GroupedFrame) -> Told:
    """Return how well groups are told from the features of the real rows, without the sensitive columns."""
    schema, frames = train.schema, (train.frame, holdout.frame)
    names = predictors(schema, with_sensitive=False)
    ordinal = fit_ordinal(schema, names, frames)
    space = fit_distance_space(schema, train.frame, [holdout.frame])
    space = replace(space, columns=tuple(column for column in space.columns if column.name in names))
    inside, outside = (Points(ordinal.encode(frame), space.encode(frame)) for frame in frames)
    return _told((train, holdout), inside, outside)


def told_from_latents(frames: tuple[GroupedFrame, GroupedFrame], latents: Latents) -> dict[str, Told]:
    """Return how well groups are told from each view of an encoder's latents, by name of the view.

    Args:
        frames: Real train and hold-out rows.
        latents: Their latents.
    """
    strata = latents.train_targets, latents.holdout_targets
    return {
        view: _told(frames, Points(inside, inside), Points(outside, outside), strata)
        for view, (inside, outside) in latents.views().items()
    }


Strata = tuple[NDArray[np.int64] | None, NDArray[np.int64] | None]
"""Stratum of each train and hold-out row, if groups are told within strata."""


def _told(
    frames: tuple[GroupedFrame, GroupedFrame], inside: Points, outside: Points, strata: Strata = (None, None)
) -> Told:
    train, holdout = frames
    minimum = train.schema.min_group_size
    return {
        name: _one_attribute((grouping, holdout.single[name]), inside, outside, strata, minimum)
        for name, grouping in train.single.items()
    }


def _one_attribute(
    groupings: tuple[Grouping, Grouping], inside: Points, outside: Points, strata: Strata, minimum: int
) -> GroupsTold:
    """Return what is told of one attribute. Groups that are small in train or hold-out rows are one group."""
    learned, tested = groupings
    large = [name for name in learned.names if min(learned.mask(name).sum(), tested.mask(name).sum()) >= minimum]
    if len(large) < 2 or inside.dense.shape[1] == 0:
        return GroupsTold({}, "", len(tested.codes))
    codes = np.full(len(learned.codes), len(large), dtype=np.int64)
    for code, name in enumerate(large):
        codes[learned.mask(name)] = code
    others = codes == len(large)
    rows = np.flatnonzero(~others) if others.sum() < MIN_OTHERS else np.arange(len(codes))
    best = strongest(Sample(inside, codes, strata[0]).at(rows), outside)
    told = large[:1] if best.probabilities.shape[1] == 2 else large
    scores = {name: np.asarray(best.probabilities[:, large.index(name)], dtype=np.float64) for name in told}
    by_group = {name: _auc(tested.mask(name).astype(np.int64), scores[name], strata[1]) for name in told}
    return GroupsTold(by_group, best.name, len(tested.codes), strata[1])


def _auc(
    labels: NDArray[np.int64], scores: NDArray[np.float64], strata: NDArray[np.int64] | None = None
) -> adversary.AdversaryScores:
    value, low, high = _bounds(labels, scores, strata)
    why = "no value of the target has rows of the group and of others"
    return adversary.AdversaryScores(labels, scores, estimate(value, low, high, "delong", len(labels), why=why))


def _bounds(
    labels: NDArray[np.integer],
    scores: NDArray[np.float64],
    strata: NDArray[np.int64] | None,
    level: float | None = None,
) -> tuple[float, float, float]:
    if strata is None:
        return intervals.auc(labels, scores, level)
    return stratified_auc(labels, scores, strata, level)


def row_records(rows: Told) -> list[Record]:
    """Return the AUC from the features of the real rows, the reference of all differences."""
    return [
        record for name, told in rows.items() for record in _auc_records(Tag("original", PROTOCOL, name), told, ROWS)
    ]


def latent_records(views: Mapping[str, Told], rows: Told, source: str) -> list[Record]:
    """Return, by view and attribute, the AUC, its distance from guessing, and its difference to that from real rows.

    Args:
        views: The answer of `told_from_latents`.
        rows: The answer of `told_from_rows`.
        source: Whose latents.
    """
    records = []
    for view, by_attribute in views.items():
        for name, told in by_attribute.items():
            tag = Tag(source, PROTOCOL, name)
            records += _auc_records(tag, told, view)
            records.append(tag.record(f"{ABOVE}_{view}", _shifted(told.worst)))
            if told.strata is not None:
                continue  # what real rows tell is not told within values of the target
            pairs = {
                group: (rows[name].by_group[group], told.by_group[group])
                for group in told.by_group
                if rows[name].by_group
            }
            records.append(tag.record(f"{DIFFERENCE}_{view}", auc_difference(list(pairs.values()))))
            if len(pairs) > 1:
                records += [
                    tag.record(f"{DIFFERENCE}_{view}", auc_difference([pair]), group=group)
                    for group, pair in pairs.items()
                ]
    return records


def _auc_records(tag: Tag, told: GroupsTold, view: str) -> list[Record]:
    """Return the AUC of the group that is told best, and of each group where there are more than two."""
    records = [tag.record(f"{AUC}_{view}", told.worst)]
    if len(told.by_group) > 1:
        records += [
            tag.record(f"{AUC}_{view}", replace(part.auc, note=told.note), group=group)
            for group, part in told.by_group.items()
        ]
    return records


def _shifted(auc: Estimate) -> Estimate:
    """Return the AUC minus that of guessing."""
    value, low, high = (None if bound is None else bound - GUESSING for bound in (auc.value, auc.low, auc.high))
    return replace(auc, value=value, low=low, high=high)
