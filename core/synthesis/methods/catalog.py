"""The catalogue of all synthesizers by kind of data and name: title, product, settings and class.

A new method is one entry in `METHODS`; a new kind of data is one entry in `CATALOG`. This module does not import torch;
`MethodInfo.build` imports the module of the method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from core.errors import ConfigError
from core.location import PACKAGE
from core.synthesis import run_fields
from core.synthesis.base import ENCODERS, LEARN, Condition, Product
from core.synthesis.image.settings import IMAGE_PRESETS
from core.synthesis.methods import settings as hyperparameters
from core.synthesis.settings import PRESETS, Settings
from core.validation import validation_problem

if TYPE_CHECKING:
    from core.synthesis.base import Synthesizer

EVENHAND = "evenhand"
METHODS_PACKAGE = __name__.rpartition(".")[0]
TABLE, IMAGE = "table", "image"


@dataclass(frozen=True)
class MethodInfo:
    """Information on a method that needs no fit.

    Args:
        title: Display name.
        makes: Its product: rows, a representation of rows, or decisions.
        about: One sentence for non-experts that says what the method does.
        source: Authors and year of publication.
        location: Module and class.
        presets: Settings by name: ``paper``, ``default``, ``fast``.
        limits: Its limitation as a sentence; empty if there is none.
        stages: Training stages in order, named as in the events.
        takes: Run fields that set its hyperparameters. A method without any has its own hyperparameters.
        accepts: Conditions that its samples can meet.
        intermediates: Networks whose rows are saved beside the product.
    """

    title: str
    makes: Product
    about: str
    source: str
    location: tuple[str, str]
    presets: Mapping[str, Settings] = field(repr=False)
    limits: str = ""
    stages: tuple[str, ...] = (LEARN,)
    takes: Mapping[str, run_fields.RunField] = field(default_factory=dict, repr=False)
    accepts: frozenset[Condition] = frozenset()
    intermediates: tuple[str, ...] = ()

    def build(self, settings: Settings) -> Synthesizer[Any]:
        """Return the synthesizer with these settings, not fitted yet."""
        module, kind = self.location
        synthesizer: Synthesizer[Any] = getattr(import_module(module), kind)(settings)
        return synthesizer


def _distillation_info(title: str, loss_name: str, quality: Any) -> MethodInfo:
    return MethodInfo(
        title,
        "rows",
        f"A small student learns the latent of a FairDisCo teacher; the loss between their latents is {loss_name}. "
        "The outcomes are those of the train rows.",
        "Sikder et al., the paper that Evenhand implements",
        (f"{METHODS_PACKAGE}.distillation", "FairDistillation"),
        hyperparameters.distillation(quality),
        stages=ENCODERS,
    )


METHODS: dict[str, MethodInfo] = {
    EVENHAND: MethodInfo(
        "Evenhand",
        "rows",
        "A teacher, a student, and label repair, which makes outcomes fair for the classifiers trained on them.",
        "Evenhand, after Sikder et al.",
        (f"{METHODS_PACKAGE}.evenhand", "TableSynthesizer"),
        PRESETS,
        "The label channel needs an outcome of two values.",
        stages=(*ENCODERS, "labels"),
        takes=run_fields.TABLE,
        accepts=frozenset({"proportions", "repair_level"}),
        intermediates=ENCODERS,
    ),
    "distillation-l1": _distillation_info("Fair distillation, L1-KL", "the absolute difference", "l1"),
    "distillation-huber": _distillation_info("Fair distillation, Huber-KL", "the Huber loss", "huber"),
    "distillation-mse": _distillation_info("Fair distillation, MSE-KL", "the squared difference", "mse"),
    "distillation-md": _distillation_info("Fair distillation, MD-KL", "the difference of their means", "md"),
    "fairdisco": MethodInfo(
        "FairDisCo",
        "rows",
        "A variational autoencoder with a penalty on the dependence of its latent on the groups: the teacher alone.",
        "Liu et al., KDD 2022",
        (f"{METHODS_PACKAGE}.fairdisco", "FairDisCo"),
        hyperparameters.FAIRDISCO,
        stages=("teacher",),
    ),
    "fldgm-lsgan": MethodInfo(
        "FLDGM (LSGAN)",
        "rows",
        "A GAN with the least-squares loss generates latents of a FairDisCo teacher, which decodes them into rows.",
        "Ramachandranpillai et al., ECAI 2023",
        (f"{METHODS_PACKAGE}.fldgm", "LatentGan"),
        hyperparameters.latent_gan("lsgan"),
        stages=("teacher", "labels", LEARN),
    ),
    "fldgm-wgan": MethodInfo(
        "FLDGM (WGAN-GP)",
        "rows",
        "A GAN with the Wasserstein loss generates latents of a FairDisCo teacher, which decodes them into rows.",
        "Ramachandranpillai et al., ECAI 2023",
        (f"{METHODS_PACKAGE}.fldgm", "LatentGan"),
        hyperparameters.latent_gan("wgan_gp"),
        stages=("teacher", "labels", LEARN),
    ),
    "fldgm-dm": MethodInfo(
        "FLDGM (DM)",
        "rows",
        "A diffusion model generates latents of a FairDisCo teacher, which decodes them into rows.",
        "Ramachandranpillai et al., ECAI 2023",
        (f"{METHODS_PACKAGE}.fldgm", "LatentDiffusion"),
        hyperparameters.LATENT_DIFFUSION,
        stages=("teacher", "labels", LEARN),
    ),
    "tabfairgan": MethodInfo(
        "TabFairGAN",
        "rows",
        "A GAN of whole rows with a second training phase that equalises the positive rates of the groups.",
        "Rajabi and Garibay 2022",
        (f"{METHODS_PACKAGE}.tabfairgan", "TabFairGan"),
        hyperparameters.TABFAIRGAN,
        "It needs an outcome of two values.",
    ),
    "decaf": MethodInfo(
        "DECAF",
        "rows",
        "A GAN generates each column from its causes. For sampling, chosen edges into the outcome are cut.",
        "van Breugel et al., NeurIPS 2021",
        (f"{METHODS_PACKAGE}.decaf", "Decaf"),
        hyperparameters.DECAF,
        "It is only as fair as its causal graph is correct. Discovering the graph needs the library pgmpy.",
    ),
    "correlation-remover": MethodInfo(
        "Correlation Remover",
        "representation",
        "Removes from each feature what a linear regression on the groups predicts.",
        "Fairlearn",
        (f"{METHODS_PACKAGE}.correlation_remover", "CorrelationRemover"),
        hyperparameters.CORRELATION_REMOVER,
        "It removes linear dependence only: a forest can still predict the groups from the result.",
    ),
    "lfr": MethodInfo(
        "Learning fair representations",
        "representation",
        "Describes each row by its distances to a few prototypes, such that all groups have the same mean memberships.",
        "Zemel et al., ICML 2013; Fairlearn",
        (f"{METHODS_PACKAGE}.lfr", "PrototypeLearner"),
        hyperparameters.PROTOTYPES,
        "A target of more than two values becomes the positive value against the rest.",
    ),
    "threshold-optimizer": MethodInfo(
        "Threshold Optimizer",
        "decisions",
        "A downstream classifier with a separate decision threshold for each group.",
        "Hardt et al., NeurIPS 2016; Fairlearn",
        (f"{METHODS_PACKAGE}.threshold_optimizer", "ThresholdOptimizer"),
        hyperparameters.THRESHOLD_OPTIMIZER,
        "Decisions need the sensitive columns, and are random near a threshold.",
    ),
    "adversarial-mitigation": MethodInfo(
        "Adversarial mitigation",
        "decisions",
        "A network predicts the outcome while a second one must not tell the groups from its predictions.",
        "Zhang et al., AIES 2018; Fairlearn",
        (f"{METHODS_PACKAGE}.adversarial_mitigation", "AdversarialMitigation"),
        hyperparameters.ADVERSARIAL_MITIGATION,
        "A target of more than two values becomes the positive value against the rest.",
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
        stages=ENCODERS,
        takes=run_fields.SHARED,
        accepts=frozenset({"proportions", "target"}),
        intermediates=ENCODERS,
    ),
}
CATALOG: dict[str, dict[str, MethodInfo]] = {TABLE: METHODS, IMAGE: IMAGE_METHODS}
"""The methods by kind of data (`core.data.schema.Schema.data_kind`)."""


def method_info(name: str, kind: str = TABLE) -> MethodInfo:
    """Return the information on the method for this kind of data.

    Raises:
        ConfigError: There is no method of this name, or it does not support this kind of data.
    """
    methods = methods_for(kind)
    if name in methods:
        return methods[name]
    elsewhere = {other: infos[name] for other, infos in CATALOG.items() if name in infos}
    if elsewhere:
        titles = {info.title for info in elsewhere.values()}
        raise ConfigError(
            f"{', '.join(titles)} supports {' or '.join(f'{other}s' for other in elsewhere)}, and these are {kind}s; "
            f"choose another method: {', '.join(methods)}.",
            field="method",
        )
    raise _unknown(name)


def methods_for(kind: str) -> dict[str, MethodInfo]:
    """Return the methods for this kind of data by name; none if there is no such kind."""
    return CATALOG.get(kind, {})


def method_names() -> list[str]:
    """Return the names of the methods for any kind of data, each once, in the order of the catalogue."""
    return list(dict.fromkeys(name for methods in CATALOG.values() for name in methods))


def implementations(name: str) -> dict[str, MethodInfo]:
    """Return the method of this name by kind of data.

    Raises:
        ConfigError: There is no method of this name.
    """
    by_kind = {kind: methods[name] for kind, methods in CATALOG.items() if name in methods}
    if not by_kind:
        raise _unknown(name)
    return by_kind


def _unknown(name: str) -> ConfigError:
    return ConfigError(f"There is no method {name!r}; the methods are: {', '.join(method_names())}.", field="method")


def method_settings(name: str, preset: str, changes: Mapping[str, Any]) -> Settings:
    """Return a preset of a table method with some hyperparameters replaced.

    >>> method_settings("fldgm-dm", "fast", {"sampling_steps": 10}).sampling_steps
    10

    Raises:
        ConfigError: There is no such method or hyperparameter, or a value is out of range.
    """
    return changed_settings(method_info(name), preset, changes)


def changed_settings(info: MethodInfo, preset: str, changes: Mapping[str, Any]) -> Settings:
    """Return a preset of this method with some hyperparameters replaced; see `method_settings`."""
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
        sentence = validation_problem(error, "hyperparameters").sentence
        raise ConfigError(f"{info.title}: {sentence}", field="hyperparameters") from error


def method(name: str, preset: str = "default", changes: Mapping[str, Any] | None = None) -> Synthesizer[Any]:
    """Return a table method with the settings of a preset, not fitted yet.

    Raises:
        ConfigError: See `method_settings`.
    """
    return method_info(name).build(method_settings(name, preset, changes or {}))
