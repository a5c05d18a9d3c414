"""The search for a repair level: how much label repair a target ratio or a tolerance needs. It precedes generation.

Part of the train rows is set aside as validation rows; the hold-out rows are never used. The method is fitted once on
the rest, as the run will fit it, and generates rows with each repair level. The audit's own protocols measure
downstream classifiers on the validation rows.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.audit.criterion import DIFFERENCES
from core.audit.metrics.catalog import placed
from core.audit.metrics.declaration import Place
from core.audit.metrics.names import CHANCE_LIMIT, PARITY_RATIO
from core.audit.protocols import tabular
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.audit.repair_level import PROTOCOL, PROTOCOLS, SPLIT, Choice, Goal, candidates, choose, source_name
from core.config import RunConfig, run_config, with_repair_level
from core.data.groups import negative_name, positive_name, target_labels
from core.data.holdout_split import validation_split
from core.data.schema import Schema
from core.downstream_classifiers.default import ClassifierName
from core.errors import ConfigError, DataError, leave_out
from core.events import Event, Listener
from core.pipeline.private_rows import learned_rows
from core.runs.run_folder import RunFolder
from core.synthesis.base import ENCODERS, Generator, Observations
from core.synthesis.conditions import Conditions
from core.synthesis.sampling import shares_of
from core.synthesis.settings import LabelSettings

if TYPE_CHECKING:
    import torch

STAGE = PROTOCOL
VALIDATION_SHARE = 0.25
REPAIR_LEVELS = (0.0, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
DRAWS = 2
FIT_STAGES = (*ENCODERS, "labels")
_STEPS_PER_STAGE = 10


class RepairLevelSearch(BaseModel):
    """Result of the search: the chosen repair level, and the records of every level."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    choice: Choice
    records: list[Record]


@dataclass(frozen=True)
class _Parts:
    """Rows to fit on and validation rows."""

    schema: Schema
    fit: pd.DataFrame
    validation: pd.DataFrame

    def evaluator(self) -> HoldoutEvaluator:
        outcomes = (positive_name(self.schema), negative_name(self.schema, self.fit))
        return HoldoutEvaluator(self.validation, self.schema, outcomes)


def effective_config(folder: RunFolder) -> RunConfig:
    """Read the run's configuration with the repair level that the search chose."""
    config = run_config(**folder.config.read())
    return (
        with_repair_level(config, folder.repair_level_search.read(RepairLevelSearch).choice.repair_level)
        if folder.repair_level_search.exists()
        else config
    )


def read_records(folder: RunFolder) -> list[Record]:
    """Read the records of the search; empty without a target."""
    return folder.repair_level_search.read(RepairLevelSearch).records if folder.repair_level_search.exists() else []


def search_repair_level(folder: RunFolder, listener: Listener) -> None:
    """Measure every repair level, choose one, and save the result; does nothing if the run has no target.

    Raises:
        DataError: The rows that remain to fit on have one outcome only.
    """
    config = run_config(**folder.config.read())
    if not config.searches_repair_level:
        return
    from core.synthesis.training import choose_device  # torch takes seconds to import

    schema = folder.schema.read()
    parts = _Parts(schema, *validation_split(learned_rows(folder), schema, VALIDATION_SHARE, config.seed))
    if target_labels(parts.fit, schema).min() == target_labels(parts.fit, schema).max():
        raise DataError(
            "Without the validation rows, a quarter of the train rows, the rest has one outcome only; "
            "add rows of the rarer outcome.",
            field="target_dpr" if config.epsilon is None else "epsilon",
            remedies=[leave_out("target_dpr" if config.epsilon is None else "epsilon")],
        )
    labels = config.label_settings(schema)
    assert labels is not None  # noqa: S101  # a method that takes a target or a tolerance repairs labels
    goal = _goal(config, labels)
    progress = _Progress(listener, len(REPAIR_LEVELS) * DRAWS)
    synthesizer = _fit_synthesizer(parts, config, choose_device(config.device), progress)
    records = RecordSet([*_constant_records(parts, goal), *_measure_levels(parts, config, goal, synthesizer, progress)])
    choice = choose(candidates(records), goal, labels.repair_level)
    _save(folder, RepairLevelSearch(choice=choice, records=[*records, *choice.records()]))


def _goal(config: RunConfig, labels: LabelSettings) -> Goal:
    if config.epsilon is None:
        assert config.target_dpr is not None  # noqa: S101  # the run searches, so it has one of the two
        return Goal(PARITY_RATIO, config.target_dpr)
    return Goal(DIFFERENCES[labels.criterion], config.epsilon)


def _fit_synthesizer(parts: _Parts, config: RunConfig, device: torch.device, progress: _Progress) -> Generator[Any]:
    """Fit the run's method on the fit rows."""
    synthesizer = with_repair_level(config, 1.0).synthesizer(parts.schema)
    assert isinstance(synthesizer, Generator)  # noqa: S101  # a method that repairs labels generates rows
    data = Observations(parts.fit)
    return synthesizer.fit(data, parts.schema, seed=config.seed, device=device, listener=progress.on_fit_event)


def _measure_levels(
    parts: _Parts, config: RunConfig, goal: Goal, synthesizer: Generator[Any], progress: _Progress
) -> list[Record]:
    """Measure every repair level; records are means over several samples, to reduce their variance."""
    evaluator = parts.evaluator()
    by_draw: dict[tuple[float, str], list[list[Record]]] = {}
    changed: dict[float, list[float]] = {repair_level: [] for repair_level in REPAIR_LEVELS}
    shares = _proportions(parts, config)
    rows = min(config.rows or len(parts.fit), len(parts.fit))
    for seed in range(config.seed, config.seed + DRAWS):
        for repair_level in REPAIR_LEVELS:
            progress.start_level(repair_level)
            sample = synthesizer.sample(rows, seed=seed, conditions=Conditions(shares, repair_level=repair_level))
            assert sample.changed is not None  # noqa: S101  # samples with a repair level are repaired
            changed[repair_level].append(float(sample.changed.mean()))
            measured = _protocol_records(parts, evaluator, sample.frame, repair_level, seed, config.classifier)
            for letter, records in measured:
                by_draw.setdefault((repair_level, letter), []).append(list(_reported(records, evaluator, goal)))
            progress.finish_level()
    return [
        *(
            _changed_record(repair_level, shares_changed, rows, parts.schema)
            for repair_level, shares_changed in changed.items()
        ),
        *(record for draws in by_draw.values() for record in _means(draws)),
    ]


def _means(by_draw: list[list[Record]]) -> RecordSet:
    """Return the mean of each metric over the samples."""
    return RecordSet(record for draw in by_draw for record in draw).with_means_over_seeds().where(seed=None)


def _protocol_records(
    parts: _Parts,
    evaluator: HoldoutEvaluator,
    rows: pd.DataFrame,
    repair_level: float,
    seed: int,
    classifier: ClassifierName,
) -> Iterator[tuple[str, list[Record]]]:
    """Yield the records of each protocol."""
    for letter, name in PROTOCOLS.items():
        fit = tabular.on_rows(
            parts.schema,
            source_name(repair_level),
            rows,
            parts.fit,
            parts.validation,
            with_sensitive=letter == "A",
            classifier=classifier,
        )
        records = tabular.measure(replace(fit, protocol=name, split=SPLIT), evaluator, seed).records
        yield letter, records


def _constant_records(parts: _Parts, goal: Goal) -> list[Record]:
    evaluator, labels = parts.evaluator(), target_labels(parts.fit, parts.schema)
    records = [record for name in PROTOCOLS.values() for record in tabular.constant_records(evaluator, labels, name)]
    return [record.model_copy(update={"split": SPLIT}) for record in _reported(records, evaluator, goal)]


def _reported(records: Iterable[Record], evaluator: HoldoutEvaluator, goal: Goal) -> RecordSet:
    parity = (PARITY_RATIO, CHANCE_LIMIT) if goal.is_ratio else (goal.metric,)
    metrics = (*placed(Place.UTILITY), *parity)
    return RecordSet(records).overall.where(metric=metrics, positive=evaluator.outcomes[0])


def _changed_record(repair_level: float, shares: list[float], rows: int, schema: Schema) -> Record:
    return Record(
        source=source_name(repair_level),
        protocol=PROTOCOL,
        metric="labels_changed",
        positive=positive_name(schema),
        split="all",
        value=sum(shares) / len(shares),
        n=rows,
        note="Share of rows whose label was changed by label repair.",
    )


def _proportions(parts: _Parts, config: RunConfig) -> dict[str, float]:
    """Return the run's group shares, or none if the fit rows lack one of the groups."""
    try:
        shares_of(parts.fit, parts.schema, config.proportions)
    except ConfigError:
        return {}
    return config.proportions


def _save(folder: RunFolder, search: RepairLevelSearch) -> None:
    """Save notes, manifest and result, in this order: the file of the result marks the stage as done."""
    choice, manifest = search.choice, folder.manifest.read()
    config = with_repair_level(run_config(**folder.config.read()), choice.repair_level)
    folder.notes.add(choice.why)
    settings = config.settings_for(folder.schema.read()).model_dump(mode="json")
    folder.manifest.save({**manifest, "settings": settings, "trade_off": choice.model_dump(mode="json")})
    folder.repair_level_search.save(search)


class _Progress:
    """Reports the progress of the search: the fit first, then the repair levels with the remaining time."""

    def __init__(self, listener: Listener, trials: int) -> None:
        self._listener = listener
        self._fit_steps = _STEPS_PER_STAGE * len(FIT_STAGES)
        self._total = self._fit_steps + trials
        self._done = -1
        self._started = 0.0

    def on_fit_event(self, event: Event) -> None:
        """Report the progress of the fit, without an estimate of the remaining time."""
        if event.stage not in FIT_STAGES:
            return
        step = FIT_STAGES.index(event.stage) * _STEPS_PER_STAGE + _STEPS_PER_STAGE * event.step // max(event.total, 1)
        if step > self._done:
            self._done = step
            message = f"Fitting on part of the train rows: {event.stage}."
            self._listener(Event(STAGE, step, self._total, message=message))

    def start_level(self, repair_level: float) -> None:
        """Report the repair level that is measured next."""
        done = max(self._done - self._fit_steps, 0)
        if not done:
            self._done, self._started = self._fit_steps, time.monotonic()
        left = None
        if done:
            left = (time.monotonic() - self._started) / done * (self._total - self._done)
        message = f"Measuring repair level {repair_level:g}."
        self._listener(Event(STAGE, self._done, self._total, seconds_left=left, message=message))

    def finish_level(self) -> None:
        """Count one finished measurement."""
        self._done += 1
        if self._done == self._total:
            self._listener(Event(STAGE, self._done, self._total, seconds_left=0.0, message="Repair level chosen."))
