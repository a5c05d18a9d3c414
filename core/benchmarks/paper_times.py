"""Estimated training time of each system with its authors' settings: seconds per epoch times epochs.

Each system is fitted for one epoch and for three. Half the difference is the time of an epoch; the rest is fixed cost.
A teacher that students and generators of latents share is timed for one epoch, and its time is added to each of them.
"""

from __future__ import annotations

import time
from typing import Any

from core.audit.records import Record
from core.benchmarks.comparators import CPU
from core.benchmarks.scoring import SystemScorer, generation_record
from core.events import Event, Listener, ignore
from core.synthesis.base import ENCODERS, Observations
from core.synthesis.methods.catalog import METHODS
from core.synthesis.methods.fairdisco import FairDisCo, TeacherBased
from core.synthesis.methods.settings import FairDisCoSettings
from core.synthesis.settings import Settings

METRIC = "seconds_learning_paper"
FEW_EPOCHS, MORE_EPOCHS = 1, 3


def score_paper_times(scorer: SystemScorer, listener: Listener = ignore) -> list[Record]:
    """Return the training seconds with ``paper`` settings of each system that trains networks and generates rows."""
    base = METHODS["fairdisco"].presets["paper"]
    teacher, teacher_epoch_seconds = _timed_teacher(scorer, _with_epochs(base, FEW_EPOCHS))
    teacher_seconds = teacher_epoch_seconds * epochs_of(base, "teacher")
    records = [generation_record("fairdisco", METRIC, teacher_seconds)]
    names = [
        name
        for name, method_info in METHODS.items()
        if method_info.makes == "rows" and method_info.is_compared and name != "fairdisco"
    ]
    for done, name in enumerate(names):
        listener(Event("score", done, len(names), message=f"Timing {METHODS[name].title}."))
        settings = METHODS[name].presets["paper"]
        few_seconds, more_seconds = (
            _seconds(scorer, name, _with_epochs(settings, epochs), teacher) for epochs in (FEW_EPOCHS, MORE_EPOCHS)
        )
        epoch = max(more_seconds - few_seconds, 0.0) / (MORE_EPOCHS - FEW_EPOCHS)
        own_seconds = few_seconds + epoch * (epochs_of(settings) - FEW_EPOCHS)
        has_teacher = hasattr(settings, "teacher") or hasattr(settings, "synthesis")
        records.append(generation_record(name, METRIC, own_seconds + teacher_seconds * has_teacher))
    return records


def epochs_of(settings: Settings, network: str = "student") -> int:
    """Return the epochs of the system's own networks (student or generator), fairness epochs included."""
    nested = settings.model_dump()
    if "synthesis" in nested:
        return int(nested["synthesis"][network]["optimisation"]["epochs"])
    return int(nested["optimisation"]["epochs"]) + int(nested.get("fair_epochs", 0))


def _with_epochs(settings: Settings, epochs: int) -> Settings:
    """Return the settings with this number of epochs and no fairness epochs, which take as long as the others."""
    nested = settings.model_dump()
    networks = [nested.get("synthesis", {}).get(name) for name in ENCODERS]
    for part in [nested, *filter(None, networks)]:
        if "optimisation" in part:
            part["optimisation"] |= {"epochs": epochs, "min_steps": 0}
    if "fair_epochs" in nested:
        nested["fair_epochs"] = 0
    return type(settings).model_validate(nested)


def _timed_teacher(scorer: SystemScorer, settings: Any) -> tuple[FairDisCo, float]:
    synthesizer = FairDisCo(FairDisCoSettings.model_validate(settings.model_dump()))
    synthesizer.fit(Observations(scorer.rows.train), scorer.rows.schema, seed=0, device=CPU)
    return synthesizer, synthesizer.model.seconds["teacher"]


def _seconds(scorer: SystemScorer, name: str, settings: Settings, teacher: FairDisCo) -> float:
    synthesizer = METHODS[name].build(settings)
    started = time.perf_counter()
    if isinstance(synthesizer, TeacherBased):
        synthesizer.fit_from_teacher(teacher, seed=0)
    else:
        synthesizer.fit(Observations(scorer.rows.train), scorer.rows.schema, seed=0, device=CPU)
    return time.perf_counter() - started
