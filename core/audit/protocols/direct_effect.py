"""The records of the sensitive attribute's direct effect on a classifier; see `core.audit.metrics.unawareness`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.audit.estimate import Estimate, Tag, sentence
from core.audit.metrics import unawareness
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.records import Record

if TYPE_CHECKING:
    from core.audit.protocols.tabular import Measurement
    from core.audit.protocols.trainable import Trainable

SHUFFLES = 4
SHUFFLE_SEEDS = range(2_000, 2_000 + SHUFFLES)  # far from the seeds of the classifiers and of their refits


def records(
    flips: unawareness.AttributeFlips | None, evaluator: HoldoutEvaluator, tag: Tag, effect: Estimate
) -> list[Record]:
    """Return the record of the direct effect. Its note says that it rests on one classifier seed."""
    if flips is None:
        return []
    note = sentence(effect.note, flips.note, f"Classifier seed {tag.seed} alone.")
    one = replace(tag, sensitive=flips.attribute, positive=evaluator.outcomes[0])
    return [one.record("unawareness_gap", replace(effect, note=note))]


def beyond_chance(fit: Trainable, measured: Measurement, evaluator: HoldoutEvaluator, seed: int) -> list[Record]:
    """Return the direct effect of shuffled attributes, and how far that of the real ones exceeds it.

    One more classifier is trained for each of four shuffles, each with another seed. There are no records if the direct
    effect was not measured.
    """
    if fit.flips is None or measured.copies is None:
        return []
    by_chance = [copies for seed in SHUFFLE_SEEDS if (copies := fit.copies_by_chance(seed)) is not None]
    if not by_chance:
        return []
    chance, excess = fit.flips.beyond_chance(measured.copies, np.stack(by_chance))
    tag = Tag(fit.source, fit.protocol, fit.flips.attribute, evaluator.outcomes[0], seed, fit.split)
    note = sentence(fit.flips.note, f"Classifier seed {seed}, beside {SHUFFLES} shuffles.")
    return [
        tag.record(metric, replace(one, note=sentence(one.note, note)))
        for metric, one in (("unawareness_gap_null", chance), ("unawareness_excess", excess))
    ]
