"""The hyperparameters of every compared method: `paper` has the authors' values, `default` trains in minutes.

This module does not import torch, because pages and the command line read it.
"""

from __future__ import annotations

from typing import Literal

import networkx as nx
from pydantic import Field

from core.choices import Criterion
from core.data.schema import Schema
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER, ClassifierName
from core.errors import ConfigError
from core.synthesis.settings import (
    PRESETS,
    Optimisation,
    Quality,
    Settings,
    StudentSettings,
    SynthesisSettings,
    TeacherSettings,
)


class AdversarialOptimisation(Settings):
    """Training of a generator and its critic (Adam, momentum .5)."""

    epochs: int = Field(default=60, ge=1, le=100_000, description="Passes over the train rows.")
    min_steps: int = Field(default=0, ge=0, description="Minimum number of generator steps, for small tables.")
    batch_size: int = Field(default=500, ge=2, description="Rows per step.")
    learning_rate: float = Field(default=2e-4, gt=0, description="Learning rate of Adam.")
    critic_steps: int = Field(default=4, ge=1, description="Steps of the critic per step of the generator.")


class LatentGanSettings(Settings):
    """FLDGM with an adversarial generator of latents."""

    loss: Literal["lsgan", "wgan_gp"] = Field(description="Adversarial loss.")
    penalty: float = Field(default=10.0, ge=0, description="Weight of the gradient penalty (wgan_gp).")
    noise: int = Field(default=64, ge=1, description="Dimensions of the generator's noise.")
    teacher: SynthesisSettings = Field(description="Settings of the FairDisCo teacher.")
    optimisation: AdversarialOptimisation = AdversarialOptimisation()


class LatentDiffusionSettings(Settings):
    """FLDGM with a diffusion model of latents."""

    steps: int = Field(default=1000, ge=2, le=10_000, description="Noise levels of the cosine schedule.")
    sampling_steps: int = Field(default=100, ge=2, description="Noise levels that sampling visits.")
    hidden: int = Field(default=256, ge=1, description="Units of both hidden layers.")
    dropout: float = Field(default=0.2, ge=0, lt=1, description="Dropout rate in training.")
    teacher: SynthesisSettings = Field(description="Settings of the FairDisCo teacher.")
    optimisation: Optimisation = Optimisation(epochs=100, learning_rate=1e-3)


class TabFairGanSettings(Settings):
    """TabFairGAN."""

    fair_epochs: int = Field(default=12, ge=0, description="Extra epochs with the fairness term.")
    fairness_weight: float = Field(default=0.5, ge=0, description="lambda: weight of the gap in positive rates.")
    penalty: float = Field(default=10.0, ge=0, description="Weight of the gradient penalty.")
    temperature: float = Field(default=0.2, gt=0, description="Temperature of the Gumbel softmax.")
    hidden: int = Field(default=256, ge=1, description="Units of both hidden layers of generator and critic.")
    optimisation: AdversarialOptimisation = AdversarialOptimisation()


EdgeCut = Literal["none", "ftu", "cf", "dp"]


class DecafSettings(Settings):
    """DECAF."""

    def check_table(self, schema: Schema) -> None:
        """Check that the table has the columns of the edges and the explanatory columns, before anything is trained.

        Raises:
            ConfigError: A column is missing; the sentence names it. Or the edges form a cycle.
        """
        columns = [*schema.features, *schema.sensitive, schema.target]
        for column in [name for edge in self.edges or () for name in edge] + list(self.explanatory):
            if column not in columns:
                raise ConfigError(
                    f"DECAF's hyperparameters name a column {column!r} that it does not use; it uses: "
                    f"{', '.join(map(repr, columns))}. Give edges such as edges=[[{columns[0]!r}, {schema.target!r}]].",
                    field="hyperparameters",
                )
        if self.edges and not nx.is_directed_acyclic_graph(nx.DiGraph(self.edges)):
            raise ConfigError("DECAF's edges form a cycle; leave one of them out.", field="hyperparameters")

    edges: tuple[tuple[str, str], ...] | None = Field(
        default=None, description="The causal graph as (cause, effect) pairs of columns; by default it is discovered."
    )
    cut: EdgeCut = Field(
        default="dp",
        description="Edges into the target that are cut for sampling. none; ftu: from the sensitive columns; "
        "cf: also from their effects, except through explanatory columns; dp: from all columns that depend on them.",
    )
    explanatory: tuple[str, ...] = Field(
        default=(),
        description='Columns through which cf lets the sensitive columns act, e.g. explanatory=["education"].',
    )
    hidden: int = Field(
        default=200,
        ge=1,
        description="Units of the hidden layer of each variable, and of both hidden layers of the critic.",
    )
    penalty: float = Field(default=10.0, ge=0, description="Weight of the gradient penalty.")
    temperature: float = Field(default=0.2, gt=0, description="Temperature of the Gumbel softmax.")
    optimisation: AdversarialOptimisation = AdversarialOptimisation(critic_steps=3, learning_rate=1e-3)


class FairDisCoSettings(Settings):
    """FairDisCo: the teacher alone."""

    synthesis: SynthesisSettings


def teacher_alone(settings: SynthesisSettings) -> FairDisCoSettings:
    """Return the settings of the teacher alone, so that methods with the same teacher have equal settings."""
    others = {"student": StudentSettings(hidden=1)}
    return FairDisCoSettings(synthesis=settings.model_copy(update=others))


class DistillationSettings(Settings):
    """Fair distillation: a student of a teacher."""

    synthesis: SynthesisSettings


class CorrelationRemoverSettings(Settings):
    """Fairlearn's correlation remover."""

    alpha: float = Field(default=1.0, ge=0, le=1, description="Share of the linear dependence to remove.")


class ThresholdOptimizerSettings(Settings):
    """Fairlearn's threshold optimizer on a downstream classifier."""

    classifier: ClassifierName = Field(
        default=DEFAULT_CLASSIFIER, description="Downstream classifier; by default that of the run."
    )

    constraint: Criterion = Field(default="demographic_parity", description="Which rates the thresholds equalise.")
    validation_share: float = Field(
        default=0.25, gt=0, lt=1, description="Share of the train rows on which the thresholds are chosen."
    )


class PrototypeSettings(Settings):
    """Fairlearn's prototype representation learner (learning fair representations, LFR)."""

    prototypes: int = Field(default=10, ge=2, description="Number of prototypes.")
    reconstruction_weight: float = Field(default=0.01, ge=0, description="Weight of the reconstruction error.")
    target_weight: float = Field(default=1.0, ge=0, description="Weight of the target's cross-entropy.")
    fairness_weight: float = Field(default=50.0, ge=0, description="Weight of the gap between groups.")
    iterations: int = Field(default=300, ge=1, description="Iterations of the optimiser at most.")
    max_rows: int = Field(default=5_000, ge=100, description="Maximum number of train rows.")


class AdversarialMitigationSettings(Settings):
    """Fairlearn's adversarial mitigation."""

    constraint: Criterion = Field(
        default="demographic_parity", description="Fairness constraint that the adversary enforces."
    )
    hidden: int = Field(default=64, ge=1, description="Units of the predictor's hidden layer.")
    adversary_hidden: int = Field(default=16, ge=1, description="Units of the adversary's hidden layer.")
    weight: float = Field(default=1.0, ge=0, description="alpha: weight of the adversary's gradient.")
    epochs: int = Field(default=15, ge=1, description="Passes over the train rows.")
    batch_size: int = Field(default=128, ge=2, description="Rows per step.")
    learning_rate: float = Field(default=1e-3, gt=0, description="Learning rate of Adam.")


# -- methods with a fair teacher: students and generators of latents ------------------------------------------------

PAPER = PRESETS["paper"]
DEFAULT_OPTIMISATION = Optimisation(epochs=60, min_steps=600)
"""60 epochs at batch 512 with a one-cycle rate come close to the authors' 1,000 at batch 2,048 with a constant rate."""
FAST_OPTIMISATION = Optimisation(epochs=6, min_steps=150)


def _with_optimisation(
    base: SynthesisSettings, optimisation: Optimisation | None, **student: object
) -> SynthesisSettings:
    """Return the paper's networks and losses with another optimisation, if one is given."""
    teacher, student_settings = base.teacher.model_dump(), base.student.model_dump() | student
    if optimisation is not None:
        teacher |= {"optimisation": optimisation.model_dump(), "last_batch_factor": False}
        student_settings |= {"optimisation": optimisation.model_dump()}
    return base.model_copy(
        update={
            "teacher": TeacherSettings.model_validate(teacher),
            "student": StudentSettings.model_validate(student_settings),
        }
    )


_OPTIMISATIONS: dict[str, Optimisation | None] = {
    "paper": None,
    "default": DEFAULT_OPTIMISATION,
    "fast": FAST_OPTIMISATION,
}
_TEACHERS = {name: _with_optimisation(PAPER, optimisation) for name, optimisation in _OPTIMISATIONS.items()}


def distillation(quality: Quality) -> dict[str, DistillationSettings]:
    """Return the presets of the paper's student with this quality loss and lambda = 1."""
    return {
        name: DistillationSettings(synthesis=_with_optimisation(PAPER, optimisation, quality=quality, kl_weight=1.0))
        for name, optimisation in _OPTIMISATIONS.items()
    }


FAIRDISCO = {name: FairDisCoSettings(synthesis=settings) for name, settings in _TEACHERS.items()}


def latent_gan(loss: Literal["lsgan", "wgan_gp"]) -> dict[str, LatentGanSettings]:
    """Return the presets of FLDGM (GAN): the authors' 20,000 epochs at batch 2,048, and presets that train in minutes.

    The faster presets have more critic steps (lsgan), a smaller penalty (wgan_gp) and a larger learning rate. On
    latents of the demo, a classifier tells generated latents from the teacher's with an AUC of .53 (lsgan) and .55
    (wgan_gp). With the authors' settings and the same number of steps the AUC is .97 and .87.
    """
    paper_steps = 1 if loss == "lsgan" else 5
    paper = AdversarialOptimisation(epochs=20_000, batch_size=2048, critic_steps=paper_steps)
    shared = {"batch_size": 512, "learning_rate": 1e-3, "critic_steps": 3 if loss == "lsgan" else 5}
    optimisations = {
        "default": AdversarialOptimisation(epochs=60, min_steps=3000, **shared),
        "fast": AdversarialOptimisation(epochs=5, min_steps=600, **shared),
    }
    return {"paper": LatentGanSettings(loss=loss, teacher=_TEACHERS["paper"], optimisation=paper)} | {
        name: LatentGanSettings(loss=loss, penalty=1.0, teacher=_TEACHERS[name], optimisation=optimisation)
        for name, optimisation in optimisations.items()
    }


LATENT_DIFFUSION = {
    "paper": LatentDiffusionSettings(
        sampling_steps=1000,
        teacher=_TEACHERS["paper"],
        optimisation=Optimisation(epochs=5000, batch_size=2048, learning_rate=1e-4, schedule="constant"),
    ),
    "default": LatentDiffusionSettings(teacher=_TEACHERS["default"]),
    "fast": LatentDiffusionSettings(
        sampling_steps=25, teacher=_TEACHERS["fast"], optimisation=Optimisation(epochs=5, min_steps=200)
    ),
}

# -- other methods ---------------------------------------------------------------------------------------------------

TABFAIRGAN = {
    "paper": TabFairGanSettings(
        fair_epochs=30, optimisation=AdversarialOptimisation(epochs=170, batch_size=256, critic_steps=4)
    ),
    "default": TabFairGanSettings(optimisation=AdversarialOptimisation(epochs=40, min_steps=1500, learning_rate=1e-3)),
    "fast": TabFairGanSettings(
        fair_epochs=3,
        optimisation=AdversarialOptimisation(epochs=5, min_steps=600, critic_steps=3, learning_rate=2e-3),
    ),
}
DECAF = {
    "paper": DecafSettings(
        optimisation=AdversarialOptimisation(epochs=50, batch_size=100, critic_steps=1, learning_rate=1e-3)
    ),
    "default": DecafSettings(
        optimisation=AdversarialOptimisation(epochs=80, min_steps=3000, critic_steps=3, learning_rate=1e-3)
    ),
    "fast": DecafSettings(
        optimisation=AdversarialOptimisation(epochs=5, min_steps=300, critic_steps=3, learning_rate=1e-3)
    ),
}
CORRELATION_REMOVER = dict.fromkeys(_OPTIMISATIONS, CorrelationRemoverSettings())
THRESHOLD_OPTIMIZER = dict.fromkeys(_OPTIMISATIONS, ThresholdOptimizerSettings())
PROTOTYPES = {
    "paper": PrototypeSettings(iterations=1000, max_rows=50_000),
    "default": PrototypeSettings(),
    "fast": PrototypeSettings(prototypes=5, iterations=20, max_rows=1_000),
}
ADVERSARIAL_MITIGATION = {
    "paper": AdversarialMitigationSettings(hidden=200, weight=0.1, epochs=50),
    "default": AdversarialMitigationSettings(),
    "fast": AdversarialMitigationSettings(epochs=3),
}
