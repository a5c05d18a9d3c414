"""Evenhand's method on tables: teacher, student, and the fair label channel that repairs outcomes.

It is the paper's fair distillation (`core.synthesis.methods.distillation`) with settings of its own and the label
channel (`core.synthesis.label_repair`). The rows of teacher and student before label repair are kept for the audit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray

from core.events import Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis.base import NO_CONDITIONS, Condition, Conditions, Observations, Sample
from core.synthesis.evaluation import CodeReconstructions, Figure
from core.synthesis.methods.distillation import Distilled
from core.synthesis.settings import SynthesisSettings
from core.synthesis.table import persistence
from core.synthesis.teacher_student import ENCODERS, distillation_figures

MAX_DECODED = 10_000
"""Rows that are decoded to compare teacher and student."""


class TableSynthesizer(Distilled[SynthesisSettings]):
    """Teacher, student and label channel of a table."""

    accepts: ClassVar[frozenset[Condition]] = frozenset({"proportions", "repair_level"})

    @property
    def synthesis(self) -> SynthesisSettings:
        """All hyperparameters."""
        return self.settings

    def fit_resumable(
        self, folder: RunFolder, data: Observations, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Fit stage by stage: each network is kept as soon as it is trained."""
        self.made = persistence.fit_resumable(
            folder, data.frame, self.settings, seed=seed, device=device, listener=listener
        )
        return self

    def sample(
        self, rows: int, *, seed: int, conditions: Conditions = NO_CONDITIONS, listener: Listener = ignore
    ) -> Sample:
        """Rows decoded from the student's latents, with repaired outcomes; see `Generator.sample`."""
        conditions.check(self.accepts)
        found = self.made.sample(
            rows,
            seed=seed,
            proportions=conditions.proportions,
            repair_level=conditions.repair_level,
            listener=listener,
        )
        note = f"{found.changed.mean():.1%} of the labels were changed by the fair label channel."
        return Sample(found.frame, changed=found.changed, notes=(note,))

    def intermediate_samples(self, rows: int, *, seed: int, conditions: Conditions) -> Iterator[tuple[str, Sample]]:
        """Rows of teacher and student, with outcomes as they were decoded."""
        for name in ENCODERS:
            found = self.made.sample(
                rows, seed=seed, encoder=name, fair_labels=False, proportions=conditions.proportions
            )
            yield name, Sample(found.frame)

    def latents(self, data: Observations) -> dict[str, NDArray[np.float32]]:
        """Posterior means by teacher and student."""
        return {name: self.made.encode(data.frame, name) for name in ENCODERS}

    def reconstructions(self, data: Observations, *, seed: int) -> CodeReconstructions:
        """Cells that rows decode to by teacher and student."""
        made, rows = self.made, data.frame.iloc[_at_most(len(data), MAX_DECODED, seed)]
        drawn = {
            name: made.reconstruct(rows, encoder, seed=place)
            for name, encoder, place in (
                ("teacher", "teacher", seed),
                ("again", "teacher", seed + 1),
                ("student", "student", seed + 1),
            )
        }
        likeliest = {name: made.reconstruct(rows, name, seed=None) for name in ENCODERS}
        return CodeReconstructions(rows, list(made.encoding.names), drawn, likeliest)

    def figures(self) -> list[Figure]:
        """What the student costs beside its teacher."""
        return distillation_figures(self.made)

    def notes(self) -> list[str]:
        """What was protected in the encoding, and how outcomes are made."""
        return [*self.made.encoding.rare_value_notes(), self._outcomes()]

    def _outcomes(self) -> str:
        """How the outcomes are made, and what is not to be expected of them."""
        labels, channel = self.settings.labels, self.made.channel
        if channel is None:
            why = "" if labels.channel == "off" else "The target has more than two values, so t"
            return (
                f"{why or 'T'}he fair label channel is off: outcomes follow the real rows' law, and carry their bias."
            )
        if labels.criterion == "equalized_odds":
            return (
                "Outcomes aim at equal true and false positive rates (equalized odds), not at equal selection rates: "
                "where base rates differ between groups no useful classifier has both, so DPR stays below 1."
            )
        aim = (
            "Outcomes aim at equal selection rates (demographic parity), so where base rates differ error rates do too"
        )
        if channel.rule.blind:
            return f"{aim}; the rule behind them looks at the features alone, not at the sensitive columns."
        why = ", as the features tell the groups apart too poorly for one that does not" * (labels.channel == "auto")
        return (
            f"{aim}; the rule behind them looks at the sensitive columns{why}. Classifiers that do not see these "
            "columns (protocol B) may still select unequally."
        )


def _at_most(count: int, most: int, seed: int) -> NDArray[np.intp]:
    """Places of at most so many of ``count`` rows, ascending."""
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, most, replace=False))
