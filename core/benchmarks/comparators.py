"""Scoring one compared system: fitted once a generator seed, then evaluated several times, each with its own seeds.

An evaluation draws new rows (where the system makes rows) and trains new classifiers; its number is the classifier's
seed in the records. Systems that make no rows are evaluated with new classifiers only.

A and D are the audit's protocols. C trains the forest on the system's representation of real train rows; for those that
make new latents, on these latents with their own outcomes; both are tested on the representation of the tested rows.
`boosted` is the protocol of the paper's FairX rows as far as it is known: gradient boosting (theirs is XGBoost, ours
scikit-learn's), trained and tested on 70 and 30 % of generated rows, or trained on real train rows and tested on the
tested ones.
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
from core.benchmarks.scoring import ORIGINAL, SystemScorer, made_record
from core.data.groups import GroupedFrame
from core.events import Event, Listener, ignore
from core.learning.catalog import CLASSIFIERS
from core.synthesis.base import Classifier, Generator, Observations, Representation, Synthesizer
from core.synthesis.methods.catalog import method_info
from core.synthesis.methods.fairdisco import FairDisCo, Taught
from core.synthesis.methods.latent_generators import LatentGenerator
from core.synthesis.methods.settings import FairDisCoSettings, teacher_alone
from core.synthesis.settings import Settings

CPU = torch.device("cpu")
BOOSTED = "boosted"


@dataclass
class Teachers:
    """Teachers that were fitted in this process: students and generators of latents share the one they would fit."""

    kept: dict[tuple[str, int, str], tuple[FairDisCo, float, int]] = field(default_factory=dict)

    def of(
        self, scorer: SystemScorer, problem: str, seed: int, settings: FairDisCoSettings, listener: Listener
    ) -> tuple[FairDisCo, float, int]:
        """The teacher, the seconds that fitting it took, and the steps."""
        key = (problem, seed, settings.model_dump_json())
        if key not in self.kept:
            self.kept.clear()  # one at a time: they hold the coded rows
            counted = Counting(listener)
            started = time.perf_counter()
            made = FairDisCo(settings).fit(
                Observations(scorer.rows.train), scorer.rows.schema, seed=seed, device=CPU, listener=counted
            )
            self.kept[key] = made, time.perf_counter() - started, counted.steps
        return self.kept[key]


@dataclass
class Counting:
    """A listener that adds up the steps of all optimisers."""

    listener: Listener = ignore
    by_stage: dict[str, int] = field(default_factory=dict)

    def __call__(self, event: Event) -> None:
        """Count, and tell on."""
        self.by_stage[event.stage] = max(self.by_stage.get(event.stage, 0), event.updates)
        self.listener(event)

    @property
    def steps(self) -> int:
        """Of all stages."""
        return sum(self.by_stage.values())


@dataclass(frozen=True)
class Scored:
    """One system on one problem.

    Args:
        scorer: Train and tested rows.
        name: The system's source in the records.
        made: The fitted system.
    """

    scorer: SystemScorer
    name: str
    made: Synthesizer[Any]

    def evaluation(self, number: int, generator_seed: int, rows: int) -> Iterator[Record]:
        """All figures of one evaluation."""
        if isinstance(self.made, Generator):
            frame = self.made.sample(rows, seed=1000 * generator_seed + number).frame
            yield from self.scorer.classify(self.name, frame, "AD", seed=number)
            inside = tabular.fit_within(self.schema, self.name, frame)
            if inside is not None:
                yield from boosted(self.scorer, inside, number)
            train, tested = self.scorer.rows.train, self.scorer.rows.tested
            tag = Tag(self.name, "fidelity", seed=number, split="train")
            yield from fidelity.point_records(self.schema, train, tested, frame, tag)
        yield from self.latent_records(number, generator_seed, rows)

    def latent_records(self, number: int, generator_seed: int, rows: int) -> Iterator[Record]:
        """Protocol C, where there are latents; nothing else."""
        fit = self._latent_fit(rows, 1000 * generator_seed + number)
        if fit is None:
            return
        yield from tabular.measure(fit, self.scorer.over_large(fit.tested), number).records
        if not isinstance(self.made, Generator):
            yield from boosted(self.scorer, fit, number)

    def told(self) -> Iterator[Record]:
        """How well an adversary reads the groups from the representation."""
        train, tested = self.scorer.rows.train, self.scorer.rows.tested
        found = independence.adversaries(
            (GroupedFrame(train, self.schema), GroupedFrame(tested, self.schema)), self._codes
        )
        for attribute, parts in found.items():
            tag = Tag(self.name, "independence", attribute)
            yield tag.record("adversary_auc", independence.mean_auc_over_groups(parts, len(tested)))

    def once(self, generator_seed: int, rows: int) -> Iterator[Record]:
        """What is measured of the first draw only, because it takes longer or does not vary."""
        tested = self.scorer.rows.tested
        if isinstance(self.made, Classifier):
            found = self.made.decide(tested)
            yield from self.scorer.over_large(tested).records(found.scores, found.selected, Tag(self.name, "A", seed=0))
        if isinstance(self.made, Representation):
            yield from self.told()
        if isinstance(self.made, Generator):
            started = time.perf_counter()
            frame = self.made.sample(rows, seed=1000 * generator_seed).frame
            yield made_record(self.name, "seconds_generating", time.perf_counter() - started)
            yield made_record(self.name, "parameters", self.made.parameter_count())
            points = {"density", "coverage", "alpha_precision", "beta_recall"}  # of each evaluation
            yield from (one for one in self.scorer.likeness(self.name, frame) if one.metric not in points)

    @property
    def schema(self) -> Any:
        """Of the problem."""
        return self.scorer.rows.schema

    @cached_property
    def _codes(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The system's representation of train and tested rows."""
        made = cast("Representation[Any]", self.made)
        return made.encode(self.scorer.rows.train), made.encode(self.scorer.rows.tested)

    def _latent_fit(self, rows: int, seed: int) -> tabular.Fit | None:
        train, tested = self.scorer.rows.train, self.scorer.rows.tested
        if isinstance(self.made, Representation):
            return tabular.on_latents(self.schema, self.name, self._codes, train, tested)
        if not isinstance(self.made, LatentGenerator):
            return None
        latents, codes = self.made.labelled_latents(rows, seed=seed)
        labels = np.isin(codes, self.made.made.encoding.positive).astype(np.int8)
        told = latents, self.made.made.encode(tested, "teacher")
        return tabular.on_labelled_latents(self.name, told, labels, tested)


def boosted(scorer: SystemScorer, fit: tabular.Fit, seed: int) -> list[Record]:
    """The same fit with gradient boosting in place of the forest."""
    if len(np.unique(fit.train_labels)) < 2:
        return []
    scores = CLASSIFIERS["boosting"].probabilities(fit.labelled, fit.test, seed)[:, 1]
    tag = Tag(fit.source, BOOSTED, seed=seed, split=fit.split)
    return scorer.over_large(fit.tested).records(scores, tabular.selected(scores), tag)


def originals(scorer: SystemScorer, evaluations: int) -> list[Record]:
    """The real train rows evaluated like a system's, the hold-out as the ceiling of likeness, and the constant."""
    rows = scorer.rows
    found = list(scorer.real())
    for number in range(evaluations):
        if number:  # the first is among those above
            found += scorer.classify(ORIGINAL, rows.train, "AD", seed=number)
        fit = tabular.on_rows(rows.schema, ORIGINAL, rows.train, rows.train, rows.tested, with_sensitive=True)
        found += boosted(scorer, fit, number)
    return found


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
        scorer: Train and tested rows.
        problem: Name of the problem, under which a teacher is kept.
        name: The method's name in the catalogue.
        settings: Its dials.
        generator_seed: Seeds the fit, and with the evaluation's number the rows.
        evaluations: How many.
        teachers: Those that were fitted before.
        listener: Receives the events of learning, and one for each evaluation.
    """
    made, records = _fitted(scorer, problem, name, settings, generator_seed, teachers, listener)
    rows = len(scorer.rows.train)
    scored = Scored(scorer, name, made)
    records += scored.once(generator_seed, rows)
    if isinstance(made, Generator | Representation):
        for number in range(evaluations):
            listener(Event("score", number, evaluations, message=f"Evaluating {name}."))
            records += scored.evaluation(number, generator_seed, rows)
    return records


def _fitted(
    scorer: SystemScorer,
    problem: str,
    name: str,
    settings: Settings,
    seed: int,
    teachers: Teachers,
    listener: Listener,
) -> tuple[Synthesizer[Any], list[Record]]:
    """The fitted system, and what fitting it took; a teacher's share of it is told apart too."""
    made, counted = method_info(name).build(settings), Counting(listener)
    spent_before, steps_before, started = 0.0, 0, time.perf_counter()
    if isinstance(made, FairDisCo | Taught):
        whole = made.settings.synthesis if isinstance(made, FairDisCo) else made.synthesis
        teacher, spent_before, steps_before = teachers.of(scorer, problem, seed, teacher_alone(whole), listener)
        started = time.perf_counter()
        made = teacher if isinstance(made, FairDisCo) else made.learn_from(teacher, seed=seed, listener=counted)
    else:
        made.fit(Observations(scorer.rows.train), scorer.rows.schema, seed=seed, device=CPU, listener=counted)
    spent = time.perf_counter() - started
    return made, [
        made_record(name, "seconds_learning", spent_before + spent),
        made_record(name, "seconds_teacher", spent_before),
        made_record(name, "steps", steps_before + counted.steps),
    ]
