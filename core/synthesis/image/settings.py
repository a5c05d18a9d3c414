"""The hyperparameters of Evenhand's method on images."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from core.synthesis.settings import (
    PAPER_BETA,
    Condition,
    DistillationSettings,
    FairnessSettings,
    Optimisation,
    Settings,
    paper_weight,
)


class ImageTeacherSettings(FairnessSettings):
    """The fair variational autoencoder of images."""

    latent: int = Field(default=32, ge=1, description="Dimensions d of the latent z.")
    channels: int = Field(
        default=16, ge=1, description="Channels of the first convolution; each further layer doubles them, up to 8x."
    )
    codewords: int = Field(
        default=0,
        ge=0,
        le=4096,
        description="Codewords of each value of the target, which all groups share alike. An image's latent is that of "
        "a random train image of its codeword. A value with few images gets fewer. 0: the latent is the image's own, "
        "as in the papers.",
    )
    independence_weight: float = Field(
        default=300.0, ge=0, description="beta: weight of the independence term (V^2 is multiplied by (4 pi)^(d/2))."
    )
    kl_weight: float = Field(default=0.05, ge=0, description="Weight of KL(q(z|x,s) || N(0,I)).")
    optimisation: Optimisation = Optimisation(
        epochs=50, min_steps=2500, batch_size=128, learning_rate=2e-3, balance=0.5
    )


class ImageStudentSettings(DistillationSettings):
    """The student of images."""

    channels: int = Field(default=8, ge=1, description="Channels of the first convolution; fewer than the teacher's.")
    independence_weight: float = Field(default=20.0, ge=0, description="Weight of HSIC(z', s) in the student's loss.")
    optimisation: Optimisation = Optimisation(
        epochs=25, min_steps=1500, batch_size=128, learning_rate=4e-3, balance=0.5
    )


class ImageSettings(Settings):
    """All hyperparameters of Evenhand's method on images."""

    accepts: ClassVar[frozenset[Condition]] = frozenset({"proportions", "target"})
    given_target: bool = Field(
        default=True,
        description="Whether the dependence of z on s is penalised within each value of the target. If target and s "
        "are correlated (a digit and its colour), a z that is independent of s over all images cannot predict the "
        "target.",
    )
    teacher: ImageTeacherSettings = ImageTeacherSettings(codewords=128)
    student: ImageStudentSettings = ImageStudentSettings()


_PAPER = Optimisation(epochs=100, batch_size=64, learning_rate=1e-3, schedule="constant")

IMAGE_PRESETS: dict[str, ImageSettings] = {
    "default": ImageSettings(),
    "fast": ImageSettings(
        teacher=ImageTeacherSettings(
            channels=8,
            codewords=128,
            optimisation=Optimisation(epochs=8, min_steps=1000, batch_size=128, learning_rate=4e-3, balance=0.5),
        ),
        student=ImageStudentSettings(
            channels=4,
            optimisation=Optimisation(epochs=5, min_steps=500, batch_size=128, learning_rate=6e-3, balance=0.5),
        ),
    ),
    # The paper gives z = 10, binary cross-entropy and beta = 1e7. It does not give channels, epochs or batch size.
    "paper": ImageSettings(
        given_target=False,
        teacher=ImageTeacherSettings(
            latent=10,
            channels=32,
            independence="v_squared",
            independence_weight=paper_weight(PAPER_BETA, 10),
            kl_weight=1.0,
            last_batch_factor=True,
            optimisation=_PAPER,
        ),
        student=ImageStudentSettings(
            channels=16, quality="l1", kl_weight=1.0, independence_weight=0.0, optimisation=_PAPER
        ),
    ),
}
