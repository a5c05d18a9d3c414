"""The stage before the making that looks for a repair level: how much of the label channel a wanted parity ratio needs.

A part of the train rows is set apart as validation rows; the hold-out is never looked at. All is learned once from the
rest, as the run will learn it, and rows are made with each repair level; what classifiers make of them is measured
on the
validation rows by the audit's own protocols.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.audit.protocols import tabular
from core.audit.protocols.evaluator import HoldoutEvaluator
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.audit.repair_level import METRICS, PROTOCOL, PROTOCOLS, SPLIT, Choice, candidates, choose, source_name
from core.config import RunConfig, run_config, with_repair_level
from core.data.dataset import Dataset
from core.data.groups import is_binary, negative_name, positive_name, target_labels
from core.data.schema import Schema
from core.data.split import validation_split
from core.errors import ConfigError, DataError, leave_out
from core.events import Event, Listener
from core.learning.catalog import ClassifierName
from core.runs.run_folder import RunFolder
from core.synthesis.base import Conditions, Generator, Observations
from core.synthesis.sampling import shares_of

if TYPE_CHECKING:
    import torch

STAGE = PROTOCOL
VALIDATION_SHARE = 0.25
REPAIR_LEVELS = (0.0, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
DRAWS = 2
LEARNING = ("teacher", "student", "labels")
_FINE = 10  # steps told of each part of the learning


class RepairLevelSearch(BaseModel):
    """What the stage leaves: every figure of every repair level, and the repair level that is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    choice: Choice
    records: list[Record]


@dataclass(frozen=True)
class _Parts:
    """Rows to learn from and rows to measure on."""

    schema: Schema
    fit: pd.DataFrame
    validation: pd.DataFrame

    def evaluator(self) -> HoldoutEvaluator:
        outcomes = (positive_name(self.schema), negative_name(self.schema, self.fit))
        return HoldoutEvaluator(self.validation, self.schema, outcomes)


def check_target(dataset: Dataset, config: RunConfig) -> None:
    """Whether a parity ratio can be aimed at with this outcome.

    Raises:
        ConfigError: It cannot; the sentence says what to do.
    """
    if config.target_dpr is not None and not is_binary(dataset.frame, dataset.schema):
        raise ConfigError(
            "A parity ratio can be aimed at only for an outcome of two values, and "
            f"{dataset.schema.target!r} has more.",
            field="target_dpr",
            remedies=[leave_out("target_dpr")],
        )


def as_carried_out(folder: RunFolder) -> RunConfig:
    """The run's settings, with the repair level that was found for its target."""
    config = run_config(**folder.config.read())
    return (
        with_repair_level(config, folder.repair_level_search.read(RepairLevelSearch).choice.repair_level)
        if folder.repair_level_search.exists()
        else config
    )


def kept_records(folder: RunFolder) -> list[Record]:
    """The figures of the stage; none if no target was asked for."""
    return folder.repair_level_search.read(RepairLevelSearch).records if folder.repair_level_search.exists() else []


def search_repair_level(folder: RunFolder, listener: Listener) -> None:
    """Try every repair level, choose one, and keep both, and why; nothing if the run has no target.

    Raises:
        DataError: The rows that are left to learn from have one outcome only.
    """
    config = run_config(**folder.config.read())
    if config.target_dpr is None:
        return
    from core.synthesis.training import choose_device  # which imports torch

    schema = folder.schema.read()
    parts = _Parts(schema, *validation_split(folder.artifacts.table("train"), schema, VALIDATION_SHARE, config.seed))
    if target_labels(parts.fit, schema).min() == target_labels(parts.fit, schema).max():
        raise DataError(
            "With a quarter of the train rows set apart, the rest has one outcome only; add rows of the rarer one.",
            field="target_dpr",
            remedies=[leave_out("target_dpr")],
        )
    labels = config.label_settings(schema)
    assert labels is not None  # noqa: S101  # a method that takes `target_dpr` repairs labels
    tell = _Progress(listener, len(REPAIR_LEVELS) * DRAWS)
    made = _learned(parts, config, choose_device(config.device), tell)
    records = [*_constant(parts), *_tried(parts, config, made, tell)]
    choice = choose(candidates(records), config.target_dpr, labels.repair_level)
    _keep(folder, RepairLevelSearch(choice=choice, records=[*records, *choice.records()]))


def _learned(parts: _Parts, config: RunConfig, device: torch.device, tell: _Progress) -> Generator[Any]:
    """All that the run learns, from the fit rows alone."""
    synthesizer = with_repair_level(config, 1.0).synthesizer(parts.schema)
    assert isinstance(synthesizer, Generator)  # noqa: S101  # a method that takes `target_dpr` makes rows
    data = Observations(parts.fit)
    return synthesizer.fit(data, parts.schema, seed=config.seed, device=device, listener=tell.learning)


def _tried(parts: _Parts, config: RunConfig, made: Generator[Any], tell: _Progress) -> list[Record]:
    """Figures of every repair level, means over draws, so that no draw's luck decides."""
    evaluator = parts.evaluator()
    by_draw: dict[tuple[float, str], list[list[Record]]] = {}
    changed: dict[float, list[float]] = {repair_level: [] for repair_level in REPAIR_LEVELS}
    shares = _proportions(parts, config)
    rows = min(config.rows or len(parts.fit), len(parts.fit))
    for seed in range(config.seed, config.seed + DRAWS):
        for repair_level in REPAIR_LEVELS:
            tell.trying(repair_level)
            sample = made.sample(rows, seed=seed, conditions=Conditions(shares, repair_level=repair_level))
            assert sample.changed is not None  # noqa: S101  # rows that a repair level is asked of are repaired
            changed[repair_level].append(float(sample.changed.mean()))
            for letter, found in _measured(parts, evaluator, sample.frame, repair_level, seed, config.classifier):
                by_draw.setdefault((repair_level, letter), []).append(found)
            tell.tried()
    return [
        *(
            _changed_record(repair_level, shares_changed, rows, parts.schema)
            for repair_level, shares_changed in changed.items()
        ),
        *(record for each in by_draw.values() for record in _means(each)),
    ]


def _means(by_draw: list[list[Record]]) -> RecordSet:
    """The mean of each figure over the draws."""
    return RecordSet(record for draw in by_draw for record in draw).with_means_over_seeds().where(seed=None)


def _measured(
    parts: _Parts,
    evaluator: HoldoutEvaluator,
    rows: pd.DataFrame,
    repair_level: float,
    seed: int,
    classifier: ClassifierName,
) -> Iterator[tuple[str, list[Record]]]:
    """Under each protocol: the figures over all rows, of the main outcome."""
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
        found = tabular.measure(replace(fit, protocol=name, split=SPLIT), evaluator, seed).records
        yield letter, [record for record in found if _is_kept(record, evaluator)]


def _constant(parts: _Parts) -> list[Record]:
    evaluator, labels = parts.evaluator(), target_labels(parts.fit, parts.schema)
    found = [record for name in PROTOCOLS.values() for record in tabular.constant_records(evaluator, labels, name)]
    return [record.model_copy(update={"split": SPLIT}) for record in found if _is_kept(record, evaluator)]


def _is_kept(record: Record, evaluator: HoldoutEvaluator) -> bool:
    return record.metric in METRICS and record.group is None and record.positive == evaluator.outcomes[0]


def _changed_record(repair_level: float, shares: list[float], rows: int, schema: Schema) -> Record:
    return Record(
        source=source_name(repair_level),
        protocol=PROTOCOL,
        metric="labels_changed",
        positive=positive_name(schema),
        split="all",
        value=sum(shares) / len(shares),
        n=rows,
        note="Share of rows whose label the fair label channel changed.",
    )


def _proportions(parts: _Parts, config: RunConfig) -> dict[str, float]:
    """The shares that the run asks for, unless the fit rows lack one of those groups."""
    try:
        shares_of(parts.fit, parts.schema, config.proportions)
    except ConfigError:
        return {}
    return config.proportions


def _keep(folder: RunFolder, found: RepairLevelSearch) -> None:
    """Notes and manifest first: the search's file marks the stage as done."""
    choice, manifest = found.choice, folder.manifest.read()
    config = with_repair_level(run_config(**folder.config.read()), choice.repair_level)
    folder.notes.add(choice.why)
    settings = config.settings_for(folder.schema.read()).model_dump(mode="json")
    folder.manifest.save({**manifest, "settings": settings, "trade_off": choice.model_dump(mode="json")})
    folder.repair_level_search.save(found)


class _Progress:
    """Events of this stage: first of the learning, then of the repair levels, with the time that they still take."""

    def __init__(self, listener: Listener, trials: int) -> None:
        self._listener = listener
        self._learning = _FINE * len(LEARNING)
        self._total = self._learning + trials
        self._done = -1
        self._started = 0.0

    def learning(self, event: Event) -> None:
        """Tell how far the learning is; its end is known, that of the stage is not yet."""
        if event.stage not in LEARNING:
            return
        step = LEARNING.index(event.stage) * _FINE + _FINE * event.step // max(event.total, 1)
        if step > self._done:
            self._done = step
            message = f"Learning from a part of the train rows: {event.stage}."
            self._listener(Event(STAGE, step, self._total, message=message))

    def trying(self, repair_level: float) -> None:
        """Tell which repair level is tried now."""
        done = max(self._done - self._learning, 0)
        if not done:
            self._done, self._started = self._learning, time.monotonic()
        left = None
        if done:
            left = (time.monotonic() - self._started) / done * (self._total - self._done)
        message = f"Trying repair level {repair_level:g} of the label channel."
        self._listener(Event(STAGE, self._done, self._total, seconds_left=left, message=message))

    def tried(self) -> None:
        """One more is done."""
        self._done += 1
        if self._done == self._total:
            self._listener(Event(STAGE, self._done, self._total, seconds_left=0.0, message="A repair level is chosen."))
