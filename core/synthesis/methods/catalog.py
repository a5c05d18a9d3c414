"""The synthesizers of tables: title, product, settings and class of each. A new one is one entry in `METHODS`.

This module does not import torch.
"""

from __future__ import annotations

from typing import Any

from core.synthesis import run_fields
from core.synthesis.base import ENCODERS, LEARN
from core.synthesis.methods import settings as hyperparameters
from core.synthesis.methods.method_info import EVENHAND, MethodInfo
from core.synthesis.settings import PRESETS

METHODS_PACKAGE = __name__.rpartition(".")[0]


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
        in_words=f"Rows of a small network (loss: {loss_name})",
        use="To reproduce the published method with this loss, without outcome repair.",
    )


METHODS: dict[str, MethodInfo] = {
    EVENHAND: MethodInfo(
        "Evenhand",
        "rows",
        "A teacher, a student, and label repair, which makes outcomes fair for the classifiers trained on them.",
        "Evenhand, after Sikder et al.",
        (f"{METHODS_PACKAGE}.evenhand", "TableSynthesizer"),
        PRESETS,
        "Of an outcome of several classes, calibration sees the positive class against the rest.",
        stages=(*ENCODERS, "labels"),
        takes=run_fields.TABLE,
        in_words="Fair rows with repaired outcomes",
        use="The one to begin with: it alone can aim at a parity ratio, and it counts the outcomes that it alters.",
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
        in_words="Rows of one large network",
        use="To see what the small network of the methods above gives away.",
    ),
    "fldgm-lsgan": MethodInfo(
        "FLDGM (LSGAN)",
        "rows",
        "A GAN with the least-squares loss generates latents of a FairDisCo teacher, which decodes them into rows.",
        "Ramachandranpillai et al., ECAI 2023",
        (f"{METHODS_PACKAGE}.fldgm", "LatentGan"),
        hyperparameters.latent_gan("lsgan"),
        stages=("teacher", "labels", LEARN),
        in_words="Rows invented by two competing networks",
        use="To compare with a generative network in place of the small one.",
    ),
    "fldgm-wgan": MethodInfo(
        "FLDGM (WGAN-GP)",
        "rows",
        "A GAN with the Wasserstein loss generates latents of a FairDisCo teacher, which decodes them into rows.",
        "Ramachandranpillai et al., ECAI 2023",
        (f"{METHODS_PACKAGE}.fldgm", "LatentGan"),
        hyperparameters.latent_gan("wgan_gp"),
        stages=("teacher", "labels", LEARN),
        in_words="Rows invented by two competing networks, steadier loss",
        use="As the one before, where its training does not settle.",
    ),
    "fldgm-dm": MethodInfo(
        "FLDGM (DM)",
        "rows",
        "A diffusion model generates latents of a FairDisCo teacher, which decodes them into rows.",
        "Ramachandranpillai et al., ECAI 2023",
        (f"{METHODS_PACKAGE}.fldgm", "LatentDiffusion"),
        hyperparameters.LATENT_DIFFUSION,
        stages=("teacher", "labels", LEARN),
        in_words="Rows drawn out of noise",
        use="To compare with a diffusion model in place of the small network.",
    ),
    "tabfairgan": MethodInfo(
        "TabFairGAN",
        "rows",
        "A GAN of whole rows with a second training phase that equalises the positive rates of the groups.",
        "Rajabi and Garibay 2022",
        (f"{METHODS_PACKAGE}.tabfairgan", "TabFairGan"),
        hyperparameters.TABFAIRGAN,
        "It needs an outcome of two values.",
        in_words="Rows with equal rates, pressed for in training",
        use="To compare with a method that trades likeness for equal rates while it learns.",
    ),
    "decaf": MethodInfo(
        "DECAF",
        "rows",
        "A GAN generates each column from its causes. For sampling, chosen edges into the outcome are cut.",
        "van Breugel et al., NeurIPS 2021",
        (f"{METHODS_PACKAGE}.decaf", "Decaf"),
        hyperparameters.DECAF,
        "It is only as fair as its causal graph is correct. Discovering the graph needs the library pgmpy.",
        in_words="Rows with unfair causes cut",
        use="If you know which columns cause which, and which causes of the outcome are unfair.",
    ),
    "correlation-remover": MethodInfo(
        "Correlation Remover",
        "representation",
        "Removes from each feature what a linear regression on the groups predicts.",
        "Fairlearn",
        (f"{METHODS_PACKAGE}.correlation_remover", "CorrelationRemover"),
        hyperparameters.CORRELATION_REMOVER,
        "It removes linear dependence only: a forest can still predict the groups from the result.",
        in_words="Columns without linear traces of the group",
        use="As a quick first comparison, for linear models.",
    ),
    "lfr": MethodInfo(
        "Learning fair representations",
        "representation",
        "Describes each row by its distances to a few prototypes, such that all groups have the same mean memberships.",
        "Zemel et al., ICML 2013; Fairlearn",
        (f"{METHODS_PACKAGE}.lfr", "PrototypeLearner"),
        hyperparameters.PROTOTYPES,
        "A target of more than two values becomes the positive value against the rest.",
        in_words="Each row by its likeness to a few typical rows",
        use="If a model may learn from numbers in place of columns, and no rows are to be shared.",
    ),
    "threshold-optimizer": MethodInfo(
        "Threshold Optimizer",
        "decisions",
        "A downstream classifier with a separate decision threshold for each group.",
        "Hardt et al., NeurIPS 2016; Fairlearn",
        (f"{METHODS_PACKAGE}.threshold_optimizer", "ThresholdOptimizer"),
        hyperparameters.THRESHOLD_OPTIMIZER,
        "Decisions need the sensitive columns, and are random near a threshold.",
        in_words="A threshold for each group",
        use="If decisions may look at the group: it shows what thresholds alone reach.",
    ),
    "adversarial-mitigation": MethodInfo(
        "Adversarial mitigation",
        "decisions",
        "A network predicts the outcome while a second one must not tell the groups from its predictions.",
        "Zhang et al., AIES 2018; Fairlearn",
        (f"{METHODS_PACKAGE}.adversarial_mitigation", "AdversarialMitigation"),
        hyperparameters.ADVERSARIAL_MITIGATION,
        "A target of more than two values becomes the positive value against the rest.",
        in_words="Decisions that do not give the group away",
        use="If you need a classifier and no data.",
    ),
}
