"""Every synthesizer by kind of data and name: its title, its product, its settings, what it takes, and its code.

A new method is one line in `METHODS`; a new kind of data is one line in `CATALOG`. Reading this needs no torch;
`MethodInfo.build` imports the one file that it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from core.errors import ConfigError, validation_problem
from core.location import PACKAGE
from core.synthesis import run_fields
from core.synthesis.base import LEARN, Condition, Makes
from core.synthesis.image.settings import IMAGE_PRESETS
from core.synthesis.methods import settings as hyperparameters
from core.synthesis.settings import PRESETS, Settings

if TYPE_CHECKING:
    from core.synthesis.base import Synthesizer

EVENHAND = "evenhand"
HERE = __name__.rpartition(".")[0]
TABLE, IMAGE = "table", "image"
TRAINED = ("teacher", "student")


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
        stages: Stages of its training, as in its events, in their order.
        takes: Fields of a run that set its hyperparameters; a method without any has hyperparameters of its own.
        accepts: Conditions that its samples can meet.
        intermediates: Networks whose rows are kept beside the product.
    """

    title: str
    makes: Makes
    about: str
    source: str
    place: tuple[str, str]
    presets: Mapping[str, Settings] = field(repr=False)
    limits: str = ""
    stages: tuple[str, ...] = (LEARN,)
    takes: Mapping[str, run_fields.RunField] = field(default_factory=dict, repr=False)
    accepts: frozenset[Condition] = frozenset()
    intermediates: tuple[str, ...] = ()

    def build(self, settings: Settings) -> Synthesizer[Any]:
        """The system with these settings, not fitted yet."""
        module, kind = self.place
        made: Synthesizer[Any] = getattr(import_module(module), kind)(settings)
        return made


def _distilled(title: str, words: str, quality: Any) -> MethodInfo:
    return MethodInfo(
        title,
        "rows",
        f"A small student learns the fair latent of a teacher; their latents are held together by {words}. "
        "Outcomes are those of the train rows.",
        "Sikder et al., the paper that Evenhand implements",
        (f"{HERE}.distillation", "FairDistillation"),
        hyperparameters.distillation(quality),
        stages=TRAINED,
    )


METHODS: dict[str, MethodInfo] = {
    EVENHAND: MethodInfo(
        "Evenhand",
        "rows",
        "Teacher, student and the fair label channel, which makes outcomes that fair classifiers can be learned from.",
        "Evenhand, after Sikder et al.",
        (f"{HERE}.evenhand", "TableSynthesizer"),
        PRESETS,
        "The label channel needs an outcome of two values.",
        stages=(*TRAINED, "labels"),
        takes=run_fields.TABLE,
        accepts=frozenset({"proportions", "repair_level"}),
        intermediates=TRAINED,
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
        (f"{HERE}.fairdisco", "FairDisCo"),
        hyperparameters.FAIRDISCO,
        stages=("teacher",),
    ),
    "fldgm-lsgan": MethodInfo(
        "FLDGM (LSGAN)",
        "rows",
        "A GAN makes new latents of a fair teacher, which are decoded into rows; least-squares loss.",
        "Ramachandranpillai et al., ECAI 2023",
        (f"{HERE}.fldgm", "LatentGan"),
        hyperparameters.latent_gan("lsgan"),
        stages=("teacher", "labels", LEARN),
    ),
    "fldgm-wgan": MethodInfo(
        "FLDGM (WGAN-GP)",
        "rows",
        "A GAN makes new latents of a fair teacher, which are decoded into rows; Wasserstein loss.",
        "Ramachandranpillai et al., ECAI 2023",
        (f"{HERE}.fldgm", "LatentGan"),
        hyperparameters.latent_gan("wgan_gp"),
        stages=("teacher", "labels", LEARN),
    ),
    "fldgm-dm": MethodInfo(
        "FLDGM (DM)",
        "rows",
        "A diffusion model makes new latents of a fair teacher, which are decoded into rows.",
        "Ramachandranpillai et al., ECAI 2023",
        (f"{HERE}.fldgm", "LatentDiffusion"),
        hyperparameters.LATENT_DIFFUSION,
        stages=("teacher", "labels", LEARN),
    ),
    "tabfairgan": MethodInfo(
        "TabFairGAN",
        "rows",
        "A GAN of whole rows that is trained on until all groups have the same rate of the positive outcome.",
        "Rajabi and Garibay 2022",
        (f"{HERE}.tabfairgan", "TabFairGan"),
        hyperparameters.TABFAIRGAN,
        "It needs an outcome of two values.",
    ),
    "decaf": MethodInfo(
        "DECAF",
        "rows",
        "A GAN makes each column from its causes; when rows are drawn, the outcome does not see those that are cut.",
        "van Breugel et al., NeurIPS 2021",
        (f"{HERE}.decaf", "Decaf"),
        hyperparameters.DECAF,
        "It is as fair as its causal graph is right; a graph that is discovered needs the library pgmpy.",
    ),
    "correlation-remover": MethodInfo(
        "Correlation Remover",
        "representation",
        "Takes from each feature what a linear regression on the groups can say of it.",
        "Fairlearn",
        (f"{HERE}.correlation_remover", "CorrelationRemover"),
        hyperparameters.CORRELATION_REMOVER,
        "What it removes is linear dependence only: a forest can still tell the groups from what is left.",
    ),
    "lfr": MethodInfo(
        "Learning fair representations",
        "representation",
        "Describes each row by how near it lies to a few prototypes, of which each group has the same mean share.",
        "Zemel et al., ICML 2013; Fairlearn",
        (f"{HERE}.lfr", "PrototypeLearner"),
        hyperparameters.PROTOTYPES,
        "A target of more than two values is read as the positive one against the rest.",
    ),
    "threshold-optimizer": MethodInfo(
        "Threshold Optimizer",
        "decisions",
        "A downstream classifier whose probabilities are cut at thresholds of each group's own.",
        "Hardt et al., NeurIPS 2016; Fairlearn",
        (f"{HERE}.threshold_optimizer", "ThresholdOptimizer"),
        hyperparameters.THRESHOLD_OPTIMIZER,
        "It needs the sensitive columns when it decides; near a threshold it draws lots.",
    ),
    "adversarial-mitigation": MethodInfo(
        "Adversarial mitigation",
        "decisions",
        "A network predicts the outcome while a second one must not tell the groups from its predictions.",
        "Zhang et al., AIES 2018; Fairlearn",
        (f"{HERE}.adversarial_mitigation", "AdversarialMitigation"),
        hyperparameters.ADVERSARIAL_MITIGATION,
        "A target of more than two values is read as the positive one against the rest.",
    ),
}


IMAGE_METHODS: dict[str, MethodInfo] = {
    EVENHAND: MethodInfo(
        "Evenhand",
        "rows",
        "Teacher and student learn images without what is sensitive; groups are drawn independently of the outcome.",
        "Evenhand, after Sikder et al.",
        (f"{PACKAGE}.synthesis.image.synthesizer", "ImageSynthesizer"),
        IMAGE_PRESETS,
        stages=TRAINED,
        takes=run_fields.SHARED,
        accepts=frozenset({"proportions", "target"}),
        intermediates=TRAINED,
    ),
}
CATALOG: dict[str, dict[str, MethodInfo]] = {TABLE: METHODS, IMAGE: IMAGE_METHODS}
"""By kind of data (`core.data.schema.Schema.data_kind`): the methods that can learn it."""


def method_info(name: str, kind: str = TABLE) -> MethodInfo:
    """What is known of the system for this kind of data.

    Raises:
        ConfigError: There is none of that name, or it cannot learn this kind of data.
    """
    known = methods_for(kind)
    if name in known:
        return known[name]
    others = {other: one[name] for other, one in CATALOG.items() if name in one}
    if others:
        titles = {one.title for one in others.values()}
        raise ConfigError(
            f"{', '.join(titles)} is made for {' or '.join(f'{other}s' for other in others)}, and these are {kind}s; "
            f"choose another method: {', '.join(known)}.",
            field="method",
        )
    raise _unknown(name)


def methods_for(kind: str) -> dict[str, MethodInfo]:
    """The methods that can learn this kind of data, by name; none if there is no such kind."""
    return CATALOG.get(kind, {})


def implementations(name: str) -> dict[str, MethodInfo]:
    """The method of this name by kind of data.

    Raises:
        ConfigError: There is none.
    """
    found = {kind: known[name] for kind, known in CATALOG.items() if name in known}
    if not found:
        raise _unknown(name)
    return found


def _unknown(name: str) -> ConfigError:
    return ConfigError(f"There is no method {name!r}; there are: {', '.join(METHODS)}.", field="method")


def method_settings(name: str, preset: str, changes: Mapping[str, Any]) -> Settings:
    """A preset's settings, for tables, with some hyperparameters replaced.

    >>> method_settings("fldgm-dm", "fast", {"sampling_steps": 10}).sampling_steps
    10

    Raises:
        ConfigError: There is no such method or hyperparameter, or a value is out of its range.
    """
    return changed_settings(method_info(name), preset, changes)


def changed_settings(info: MethodInfo, preset: str, changes: Mapping[str, Any]) -> Settings:
    """The same for one kind of data."""
    base = info.presets[preset]
    unknown = sorted(set(changes) - set(type(base).model_fields))
    if unknown:
        raise ConfigError(
            f"{info.title} has no hyperparameter {unknown[0]!r}; it has: {', '.join(type(base).model_fields)}.",
            field="hyperparameters",
        )
    try:
        return type(base).model_validate(base.model_dump() | dict(changes))
    except ValidationError as error:
        what = validation_problem(error, "hyperparameters").sentence
        raise ConfigError(f"{info.title}: {what}", field="hyperparameters") from error


def method(name: str, preset: str = "default", changes: Mapping[str, Any] | None = None) -> Synthesizer[Any]:
    """The system for tables with a preset's settings, not fitted yet.

    Raises:
        ConfigError: As `method_settings`.
    """
    return method_info(name).build(method_settings(name, preset, changes or {}))
