"""The hyperparameters of teacher, student and label channel: default, range and symbol in the papers."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.choices import Channel, Criterion
from core.data.encoding.columns import EncodingSettings
from core.data.schema import Schema
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER, ClassifierName
from core.errors import ConfigError, give, leave_out

Condition = Literal["proportions", "target", "repair_level"]
Quality = Literal["l1", "mse", "huber", "md", "wasserstein", "gaussian_kl"]


class Settings(BaseModel):
    """Base of all settings: immutable, without unknown names."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    accepts: ClassVar[frozenset[Condition]] = frozenset()
    """Conditions that samples of the method with these settings can meet."""

    def check_table(self, schema: Schema) -> None:
        """Raise a `ConfigError` if a setting names a column that the table does not have."""


class Optimisation(Settings):
    """How a network is trained."""

    epochs: int = Field(default=30, ge=1, le=100_000, description="Passes over the train rows.")
    min_steps: int = Field(
        default=0, ge=0, description="Minimum number of steps; a small table gets more epochs to reach it."
    )
    max_steps: int | None = Field(
        default=None,
        ge=1,
        description="Maximum number of steps; a large table gets fewer epochs, at least one. None: no maximum.",
    )
    batch_size: int = Field(default=512, ge=2, description="Rows per step.")
    learning_rate: float = Field(
        default=4e-3, gt=0, description="Learning rate of Adam; the peak of a one-cycle schedule."
    )
    schedule: Literal["one_cycle", "constant"] = "one_cycle"
    balance: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="0: every row once per epoch. 1: every group equally often, within each class if any. "
        "A stratum of m rows has weight m^(1 - balance).",
    )


class FairnessSettings(Settings):
    """The objective of a fair variational autoencoder, for any networks."""

    latent: int = Field(default=16, ge=1, description="Dimensions d of the latent z.")
    independence: Literal["hsic", "v_squared"] = Field(
        default="hsic", description="Measure of the dependence of z on s."
    )
    independence_weight: float = Field(
        default=300.0, ge=0, description="beta: weight of the independence term (V^2 is multiplied by (4 pi)^(d/2))."
    )
    kl_weight: float = Field(default=0.7, ge=0, description="Weight of KL(q(z|x,s) || N(0,I)).")
    last_batch_factor: bool = Field(
        default=False, description="Multiply the independence term by n / batch, as in the FairDisCo authors' code."
    )
    optimisation: Optimisation = Optimisation(min_steps=500, max_steps=6_000)


class TeacherSettings(FairnessSettings):
    """The fair variational autoencoder of a table."""

    hidden: int = Field(
        default=256,
        ge=1,
        description="Units of the hidden layer of encoder and decoder; fewer in an autoregressive decoder of few rows.",
    )
    autoregressive: bool = Field(
        default=True,
        description="Whether the decoder predicts each column from the columns before it, besides z and s.",
    )
    codewords: int = Field(
        default=0,
        ge=0,
        le=4096,
        description="Codewords that all groups share alike; a row's latent is one of them. A table with few rows gets "
        "fewer: one for 150 rows, at least 16. 0: the latent is continuous, as in the papers.",
    )
    code_optimisation: Optimisation = Field(
        default=Optimisation(epochs=10, min_steps=300, max_steps=2_000),
        description="How the decoder is trained on codewords.",
    )


class DistillationSettings(Settings):
    """Distillation of a smaller encoder from the frozen teacher, for any networks."""

    quality: Quality = Field(default="wasserstein", description="Q: loss between z and z'.")
    kl_weight: float = Field(default=0.0, ge=0, description="lambda: weight of KL(q'(z'|x,s) || N(0,I)).")
    independence_weight: float = Field(default=4000.0, ge=0, description="Weight of HSIC(z', s) in the student's loss.")
    optimisation: Optimisation = Optimisation(epochs=30, min_steps=400, max_steps=6_000)


class StudentSettings(DistillationSettings):
    """The student of a table."""

    hidden: int = Field(default=112, ge=1, description="Units of the hidden layer; fewer than the teacher's.")


_CRITERIA: dict[Criterion, str] = {
    "demographic_parity": "equal selection rates",
    "equalized_odds": "equal error rates",
    "equal_opportunity": "equal rates among those who earn the favourable outcome",
}


Aim = Literal["target_dpr", "epsilon"]
SEARCHES: dict[Aim, str] = {"target_dpr": "A target parity ratio", "epsilon": "A tolerance"}
"""The settings with which a search sets the repair level, and their names at the start of a sentence."""
_AIMS: dict[Aim, tuple[Criterion, ...]] = {
    "target_dpr": ("demographic_parity",),
    "epsilon": tuple(_CRITERIA),
}


class LabelSettings(Settings):
    """Label repair, by the fair label channel."""

    channel: Channel = Field(
        default="auto",
        description="attribute_blind: fair for classifiers with and without s. attribute_aware: fair for classifiers "
        "that see s; with equalized_odds, by outcomes at random near the threshold. auto: attribute_blind for equal "
        "selection rates, unless it costs too much accuracy; else the scores of attribute_aware.",
    )
    criterion: Criterion = Field(
        default="demographic_parity",
        description="Which rates must be equal: selection rates (demographic_parity), true and false positive rates "
        "(equalized_odds), or selection rates of those who earn the favourable outcome (equal_opportunity).",
    )
    repair_level: float = Field(default=1.0, ge=0, le=1, description="alpha: 0 keeps the labels, 1 repairs them fully.")
    sharpness: float = Field(
        default=3.0,
        ge=1,
        description="1 keeps the label noise of the data; larger values reduce it near the fair threshold.",
    )
    calibration_rounds: int = Field(
        default=8,
        ge=0,
        le=50,
        description="Rounds of calibration; each trains a classifier on generated rows. 0: no calibration.",
    )

    def check_aim(self, aim: Aim) -> None:
        """Raise a `ConfigError` if these settings cannot aim at a parity ratio or at a difference within a tolerance.

        Args:
            aim: The setting that states the aim.
        """
        allowed = _AIMS[aim]
        if self.criterion not in allowed:
            named = " or ".join(f"{name} ({_CRITERIA[name]})" for name in allowed)
            raise ConfigError(
                f"{SEARCHES[aim]} needs the criterion {named}; "
                f"here it is {self.criterion} ({_CRITERIA[self.criterion]}).",
                field=aim,
                remedies=[*(give("criterion", name) for name in allowed), leave_out(aim)],
            )
        if self.channel == "off":
            raise ConfigError(
                f"{SEARCHES[aim]} needs label repair, and the label channel is off here.",
                field=aim,
                remedies=[give("label_channel", "attribute_blind"), leave_out(aim)],
            )


class PrivacySettings(Settings):
    """Rows with a privacy guarantee, from which everything else is learned; see `core.synthesis.private_rows`.

    The network is an autoregressive one without a latent.
    """

    epsilon: float = Field(gt=0, le=100, description="epsilon of the guarantee for one train row.")
    histogram_share: float = Field(
        default=0.3,
        gt=0,
        lt=1,
        description="epsilon of the histograms alone, over epsilon. Both parts add up about as squares.",
    )
    hidden: int = Field(default=64, ge=1, description="Units of the hidden layer of the private network.")
    bins: int = Field(default=32, ge=2, le=256, description="Maximum number of quantile bins of a numeric column.")
    steps: int = Field(default=1500, ge=1, description="Steps of private training.")
    batch_size: int = Field(default=2048, ge=1, description="Expected number of rows per step (Poisson sampling).")
    max_sampling_rate: float = Field(default=0.5, gt=0, le=1, description="Maximum share of the rows per step.")
    clip: float = Field(default=1.0, gt=0, description="Maximum norm of what a row adds to a gradient.")
    learning_rate: float = Field(default=1.5e-2, gt=0, description="Peak of the one-cycle schedule of Adam.")


class SynthesisSettings(Settings):
    """All hyperparameters of Evenhand's method on tables."""

    accepts: ClassVar[frozenset[Condition]] = frozenset({"proportions", "repair_level"})
    encoding: EncodingSettings = EncodingSettings()
    teacher: TeacherSettings = TeacherSettings(codewords=128)
    student: StudentSettings = StudentSettings()
    labels: LabelSettings = LabelSettings()
    classifier: ClassifierName = Field(
        default=DEFAULT_CLASSIFIER, description="Downstream classifier for which label repair is calibrated."
    )
    privacy: PrivacySettings | None = Field(
        default=None, description="With it, all of this is learned from private rows in place of the train rows."
    )


PAPER_BETA = 1e7
"""``10**lg_beta`` with ``lg_beta = 7``, as in the FairDisCo authors' code; for V^2 without the factor (4 pi)^(d/2)."""


def paper_weight(beta: float, latent: int) -> float:
    """Convert the authors' beta to a weight of ``V^2 * (4 pi)^(d/2)``.

    >>> round(paper_weight(1e7, 8))
    401
    """
    return beta / math.sqrt(4.0 * math.pi) ** latent


PRESETS: dict[str, SynthesisSettings] = {
    "default": SynthesisSettings(),
    "fast": SynthesisSettings(
        teacher=TeacherSettings(
            hidden=64,
            latent=12,
            kl_weight=0.5,
            optimisation=Optimisation(epochs=15, min_steps=400, max_steps=3_000),
            codewords=128,
            code_optimisation=Optimisation(epochs=5, min_steps=200, max_steps=1_000),
        ),
        student=StudentSettings(hidden=28, optimisation=Optimisation(epochs=8, min_steps=160, max_steps=3_000)),
        labels=LabelSettings(calibration_rounds=5),
    ),
    "paper": SynthesisSettings(
        encoding=EncodingSettings(
            bins=8,
            style="equal_width",
            log_columns=("fnlwgt",),
            binary_columns=("capital-gain", "capital-loss"),
        ),
        teacher=TeacherSettings(
            latent=8,
            hidden=64,
            autoregressive=False,
            independence="v_squared",
            independence_weight=paper_weight(PAPER_BETA, 8),
            kl_weight=1.0,
            last_batch_factor=True,
            optimisation=Optimisation(epochs=1000, batch_size=2048, learning_rate=1e-3, schedule="constant"),
        ),
        student=StudentSettings(
            hidden=32,
            quality="l1",
            kl_weight=1.0,
            independence_weight=0.0,
            optimisation=Optimisation(epochs=1000, batch_size=2048, learning_rate=1e-3, schedule="constant"),
        ),
        labels=LabelSettings(channel="off"),
    ),
}
