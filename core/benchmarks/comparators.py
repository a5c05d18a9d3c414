"""Scores a compared system: one fit per generator seed, then several evaluations with different seeds.

An evaluation generates new rows (if the system generates rows) and trains new classifiers. The number of the evaluation
is the classifier seed in the records. Systems that generate no rows are evaluated with new classifiers only.

A and D are the audit's protocols. C trains the forest on the system's representation of real train rows, or, for
generators of latents, on new latents with their own outcomes. It tests on the representation of the tested rows.
`boosted` is the protocol of the paper's FairX rows, as far as it is known: gradient boosting (XGBoost in FairX,
scikit-learn here). It is trained and tested on 70 % and 30 % of generated rows, or trained on real train rows and
tested on the tested rows.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from core.audit.estimate import Tag
from core.audit.metrics import fidelity, independence
from core.audit.protocols import tabular
from core.audit.records import Record
from core.benchmarks.scoring import ORIGINAL, SystemScorer, generation_record
from core.data.groups import GroupedFrame
from core.downstream_classifiers.catalog import CLASSIFIERS
from core.events import Event, Listener, ignore
from core.synthesis.base import Classifier, Generator, Observations, Representation, Synthesizer
from core.synthesis.methods.fairdisco import FairDisCo, TeacherBased
from core.synthesis.methods.latent_generators import LatentGenerator
from core.synthesis.methods.method_info import method_info
from core.synthesis.methods.settings import FairDisCoSettings, teacher_alone
from core.synthesis.settings import Settings

CPU = torch.device("cpu")
BOOSTED = "boosted"


@dataclass
class Teachers:
    """Cache of fitted teachers, which students and generators of latents with the same settings share."""

    cache: dict[tuple[str, int, str], tuple[FairDisCo, float, int]] = field(default_factory=dict)

    def get(
        self, scorer: SystemScorer, problem: str, seed: int, settings: FairDisCoSettings, listener: Listener
    ) -> tuple[FairDisCo, float, int]:
        """Return the teacher, the seconds of its fit, and the steps."""
        key = (problem, seed, settings.model_dump_json())
        if key not in self.cache:
            self.cache.clear()  # keep one only: teachers hold the coded rows
            counter = StepCounter(listener)
            started = time.perf_counter()
            synthesizer = FairDisCo(settings).fit(
                Observations(scorer.rows.train), scorer.rows.schema, seed=seed, device=CPU, listener=counter
            )
            self.cache[key] = synthesizer, time.perf_counter() - started, counter.steps
        return self.cache[key]


@dataclass
class StepCounter:
    """A listener that counts the steps of all optimisers."""

    listener: Listener = ignore
    by_stage: dict[str, int] = field(default_factory=dict)

    def __call__(self, event: Event) -> None:
        """Count the steps and forward the event."""
        self.by_stage[event.stage] = max(self.by_stage.get(event.stage, 0), event.updates)
        self.listener(event)

    @property
    def steps(self) -> int:
        """Number of steps of all stages."""
        return sum(self.by_stage.values())


@dataclass(frozen=True)
class FittedSystem:
    """A fitted system on one problem.

    Args:
        scorer: Scorer with train and tested rows.
        name: Source of the system in the records.
        synthesizer: The fitted system.
    """

    scorer: SystemScorer
    name: str
    synthesizer: Synthesizer[Any]

    def evaluation(self, number: int, generator_seed: int, rows: int) -> Iterator[Record]:
        """Yield the records of one evaluation."""
        if isinstance(self.synthesizer, Generator):
            frame = self.synthesizer.sample(rows, seed=1000 * generator_seed + number).frame
            yield from self.scorer.classify(self.name, frame, "AD", seed=number)
            within_rows = tabular.fit_within(self.schema, self.name, frame)
            if within_rows is not None:
                yield from boosted(self.scorer, within_rows, number)
            train, tested = self.scorer.rows.train, self.scorer.rows.tested
            tag = Tag(self.name, "fidelity", seed=number, split="train")
            yield from fidelity.point_records(self.schema, train, tested, frame, tag)
        yield from self.latent_records(number, generator_seed, rows)

    def latent_records(self, number: int, generator_seed: int, rows: int) -> Iterator[Record]:
        """Yield the records of protocol C, if there are latents."""
        fit = self._latent_fit(rows, 1000 * generator_seed + number)
        if fit is None:
            return
        yield from tabular.measure(fit, self.scorer.large_group_evaluator(fit.tested), number).records
        if not isinstance(self.synthesizer, Generator):
            yield from boosted(self.scorer, fit, number)

    def adversary_records(self) -> Iterator[Record]:
        """Yield the AUC of an adversary that predicts the groups from the representation."""
        train, tested = self.scorer.rows.train, self.scorer.rows.tested
        records = independence.adversaries(
            (GroupedFrame(train, self.schema), GroupedFrame(tested, self.schema)), self._codes
        )
        for attribute, parts in records.items():
            tag = Tag(self.name, "independence", attribute)
            yield tag.record("adversary_auc", independence.mean_auc_over_groups(parts, len(tested)))

    def one_time_records(self, generator_seed: int, rows: int) -> Iterator[Record]:
        """Yield the records of the first sample only: those that are slow or do not vary."""
        tested = self.scorer.rows.tested
        if isinstance(self.synthesizer, Classifier):
            records = self.synthesizer.decide(tested)
            yield from self.scorer.large_group_evaluator(tested).records(
                records.scores, records.selected, Tag(self.name, "A", seed=0)
            )
        if isinstance(self.synthesizer, Representation):
            yield from self.adversary_records()
        if isinstance(self.synthesizer, Generator):
            started = time.perf_counter()
            frame = self.synthesizer.sample(rows, seed=1000 * generator_seed).frame
            yield generation_record(self.name, "seconds_generating", time.perf_counter() - started)
            yield generation_record(self.name, "parameters", self.synthesizer.parameter_count())
            sample_metrics = {"density", "coverage", "alpha_precision", "beta_recall"}  # measured in each evaluation
            yield from (
                record
                for record in self.scorer.quality_records(self.name, frame)
                if record.metric not in sample_metrics
            )

    @property
    def schema(self) -> Any:
        """Schema of the problem."""
        return self.scorer.rows.schema

    @cached_property
    def _codes(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The system's representation of train and tested rows."""
        synthesizer = cast("Representation[Any]", self.synthesizer)
        return synthesizer.encode(self.scorer.rows.train), synthesizer.encode(self.scorer.rows.tested)

    def _latent_fit(self, rows: int, seed: int) -> tabular.Fit | None:
        train, tested = self.scorer.rows.train, self.scorer.rows.tested
        if isinstance(self.synthesizer, Representation):
            return tabular.on_latents(self.schema, self.name, self._codes, train, tested)
        if not isinstance(self.synthesizer, LatentGenerator):
            return None
        latents, codes = self.synthesizer.sample_labelled_latents(rows, seed=seed)
        labels = np.isin(codes, self.synthesizer.model.encoding.positive).astype(np.int8)
        encoded = latents, self.synthesizer.model.encode(tested, "teacher")
        return tabular.on_labelled_latents(self.name, encoded, labels, tested)


def boosted(scorer: SystemScorer, fit: tabular.Fit, seed: int) -> list[Record]:
    """Score the same fit with gradient boosting instead of the forest."""
    if len(np.unique(fit.train_labels)) < 2:
        return []
    scores = CLASSIFIERS["boosting"].probabilities(fit.labelled, fit.test, seed)[:, 1]
    tag = Tag(fit.source, BOOSTED, seed=seed, split=fit.split)
    return scorer.large_group_evaluator(fit.tested).records(scores, tabular.selected(scores), tag)


def score_originals(scorer: SystemScorer, evaluations: int) -> list[Record]:
    """Score the real train rows like a system, the hold-out rows as upper bound of fidelity, and the constant."""
    rows = scorer.rows
    records = list(scorer.real())
    for number in range(evaluations):
        if number:  # ``real`` above includes number 0
            records += scorer.classify(ORIGINAL, rows.train, "AD", seed=number)
        fit = tabular.on_rows(rows.schema, ORIGINAL, rows.train, rows.train, rows.tested, with_sensitive=True)
        records += boosted(scorer, fit, number)
    return records


def score_method(
    scorer: SystemScorer,
    problem: str,
    name: str,
    settings: Settings,
    generator_seed: int,
    evaluations: int,
    teachers: Teachers,
    listener: Listener = ignore,
) -> list[Record]:
    """Fit a system once and evaluate it several times.

    Args:
        scorer: Scorer with train and tested rows.
        problem: Name of the problem, part of the key of a cached teacher.
        name: Name of the method in the catalogue.
        settings: Its hyperparameters.
        generator_seed: Seed of the fit, and with the number of the evaluation that of the rows.
        evaluations: Number of evaluations.
        teachers: Cache of fitted teachers.
        listener: Receives the events of training, and one event per evaluation.
    """
    synthesizer, records = _fit(scorer, problem, name, settings, generator_seed, teachers, listener)
    rows = len(scorer.rows.train)
    scored = FittedSystem(scorer, name, synthesizer)
    records += scored.one_time_records(generator_seed, rows)
    if isinstance(synthesizer, Generator | Representation):
        for number in range(evaluations):
            listener(Event("score", number, evaluations, message=f"Evaluating {name}."))
            records += scored.evaluation(number, generator_seed, rows)
    return records


def _fit(
    scorer: SystemScorer,
    problem: str,
    name: str,
    settings: Settings,
    seed: int,
    teachers: Teachers,
    listener: Listener,
) -> tuple[Synthesizer[Any], list[Record]]:
    """Return the fitted system and the costs of the fit; the teacher's share is a separate record."""
    synthesizer, counter = method_info(name).build(settings), StepCounter(listener)
    teacher_seconds, teacher_steps, started = 0.0, 0, time.perf_counter()
    if isinstance(synthesizer, FairDisCo | TeacherBased):
        teacher_settings = (
            synthesizer.settings.synthesis if isinstance(synthesizer, FairDisCo) else synthesizer.synthesis
        )
        teacher, teacher_seconds, teacher_steps = teachers.get(
            scorer, problem, seed, teacher_alone(teacher_settings), listener
        )
        started = time.perf_counter()
        synthesizer = (
            teacher
            if isinstance(synthesizer, FairDisCo)
            else synthesizer.fit_from_teacher(teacher, seed=seed, listener=counter)
        )
    else:
        synthesizer.fit(Observations(scorer.rows.train), scorer.rows.schema, seed=seed, device=CPU, listener=counter)
    seconds = time.perf_counter() - started
    return synthesizer, [
        generation_record(name, "seconds_learning", teacher_seconds + seconds),
        generation_record(name, "seconds_teacher", teacher_seconds),
        generation_record(name, "steps", teacher_steps + counter.steps),
    ]
