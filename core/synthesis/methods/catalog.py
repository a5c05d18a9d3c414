"""Every compared system by name: what it is called, what it makes, its settings, and where its code is.

Reading this needs no torch; `method` imports the one file that it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from core.data.schema import one_sentence
from core.errors import ConfigError
from core.synthesis.methods import settings as dials
from core.synthesis.settings import Settings

if TYPE_CHECKING:
    from core.synthesis.methods.base import Method

Makes = Literal["rows", "representation", "decisions"]
OWN = "evenhand"
HERE = "core.synthesis.methods"


@dataclass(frozen=True)
class Card:
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


def _distilled(title: str, words: str, quality: Any) -> Card:
    return Card(
        title,
        "rows",
        f"A small student learns the fair latent of a teacher; their latents are held together by {words}. "
        "Outcomes are those of the train rows.",
        "Sikder et al., the paper that Evenhand implements",
        ("distillation", "FairDistillation"),
        dials.distillation(quality),
    )


CARDS: dict[str, Card] = {
    OWN: Card(
        "Evenhand",
        "rows",
        "Teacher, student and the fair label channel, which makes outcomes that fair classifiers can be learned from.",
        "Evenhand, after Sikder et al.",
        ("distillation", "FairDistillation"),
        dials.EVENHAND,
        "The label channel needs an outcome of two values.",
    ),
    "distillation-l1": _distilled("Fair distillation, L1-KL", "absolute differences", "l1"),
    "distillation-huber": _distilled("Fair distillation, Huber-KL", "the Huber loss", "huber"),
    "distillation-mse": _distilled("Fair distillation, MSE-KL", "squared differences", "mse"),
    "distillation-md": _distilled("Fair distillation, MD-KL", "the difference of their means", "md"),
    "fairdisco": Card(
        "FairDisCo",
        "rows",
        "A variational autoencoder whose latent is made independent of the groups: the teacher alone.",
        "Liu et al., KDD 2022",
        ("fairdisco", "FairDisCo"),
        dials.FAIRDISCO,
    ),
    "fldgm-lsgan": Card(
        "FLDGM (LSGAN)",
        "rows",
        "A GAN makes new latents of a fair teacher, which are decoded into rows; least-squares loss.",
        "Ramachandranpillai et al., ECAI 2023",
        ("fldgm", "LatentGan"),
        dials.latent_gan("lsgan"),
    ),
    "fldgm-wgan": Card(
        "FLDGM (WGAN-GP)",
        "rows",
        "A GAN makes new latents of a fair teacher, which are decoded into rows; Wasserstein loss.",
        "Ramachandranpillai et al., ECAI 2023",
        ("fldgm", "LatentGan"),
        dials.latent_gan("wgan_gp"),
    ),
    "fldgm-dm": Card(
        "FLDGM (DM)",
        "rows",
        "A diffusion model makes new latents of a fair teacher, which are decoded into rows.",
        "Ramachandranpillai et al., ECAI 2023",
        ("fldgm", "LatentDiffusion"),
        dials.LATENT_DIFFUSION,
    ),
    "tabfairgan": Card(
        "TabFairGAN",
        "rows",
        "A GAN of whole rows that is trained on until all groups have the same rate of the positive outcome.",
        "Rajabi and Garibay 2022",
        ("tabfairgan", "TabFairGan"),
        dials.TABFAIRGAN,
        "It needs an outcome of two values.",
    ),
    "decaf": Card(
        "DECAF",
        "rows",
        "A GAN makes each column from its causes; when rows are drawn, the outcome does not see those that are cut.",
        "van Breugel et al., NeurIPS 2021",
        ("decaf", "Decaf"),
        dials.DECAF,
        "It is as fair as its causal graph is right; a graph that is discovered needs the library pgmpy.",
    ),
    "correlation-remover": Card(
        "Correlation Remover",
        "representation",
        "Takes from each feature what a linear regression on the groups can say of it.",
        "Fairlearn",
        ("correlation_remover", "CorrelationRemover"),
        dials.CORRELATION_REMOVER,
        "What it removes is linear dependence only: a forest can still tell the groups from what is left.",
    ),
    "lfr": Card(
        "Learning fair representations",
        "representation",
        "Describes each row by how near it lies to a few prototypes, of which each group has the same mean share.",
        "Zemel et al., ICML 2013; Fairlearn",
        ("lfr", "PrototypeLearner"),
        dials.PROTOTYPES,
        "A target of more than two values is read as the positive one against the rest.",
    ),
    "threshold-optimizer": Card(
        "Threshold Optimizer",
        "decisions",
        "A random forest whose probabilities are cut at thresholds of each group's own.",
        "Hardt et al., NeurIPS 2016; Fairlearn",
        ("threshold_optimizer", "ThresholdOptimizer"),
        dials.THRESHOLD_OPTIMIZER,
        "It needs the sensitive columns when it decides; near a threshold it draws lots.",
    ),
    "adversarial-mitigation": Card(
        "Adversarial mitigation",
        "decisions",
        "A network predicts the outcome while a second one must not tell the groups from its predictions.",
        "Zhang et al., AIES 2018; Fairlearn",
        ("adversarial_mitigation", "AdversarialMitigation"),
        dials.ADVERSARIAL_MITIGATION,
        "A target of more than two values is read as the positive one against the rest.",
    ),
}


def card(name: str) -> Card:
    """What is known of the system.

    Raises:
        ConfigError: There is none of that name.
    """
    if name not in CARDS:
        raise ConfigError(f"There is no method {name!r}; there are: {', '.join(CARDS)}.")
    return CARDS[name]


def method_settings(name: str, preset: str, changes: Mapping[str, Any]) -> Settings:
    """A preset's settings with some dials replaced.

    >>> method_settings("fldgm-dm", "fast", {"sampling_steps": 10}).sampling_steps
    10

    Raises:
        ConfigError: There is no such method or dial, or a value is out of its range.
    """
    base = card(name).presets[preset]
    unknown = sorted(set(changes) - set(type(base).model_fields))
    if unknown:
        raise ConfigError(
            f"{card(name).title} has no dial {unknown[0]!r}; it has: {', '.join(type(base).model_fields)}. {_see(name)}"
        )
    try:
        return type(base).model_validate(base.model_dump() | dict(changes))
    except ValidationError as error:
        raise ConfigError(f"{card(name).title}: {one_sentence(error)} {_see(name)}") from error


def _see(name: str) -> str:
    return f"What its dials mean and their values: evenhand methods {name}."


def method(name: str, preset: str = "default", changes: Mapping[str, Any] | None = None) -> Method[Any]:
    """The system with a preset's settings, not fitted yet.

    Raises:
        ConfigError: As `method_settings`.
    """
    return card(name).build(method_settings(name, preset, changes or {}))
