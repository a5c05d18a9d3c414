"""Evenhand's method on tables: teacher, student and label repair.

It is the paper's fair distillation (`core.synthesis.methods.distillation`) with other settings and with the label
channel (`core.synthesis.label_repair`). The audit also gets the rows of teacher and student, with outcomes before
calibration.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from core.events import Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis.base import ENCODERS, Observations, Sample
from core.synthesis.conditions import NO_CONDITIONS, Conditions
from core.synthesis.evaluation import CodeReconstructions, Measurement, Posterior
from core.synthesis.methods.distillation import StudentBased
from core.synthesis.samples import joined
from core.synthesis.settings import SynthesisSettings
from core.synthesis.table import persistence
from core.synthesis.table.generated_rows import samples_of
from core.synthesis.teacher_student import distillation_measurements

MAX_DECODED = 10_000
"""Maximum number of rows that are decoded to compare teacher and student."""


class TableSynthesizer(StudentBased[SynthesisSettings]):
    """Teacher, student and label repair on tables."""

    @property
    def synthesis(self) -> SynthesisSettings:
        """All hyperparameters."""
        return self.settings

    def fit_resumable(
        self, folder: RunFolder, data: Observations, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Fit stage by stage; save each network once it is trained."""
        self.model = persistence.fit_resumable(
            folder, data.frame, self.settings, seed=seed, device=device, listener=listener
        )
        return self

    def sample(
        self, rows: int, *, seed: int, conditions: Conditions = NO_CONDITIONS, listener: Listener = ignore
    ) -> Sample:
        """Generate rows from the student's latents, with repaired outcomes; see `Generator.sample`."""
        return joined(self.sample_parts(rows, seed=seed, conditions=conditions, listener=listener))

    def sample_parts(
        self,
        rows: int,
        *,
        seed: int,
        conditions: Conditions = NO_CONDITIONS,
        cluster: str | None = None,
        listener: Listener = ignore,
    ) -> Iterator[Sample]:
        """Yield the rows of `sample` shard by shard."""
        conditions.check(self.settings.accepts)
        made = self.model.sample_shards(
            rows,
            seed=seed,
            proportions=conditions.proportions,
            repair_level=conditions.repair_level,
            cluster=cluster,
            listener=listener,
        )
        return samples_of(made)

    def intermediate_samples(self, rows: int, *, seed: int, conditions: Conditions) -> Iterator[tuple[str, Sample]]:
        """Yield the rows of teacher and student, with uncalibrated outcomes."""
        for name in ENCODERS:
            sample = self.model.sample(
                rows, seed=seed, encoder=name, fair_labels=False, proportions=conditions.proportions
            )
            yield name, Sample(sample.frame)

    def latents(self, data: Observations) -> dict[str, Posterior]:
        """Return the posteriors of teacher and student."""
        return {name: self.model.posterior_of(data.frame, name) for name in ENCODERS}

    def reconstructions(self, data: Observations, *, seed: int) -> CodeReconstructions:
        """Decode rows from their own latents, by teacher and student."""
        model, rows = self.model, data.frame.iloc[_subsample_indices(len(data), MAX_DECODED, seed)]
        sampled = {
            name: model.reconstruct(rows, encoder, seed=place)
            for name, encoder, place in (
                ("teacher", "teacher", seed),
                ("again", "teacher", seed + 1),
                ("student", "student", seed + 1),
            )
        }
        most_likely = {name: model.reconstruct(rows, name, seed=None) for name in ENCODERS}
        return CodeReconstructions(rows, list(model.encoding.names), sampled, most_likely)

    def measurements(self) -> list[Measurement]:
        """Return the costs of the student relative to the teacher."""
        return distillation_measurements(self.model)

    def notes(self) -> list[str]:
        """Say what the encoding protects and how outcomes are repaired."""
        encoding = self.model.encoding
        return [*encoding.rare_value_notes(), *encoding.relation_notes(), self._outcomes()]

    def _outcomes(self) -> str:
        """Say how outcomes are repaired, and what this does not achieve."""
        labels, channel = self.settings.labels, self.model.channel
        if channel is None:
            return "The label channel is off. Outcomes follow the real distribution, with its bias."
        if labels.criterion != "demographic_parity":
            rates = {
                "equalized_odds": "true and false positive rates (equalized odds)",
                "equal_opportunity": "rates among those who earn the favourable outcome (equal opportunity)",
            }[labels.criterion]
            return (
                f"Outcomes aim at equal {rates}, not at equal selection rates. If base rates differ between groups, no "
                "useful classifier has both, so DPR stays below 1."
            )
        aim = (
            "Outcomes aim at equal selection rates (demographic parity), so with unequal base rates error rates differ"
        )
        if not channel.sees_groups:
            return (
                f"{aim}. The fair scoring rule does not read the sensitive columns. It is a proxy rule: it predicts "
                "the group from the features and treats rows by that prediction."
            )
        reason = ", because the features predict the groups too poorly for a rule without them" * (
            labels.channel == "auto"
        )
        return (
            f"{aim}. The fair scoring rule uses the sensitive columns{reason}. Classifiers that do not see these "
            "columns (protocol B) may still have unequal selection rates."
        )


def _subsample_indices(count: int, maximum: int, seed: int) -> NDArray[np.intp]:
    """Return the indices of at most ``maximum`` of ``count`` rows, ascending."""
    if count <= maximum:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, maximum, replace=False))
