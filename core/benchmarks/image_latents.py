"""What the latents of test images tell of the group within each value of the target."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from core.audit.estimate import Estimate, Tag
from core.audit.inputs import MEANS_GIVEN_TARGET, Latents
from core.audit.metrics import code_usage, leakage
from core.audit.records import Record
from core.data.groups import GroupedFrame
from core.data.schema import Schema
from core.synthesis.evaluation import Posterior

TOLD: Final = f"{leakage.AUC}_{MEANS_GIVEN_TARGET}"
CHANCE: Final = "code_total_variation_by_chance"
COLUMNS: Final = {
    TOLD: "colour told within the digit",
    code_usage.DISTANCE_GIVEN_TARGET: "distance of codewords",
    CHANCE: "by chance",
}
EXPLANATION: Final = (
    "Colour told within the digit: AUC with which the strongest of three adversaries, trained on the latents of half "
    "of the test images, tells the best told of ten colours from the others with the same digit, on the other half; "
    "0.5 is guessing, and the best of ten lies above it by chance. Distance of codewords: total variation between the "
    "two colours that differ most, within each digit, and what chance alone gives. The latents are those "
    "that are decoded; of a continuous latent, the posterior means."
)


def latent_records(schema: Schema, tested: pd.DataFrame, latents: Posterior, source: str, seed: int) -> list[Record]:
    """Return the figures of `COLUMNS` that there are.

    Args:
        schema: With one sensitive column.
        tested: Test rows.
        latents: Their latents.
        source: Whose latents.
        seed: Of the halves of the test rows.
    """
    targets = np.unique(tested[schema.target], return_inverse=True)[1].astype(np.int64)
    half = np.random.default_rng([seed, 5]).random(len(tested)) < 0.5
    frames = GroupedFrame(tested[half], schema), GroupedFrame(tested[~half], schema)
    halves = Latents(
        latents.mean[half], latents.mean[~half], train_targets=targets[half], holdout_targets=targets[~half]
    )
    found = leakage.latent_records(leakage.told_from_latents(frames, halves), {}, source)
    if latents.codes is not None:
        everyone = GroupedFrame(tested, schema)
        whole = Latents(
            latents.mean, latents.mean, holdout_codes=latents.codes, train_targets=targets, holdout_targets=targets
        )
        found += code_usage.records(everyone, whole, source)
        (members,) = everyone.single.values()
        chance = Estimate(code_usage.by_chance(latents.codes, members, targets), n=len(tested))
        found.append(Tag(source, leakage.PROTOCOL).record(CHANCE, chance))
    return [record for record in found if record.group is None and record.metric in COLUMNS]
