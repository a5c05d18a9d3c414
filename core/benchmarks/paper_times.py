"""How long each system would learn with its authors' settings here: seconds of an epoch, times the epochs.

Nobody waits for a thousand epochs to learn how long they take. Each system is fitted for one epoch and for three; half
the difference is an epoch, the rest what comes once. A teacher that students and generators of latents share is timed
for one epoch, and counts for each of them.
"""

from __future__ import annotations

import time
from typing import Any

from core.audit.records import Record
from core.benchmarks.comparators import CPU
from core.benchmarks.scoring import SystemScorer, made_record
from core.events import Event, Listener, ignore
from core.synthesis.base import Observations
from core.synthesis.methods.catalog import METHODS
from core.synthesis.methods.fairdisco import FairDisCo, TeacherBased
from core.synthesis.methods.settings import FairDisCoSettings
from core.synthesis.settings import Settings

METRIC = "seconds_learning_paper"
FEW, MORE = 1, 3
NETWORKS = ("teacher", "student")


def score_paper_times(scorer: SystemScorer, listener: Listener = ignore) -> list[Record]:
    """One record a system that trains networks and makes rows: seconds of learning with its ``paper`` settings."""
    base = METHODS["fairdisco"].presets["paper"]
    teacher, once = _timed_teacher(scorer, _with_epochs(base, FEW))
    whole = once * epochs_of(base, "teacher")
    found = [made_record("fairdisco", METRIC, whole)]
    names = [
        name
        for name, method_info in METHODS.items()
        if method_info.makes == "rows" and not method_info.takes and name != "fairdisco"
    ]
    for done, name in enumerate(names):
        listener(Event("score", done, len(names), message=f"Timing {METHODS[name].title}."))
        settings = METHODS[name].presets["paper"]
        few, more = (_seconds(scorer, name, _with_epochs(settings, epochs), teacher) for epochs in (FEW, MORE))
        epoch = max(more - few, 0.0) / (MORE - FEW)
        own = few + epoch * (epochs_of(settings) - FEW)
        taught = hasattr(settings, "teacher") or hasattr(settings, "synthesis")
        found.append(made_record(name, METRIC, own + whole * taught))
    return found


def epochs_of(settings: Settings, network: str = "student") -> int:
    """Epochs of what a system itself trains: of a student, of a generator, fairness epochs included."""
    inside = settings.model_dump()
    if "synthesis" in inside:
        return int(inside["synthesis"][network]["optimisation"]["epochs"])
    return int(inside["optimisation"]["epochs"]) + int(inside.get("fair_epochs", 0))


def _with_epochs(settings: Settings, epochs: int) -> Settings:
    """The same for so many epochs, fairness epochs left out: they take as long as the others."""
    inside = settings.model_dump()
    networks = [inside.get("synthesis", {}).get(name) for name in NETWORKS]
    for one in [inside, *filter(None, networks)]:
        if "optimisation" in one:
            one["optimisation"] |= {"epochs": epochs, "min_steps": 0}
    if "fair_epochs" in inside:
        inside["fair_epochs"] = 0
    return type(settings).model_validate(inside)


def _timed_teacher(scorer: SystemScorer, settings: Any) -> tuple[FairDisCo, float]:
    made = FairDisCo(FairDisCoSettings.model_validate(settings.model_dump()))
    made.fit(Observations(scorer.rows.train), scorer.rows.schema, seed=0, device=CPU)
    return made, made.model.seconds["teacher"]


def _seconds(scorer: SystemScorer, name: str, settings: Settings, teacher: FairDisCo) -> float:
    made = METHODS[name].build(settings)
    started = time.perf_counter()
    if isinstance(made, TeacherBased):
        made.fit_from_teacher(teacher, seed=0)
    else:
        made.fit(Observations(scorer.rows.train), scorer.rows.schema, seed=0, device=CPU)
    return time.perf_counter() - started
