"""Every dial of teacher, student and label channel, with its default, its range and its symbol in the papers."""

from __future__ import annotations

import math
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.data.encoding.columns import EncodingSettings
from core.data.schema import Schema
from core.errors import ConfigError, change
from core.learning.catalog import DEFAULT_CLASSIFIER, ClassifierName

Channel = Literal["auto", "attribute_blind", "attribute_aware", "off"]
Criterion = Literal["demographic_parity", "equalized_odds"]
Quality = Literal["l1", "mse", "huber", "md", "wasserstein", "gaussian_kl"]


class Settings(BaseModel):
    """Base of all settings: unknown names are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def check_table(self, schema: Schema) -> None:
        """Raise a `ConfigError` if a setting names what this table does not have; most name nothing."""


class Optimisation(Settings):
    """How a network is trained."""

    epochs: int = Field(default=30, ge=1, le=100_000, description="Passes over the train rows.")
    least_steps: int = Field(
        default=0, ge=0, description="Steps at least: small tables are passed more often than `epochs` says."
    )
    batch_size: int = Field(default=512, ge=2, description="Rows a step.")
    learning_rate: float = Field(default=4e-3, gt=0, description="Adam's rate; the peak of a one-cycle schedule.")
    schedule: Literal["one_cycle", "constant"] = "one_cycle"
    balance: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="0: every row once an epoch; 1: every group (within each class, if there are classes) as often as "
        "any other; a cell of m rows weighs as m^(1 - balance).",
    )


class FairnessSettings(Settings):
    """What a fair variational autoencoder is trained for, whatever its networks."""

    latent: int = Field(default=16, ge=1, description="Dimensions d of the latent z.")
    independence: Literal["hsic", "v_squared"] = Field(default="hsic", description="Which measure of z against s.")
    independence_weight: float = Field(
        default=300.0, ge=0, description="beta: weight of the independence term (V^2 is stated times (4 pi)^(d/2))."
    )
    kl_weight: float = Field(default=0.7, ge=0, description="Weight of KL(q(z|x,s) || N(0,I)).")
    last_batch_factor: bool = Field(
        default=False, description="Multiply the independence term by n / batch, as the FairDisCo authors do."
    )
    optimisation: Optimisation = Optimisation(least_steps=500)


class TeacherSettings(FairnessSettings):
    """The fair variational autoencoder of a table."""

    hidden: int = Field(default=256, ge=1, description="Units of the hidden layer of encoder and decoder.")
    autoregressive: bool = Field(
        default=True, description="Whether the decoder tells each column of those before it, beside z and s."
    )


class DistillationSettings(Settings):
    """How a smaller encoder is distilled from the frozen teacher, whatever its networks."""

    quality: Quality = Field(default="wasserstein", description="Q: how z and z' are compared.")
    kl_weight: float = Field(default=0.0, ge=0, description="lambda: weight of KL(q'(z'|x,s) || N(0,I)).")
    independence_weight: float = Field(default=4000.0, ge=0, description="Weight of HSIC(z', s) of the student itself.")
    optimisation: Optimisation = Optimisation(epochs=30, least_steps=400)


class StudentSettings(DistillationSettings):
    """The student of a table."""

    hidden: int = Field(default=112, ge=1, description="Units of the hidden layer; fewer than the teacher's.")


class LabelSettings(Settings):
    """The fair label channel."""

    channel: Channel = Field(
        default="auto",
        description="attribute_blind: fair for classifiers with and without s; attribute_aware: for those "
        "that see s; auto: attribute_blind unless it costs too much.",
    )
    criterion: Criterion = Field(
        default="demographic_parity",
        description="What is to be alike: selection rates, or true and false positive rates.",
    )
    repair_level: float = Field(default=1.0, ge=0, le=1, description="alpha: 0 keeps the labels, 1 makes them fair.")
    sharpness: float = Field(
        default=3.0,
        ge=1,
        description="1 keeps the data's own label noise; larger ones have less of it near the fair threshold.",
    )
    calibration_rounds: int = Field(
        default=5,
        ge=0,
        le=50,
        description="Times a classifier is trained on generated rows to see whom it selects; 0: never.",
    )

    @model_validator(mode="after")
    def _has_a_law(self) -> Self:
        if self.channel == "attribute_aware" and self.criterion == "equalized_odds":
            raise ConfigError(
                "Equalized odds needs the label channel auto or attribute_blind; "
                "attribute_aware gives equal selection rates only.",
                field="label_channel",
                remedies=[change("label_channel"), change("criterion")],
            )
        return self


class SynthesisSettings(Settings):
    """All of them."""

    encoding: EncodingSettings = EncodingSettings()
    teacher: TeacherSettings = TeacherSettings()
    student: StudentSettings = StudentSettings()
    labels: LabelSettings = LabelSettings()
    classifier: ClassifierName = Field(
        default=DEFAULT_CLASSIFIER, description="Downstream classifier that the label channel is calibrated for."
    )


PAPER_BETA = 1e7
"""The FairDisCo authors' ``10**lg_beta`` with ``lg_beta = 7``, for a V^2 without the factor (4 pi)^(d/2)."""


def paper_weight(beta: float, latent: int) -> float:
    """The authors' beta as a weight of ``V^2 * (4 pi)^(d/2)``.

    >>> round(paper_weight(1e7, 8))
    401
    """
    return beta / math.sqrt(4.0 * math.pi) ** latent


PRESETS: dict[str, SynthesisSettings] = {
    "default": SynthesisSettings(),
    "fast": SynthesisSettings(
        teacher=TeacherSettings(
            hidden=64, latent=12, kl_weight=0.5, optimisation=Optimisation(epochs=15, least_steps=400)
        ),
        student=StudentSettings(hidden=28, optimisation=Optimisation(epochs=8, least_steps=160)),
        labels=LabelSettings(calibration_rounds=3),
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
