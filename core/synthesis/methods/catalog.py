"""Every compared system by name: what it is called, what it makes, its settings, and where its code is.

Reading this needs no torch; `method` imports the one file that it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from core.errors import ConfigError, invalid
from core.synthesis.methods import settings as hyperparameters
from core.synthesis.settings import Settings

if TYPE_CHECKING:
    from core.synthesis.methods.base import Method

Makes = Literal["rows", "representation", "decisions"]
EVENHAND = "evenhand"
HERE = __name__.rpartition(".")[0]


@dataclass(frozen=True)
class MethodInfo:
    """What is known of a system without running it.

    Args:
        title: Its name for people.
        makes: Rows; a representation of rows; or decisions.
        about: One sentence that says what it does, for anyone.
        source: Who published it.
        place: Module and class.
        presets: Settings by name: ``paper``, ``default``, ``fast``.
        limits: What it cannot do, as a sentence; empty if nothing.
    """

    title: str
    makes: Makes
    about: str
    source: str
    place: tuple[str, str]
    presets: Mapping[str, Settings] = field(repr=False)
    limits: str = ""

    def build(self, settings: Settings) -> Method[Any]:
        """The system with these settings, not fitted yet."""
        module, kind = self.place
        made: Method[Any] = getattr(import_module(f"{HERE}.{module}"), kind)(settings)
        return made


def _distilled(title: str, words: str, quality: Any) -> MethodInfo:
    return MethodInfo(
        title,
        "rows",
        f"A small student learns the fair latent of a teacher; their latents are held together by {words}. "
        "Outcomes are those of the train rows.",
        "Sikder et al., the paper that Evenhand implements",
        ("distillation", "FairDistillation"),
        hyperparameters.distillation(quality),
    )


METHODS: dict[str, MethodInfo] = {
    EVENHAND: MethodInfo(
        "Evenhand",
        "rows",
        "Teacher, student and the fair label channel, which makes outcomes that fair classifiers can be learned from.",
        "Evenhand, after Sikder et al.",
        ("distillation", "FairDistillation"),
        hyperparameters.EVENHAND,
        "The label channel needs an outcome of two values.",
    ),
    "distillation-l1": _distilled("Fair distillation, L1-KL", "absolute differences", "l1"),
    "distillation-huber": _distilled("Fair distillation, Huber-KL", "the Huber loss", "huber"),
    "distillation-mse": _distilled("Fair distillation, MSE-KL", "squared differences", "mse"),
    "distillation-md": _distilled("Fair distillation, MD-KL", "the difference of their means", "md"),
    "fairdisco": MethodInfo(
        "FairDisCo",
        "rows",
        "A variational autoencoder whose latent is made independent of the groups: the teacher alone.",
        "Liu et al., KDD 2022",
        ("fairdisco", "FairDisCo"),
        hyperparameters.FAIRDISCO,
    ),
    "fldgm-lsgan": MethodInfo(
        "FLDGM (LSGAN)",
        "rows",
        "A GAN makes new latents of a fair teacher, which are decoded into rows; least-squares loss.",
        "Ramachandranpillai et al., ECAI 2023",
        ("fldgm", "LatentGan"),
        hyperparameters.latent_gan("lsgan"),
    ),
    "fldgm-wgan": MethodInfo(
        "FLDGM (WGAN-GP)",
        "rows",
        "A GAN makes new latents of a fair teacher, which are decoded into rows; Wasserstein loss.",
        "Ramachandranpillai et al., ECAI 2023",
        ("fldgm", "LatentGan"),
        hyperparameters.latent_gan("wgan_gp"),
    ),
    "fldgm-dm": MethodInfo(
        "FLDGM (DM)",
        "rows",
        "A diffusion model makes new latents of a fair teacher, which are decoded into rows.",
        "Ramachandranpillai et al., ECAI 2023",
        ("fldgm", "LatentDiffusion"),
        hyperparameters.LATENT_DIFFUSION,
    ),
    "tabfairgan": MethodInfo(
        "TabFairGAN",
        "rows",
        "A GAN of whole rows that is trained on until all groups have the same rate of the positive outcome.",
        "Rajabi and Garibay 2022",
        ("tabfairgan", "TabFairGan"),
        hyperparameters.TABFAIRGAN,
        "It needs an outcome of two values.",
    ),
    "decaf": MethodInfo(
        "DECAF",
        "rows",
        "A GAN makes each column from its causes; when rows are drawn, the outcome does not see those that are cut.",
        "van Breugel et al., NeurIPS 2021",
        ("decaf", "Decaf"),
        hyperparameters.DECAF,
        "It is as fair as its causal graph is right; a graph that is discovered needs the library pgmpy.",
    ),
    "correlation-remover": MethodInfo(
        "Correlation Remover",
        "representation",
        "Takes from each feature what a linear regression on the groups can say of it.",
        "Fairlearn",
        ("correlation_remover", "CorrelationRemover"),
        hyperparameters.CORRELATION_REMOVER,
        "What it removes is linear dependence only: a forest can still tell the groups from what is left.",
    ),
    "lfr": MethodInfo(
        "Learning fair representations",
        "representation",
        "Describes each row by how near it lies to a few prototypes, of which each group has the same mean share.",
        "Zemel et al., ICML 2013; Fairlearn",
        ("lfr", "PrototypeLearner"),
        hyperparameters.PROTOTYPES,
        "A target of more than two values is read as the positive one against the rest.",
    ),
    "threshold-optimizer": MethodInfo(
        "Threshold Optimizer",
        "decisions",
        "A downstream classifier whose probabilities are cut at thresholds of each group's own.",
        "Hardt et al., NeurIPS 2016; Fairlearn",
        ("threshold_optimizer", "ThresholdOptimizer"),
        hyperparameters.THRESHOLD_OPTIMIZER,
        "It needs the sensitive columns when it decides; near a threshold it draws lots.",
    ),
    "adversarial-mitigation": MethodInfo(
        "Adversarial mitigation",
        "decisions",
        "A network predicts the outcome while a second one must not tell the groups from its predictions.",
        "Zhang et al., AIES 2018; Fairlearn",
        ("adversarial_mitigation", "AdversarialMitigation"),
        hyperparameters.ADVERSARIAL_MITIGATION,
        "A target of more than two values is read as the positive one against the rest.",
    ),
}


def method_info(name: str) -> MethodInfo:
    """What is known of the system.

    Raises:
        ConfigError: There is none of that name.
    """
    if name not in METHODS:
        raise ConfigError(f"There is no method {name!r}; there are: {', '.join(METHODS)}.", field="method")
    return METHODS[name]


def method_settings(name: str, preset: str, changes: Mapping[str, Any]) -> Settings:
    """A preset's settings with some dials replaced.

    >>> method_settings("fldgm-dm", "fast", {"sampling_steps": 10}).sampling_steps
    10

    Raises:
        ConfigError: There is no such method or dial, or a value is out of its range.
    """
    base = method_info(name).presets[preset]
    unknown = sorted(set(changes) - set(type(base).model_fields))
    if unknown:
        raise ConfigError(
            f"{method_info(name).title} has no hyperparameter {unknown[0]!r}; it has: "
            f"{', '.join(type(base).model_fields)}.",
            field="hyperparameters",
        )
    try:
        return type(base).model_validate(base.model_dump() | dict(changes))
    except ValidationError as error:
        what = invalid(error, "hyperparameters").sentence
        raise ConfigError(f"{method_info(name).title}: {what}", field="hyperparameters") from error


def method(name: str, preset: str = "default", changes: Mapping[str, Any] | None = None) -> Method[Any]:
    """The system with a preset's settings, not fitted yet.

    Raises:
        ConfigError: As `method_settings`.
    """
    return method_info(name).build(method_settings(name, preset, changes or {}))
