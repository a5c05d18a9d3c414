"""Before and after: the classifiers trained on several draws of a generator, and on the original, side by side.

Protocol ``generators`` holds the figures of each draw, its generator seed as ``seed``, with their mean and deviation;
protocol ``change`` what each source changed against the original. Both are those of classifiers that see the sensitive
attribute, as in A; the same without it, as in B, stands under ``generators B`` and ``change B``.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Tag
from core.audit.metrics import change
from core.audit.metrics.change import Likeness
from core.audit.protocols import Bench, Measured, selected
from core.audit.records import Record

_Figures = dict[tuple[str | None, str], Record]
_SUFFIX = {"A": "", "B": " B"}
ONE_DRAW = "One draw: how much others would differ is not known."


def compare(
    bench: Bench, original: Measured, draws: Mapping[int | None, Measured], source: str, letter: str
) -> list[Record]:
    """What a source changed, and if it has several draws their figures; see `change_records`."""
    found = change_records(bench, original, draws, source, letter)
    return found + generator_records(draws, bench.outcomes[0], letter) if len(draws) > 1 else found


def generator_records(draws: Mapping[int | None, Measured], positive: str, letter: str) -> list[Record]:
    """The figures of each draw, their mean and their standard deviation.

    Args:
        draws: One classifier's figures by generator seed, at least two, all of one source.
        positive: The outcome counted as positive.
        letter: A or B.
    """
    protocol = f"generators{_SUFFIX[letter]}"
    by_seed = {seed: _figures(one, positive) for seed, one in draws.items()}
    found = []
    for address, first in next(iter(by_seed.values())).items():
        alike = [figures[address] for figures in by_seed.values()]
        found += [
            one.model_copy(update={"protocol": protocol, "seed": seed})
            for seed, one in zip(by_seed, alike, strict=True)
        ]
        tag = Tag(first.source, protocol, first.sensitive, positive)
        found.append(tag.record(first.metric, change.summary(alike)))
        found.append(tag.record(f"deviation:{first.metric}", change.deviation(alike)))
    return found


def change_records(
    bench: Bench, original: Measured, draws: Mapping[int | None, Measured], source: str, letter: str
) -> list[Record]:
    """What a source changed: after minus before on the same hold-out rows, over its draws and for each.

    Args:
        bench: The hold-out.
        original: The classifier trained on the original rows.
        draws: Classifiers trained on the source's draws, by generator seed, at least one; of a single draw the seed is
            not looked at.
        source: Whose rows.
        letter: A or B.
    """
    before = _figures(original, bench.outcomes[0])
    after = {seed: _figures(one, bench.outcomes[0]) for seed, one in draws.items()}
    likeness = _likenesses(bench, [original, *draws.values()])
    nothing = Likeness(np.zeros(len(draws)), 0.0)
    found = []
    for (sensitive, metric), first in before.items():
        alike = [figures[sensitive, metric] for figures in after.values()]
        tag = Tag(source, f"change{_SUFFIX[letter]}", sensitive, bench.outcomes[0])
        moved = likeness.get((sensitive, metric), nothing)
        record = tag.record(metric, change.change(first, alike, moved))
        found.append(
            record if len(alike) > 1 else record.model_copy(update={"note": f"{record.note} {ONE_DRAW}".strip()})
        )
        if len(alike) > 1:
            found += [
                tag.record(metric, change.change(first, alike, moved, draw=place)).model_copy(update={"seed": seed})
                for place, seed in enumerate(after)
            ]
    return found


def _figures(measured: Measured, positive: str) -> _Figures:
    return {
        (record.sensitive, record.metric): record
        for record in measured.records
        if record.metric in change.METRICS and record.group is None and record.positive == positive
    }


def _likenesses(bench: Bench, classifiers: list[Measured]) -> dict[tuple[str | None, str], Likeness]:
    """How the figures of the first classifier and the others move together; nothing where one was not trained."""
    scores = [one.scores for one in classifiers if one.scores is not None]
    if len(scores) < len(classifiers):
        return {}
    predictions = np.stack([selected(one) for one in scores])
    everyone = np.full(len(bench.labels), "all", dtype=object)
    overall = change.resampled_likeness(bench.labels, predictions, everyone, ("accuracy", "balanced_accuracy"))
    found: dict[tuple[str | None, str], Likeness] = {(None, metric): one for metric, one in overall.items()}
    if 0 < bench.labels.sum() < len(bench.labels):
        found[None, "auc"] = change.auc_likeness(bench.labels, np.stack(scores))
    for name, members in bench.members.items():
        large = _in_large_groups(members, bench.schema.min_group_size)
        if len(set(members[large])) < 2:
            continue
        parts = change.resampled_likeness(
            bench.labels[large], predictions[:, large], members[large], change.METRICS[:4]
        )
        found |= {(name, metric): one for metric, one in parts.items()}
    return found


def _in_large_groups(members: NDArray[np.object_], minimum: int) -> NDArray[np.bool_]:
    _, place, sizes = np.unique(members.astype(str), return_inverse=True, return_counts=True)
    return np.asarray(sizes[place] >= minimum)
