"""Two sweeps: the student's lambda (the paper's supplement, Figure 1) and FairDisCo's beta (FairDisCo's paper)."""

from __future__ import annotations

from typing import cast

import torch
from torch import nn

from core.audit.records import Record
from core.benchmarks.comparators import CPU, FittedSystem
from core.benchmarks.scoring import SystemScorer, generation_record
from core.events import Listener, ignore
from core.synthesis.base import Observations
from core.synthesis.methods.catalog import METHODS
from core.synthesis.methods.fairdisco import FairDisCo
from core.synthesis.methods.settings import DistillationSettings, FairDisCoSettings
from core.synthesis.settings import SynthesisSettings, paper_weight
from models.losses import v_squared
from models.table import TableDecoder

LAMBDAS = (0.0, 0.1, 0.3, 2.0, 5.0, 10.0)
"""Values beside 1, the value of the system itself."""
BETAS = (1, 5, 6, 7, 8, 10)
"""Exponents of the authors' beta = 10^k; 7 is their default."""
EPOCH_DIVISOR = 3
"""The teachers of the beta sweep have a third of the epochs."""
LAMBDA, BETA = "L1-KL, λ = ", "FairDisCo, β = 10^"
MAX_ROWS = 4000


def lambda_name(value: float) -> str:
    """Return its name in the tables."""
    return f"{LAMBDA}{value:g}"


def beta_name(exponent: int) -> str:
    """Return its name in the tables."""
    return f"{BETA}{exponent}"


def with_lambda(preset: str, value: float) -> DistillationSettings:
    """Return the paper's student with another weight of the KL term."""
    base = cast("DistillationSettings", METHODS["distillation-l1"].presets[preset]).synthesis
    student = base.student.model_copy(update={"kl_weight": value})
    return DistillationSettings(synthesis=base.model_copy(update={"student": student}))


def with_beta(preset: str, exponent: int) -> FairDisCoSettings:
    """Return FairDisCo with another weight of V^2 and fewer epochs."""
    base: SynthesisSettings = cast("FairDisCoSettings", METHODS["fairdisco"].presets[preset]).synthesis
    weight = paper_weight(10.0**exponent, base.teacher.latent)
    full_optimisation = base.teacher.optimisation
    optimisation = full_optimisation.model_copy(update={"epochs": max(1, full_optimisation.epochs // EPOCH_DIVISOR)})
    teacher = base.teacher.model_copy(update={"independence_weight": weight, "optimisation": optimisation})
    return FairDisCoSettings(synthesis=base.model_copy(update={"teacher": teacher}))


def score_beta(
    scorer: SystemScorer, settings: FairDisCoSettings, seed: int, listener: Listener = ignore
) -> list[Record]:
    """Fit FairDisCo and score it: dependence and reconstruction on tested rows, and one evaluation."""
    synthesizer = FairDisCo(settings).fit(
        Observations(scorer.rows.train), scorer.rows.schema, seed=seed, device=CPU, listener=listener
    )
    system = FittedSystem(scorer, "fairdisco", synthesizer)
    dependence, reconstruction = tested_losses(synthesizer, scorer)
    return [
        generation_record("fairdisco", "v_squared", dependence),
        generation_record("fairdisco", "reconstruction", reconstruction),
        *system.adversary_records(),
        *system.latent_records(0, seed, len(scorer.rows.train)),
    ]


def tested_losses(synthesizer: FairDisCo, scorer: SystemScorer) -> tuple[float, float]:
    """Return V^2 times (4 pi)^(d/2) of the latents of 4,000 tested rows, and the mean ``-log p(x | z, s)`` in nats."""
    model = synthesizer.model
    rows = model.encoding.encode(scorer.rows.tested.iloc[:MAX_ROWS], scorer.rows.schema)
    codes, groups = torch.from_numpy(rows.codes), torch.from_numpy(rows.groups)
    decoder = cast("TableDecoder", model.networks["decoder"])
    encoder: nn.Module = model.networks["teacher"]
    with torch.no_grad():
        mean, log_variance = encoder(codes, groups)
        dependence = float(v_squared(mean, log_variance, groups, len(model.encoding.groups)))
        noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(0))
        latent = mean + (0.5 * log_variance).exp() * noise
        nats = float(decoder.reconstruction(decoder(latent, groups), codes).mean())
    return dependence, nats
