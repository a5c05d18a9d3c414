"""The whole audit: from a real table, its hold-out and any number of other tables to one flat list of records.

Every figure of every source is measured on the same real hold-out by the same classifiers, so that they can stand in
one table: ``original`` (the real train rows) and ``constant`` (always the more frequent outcome) are always among them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit import protocols
from core.audit.estimate import Tag, sentence
from core.audit.metrics import fairness, fidelity, group_fidelity, independence, privacy
from core.audit.records import Record, figure, find
from core.data import groups
from core.data.schema import Schema
from core.errors import ConfigError, DataError
from core.events import Event, Listener, ignore

__all__ = ["AuditInput", "Latents", "audit", "audit_table", "figure", "find"]

ORIGINAL, CONSTANT = "original", "constant"
UNPROVEN = "Independence unknown: whoever made these rows may have seen the hold-out."
UNSEEN_COPIES = "If so, copies of its rows count as chance, and this figure hides them."


@dataclass(frozen=True)
class Latents:
    """An encoder's latents of the real rows.

    Args:
        train: Shape (n, d), rows aligned with the train frame.
        holdout: Shape (m, d), rows aligned with the hold-out frame.
    """

    train: NDArray[np.floating]
    holdout: NDArray[np.floating]


@dataclass(frozen=True)
class AuditInput:
    """What is audited.

    Args:
        schema: Roles, positive value, groups.
        train: Real rows that a generator may have seen, typed.
        holdout: Real rows that it has not, typed; every classifier is tested on these.
        sources: Typed rows to compare with them, by name, e.g. ``teacher``, ``student``, ``synthetic``.
        latents: Latents of the real rows by encoder, e.g. ``teacher``, ``student``; may be empty.
        holdout_independent: Whether it is known that the sources were made without the hold-out.
        seeds: Classifier seeds; figures are given for each and as their mean.
    """

    schema: Schema
    train: pd.DataFrame
    holdout: pd.DataFrame
    sources: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    latents: Mapping[str, Latents] = field(default_factory=dict)
    holdout_independent: bool = True
    seeds: tuple[int, ...] = protocols.SEEDS


@dataclass(frozen=True)
class _Step:
    message: str
    weight: float
    work: Callable[[], list[Record]]


def audit(inputs: AuditInput, listener: Listener = ignore) -> list[Record]:
    """Measure everything and answer with one record a figure.

    Rows of a source without a target value take no part, and the records of that source say how many. Same inputs, same
    records, whatever the number of cores.

    Args:
        inputs: Real rows, hold-out, sources, latents.
        listener: Is told of each step done, stage ``audit``, with the seconds left.

    Raises:
        DataError: A table has no rows, or latents are not aligned with the real rows.
        ConfigError: A source has a reserved name, or there are no seeds.
        SchemaError: The target is missing in a real row, or has no positive value.
    """
    _check(inputs)
    steps = list(_steps(inputs))
    records: list[Record] = []
    total, done, started = sum(step.weight for step in steps), 0.0, time.monotonic()
    listener(Event("audit", 0, len(steps), message=steps[0].message))
    for number, step in enumerate(steps, 1):
        records += step.work()
        done += step.weight
        left = (time.monotonic() - started) * (total - done) / done
        coming = steps[number].message if number < len(steps) else "Audit finished."
        listener(Event("audit", number, len(steps), seconds_left=left, message=coming))
    return [_qualified(record, inputs) for record in records]


def audit_table(frame: pd.DataFrame, schema: Schema) -> list[Record]:
    """Audit the rows themselves, without training anything: base rates, DPR, DPD, missing values by group.

    Args:
        frame: Typed rows, at least one.
        schema: Roles, positive value, groups.

    Raises:
        DataError: The table has no rows.
        SchemaError: The target is missing in a row, or has no positive value.
    """
    if frame.empty:
        raise DataError("The table has no rows, so there is nothing to audit.")
    return _table_records(frame, schema, ORIGINAL, "all", _outcomes(schema, frame))


def _outcomes(schema: Schema, frame: pd.DataFrame) -> tuple[str, str]:
    return groups.positive_name(schema), groups.negative_name(schema, frame)


def _table_records(
    frame: pd.DataFrame, schema: Schema, source: str, split: str, outcomes: tuple[str, str]
) -> list[Record]:
    return [
        *fairness.base_rate_records(frame, schema, source, split, outcomes),
        *fairness.missing_records(frame, schema, source, split),
    ]


def _check(inputs: AuditInput) -> None:
    for name, frame in {"train": inputs.train, "hold-out": inputs.holdout, **inputs.sources}.items():
        if frame.empty:
            raise DataError(f"The {name!r} table has no rows, so there is nothing to audit.")
    for name in (ORIGINAL, CONSTANT):
        if name in inputs.sources:
            raise ConfigError(f"A source may not be called {name!r}; the audit adds that one itself.")
    if not inputs.seeds:
        raise ConfigError("The audit needs at least one classifier seed.")
    for name, latents in inputs.latents.items():
        if len(latents.train) != len(inputs.train) or len(latents.holdout) != len(inputs.holdout):
            raise DataError(
                f"The latents of {name!r} have {len(latents.train)} train and {len(latents.holdout)} hold-out rows, "
                f"but the tables have {len(inputs.train)} and {len(inputs.holdout)}."
            )


def _with_target(frame: pd.DataFrame, schema: Schema) -> tuple[pd.DataFrame, str]:
    """The rows that have a target, and a sentence about the others."""
    missing = frame[schema.target].isna().to_numpy(dtype=bool)
    if not missing.any():
        return frame, ""
    return frame[~missing], f"{int(missing.sum())} of {len(frame)} rows have no target and were left out."


def _steps(inputs: AuditInput) -> Iterator[_Step]:
    schema, train, holdout = inputs.schema, inputs.train, inputs.holdout
    outcomes = _outcomes(schema, train)
    bench = protocols.Bench(holdout, schema, outcomes)
    labels = groups.target_labels(train, schema)
    yield _Step("Base rates of the real rows.", 1, partial(_table_records, train, schema, ORIGINAL, "train", outcomes))
    yield _Step(
        "Base rates of the hold-out.", 1, partial(_table_records, holdout, schema, ORIGINAL, "holdout", outcomes)
    )
    for protocol in ("A", "B"):
        work = partial(protocols.constant_records, bench, labels, protocol)
        yield _Step("The constant predictor.", 1, work)
    for name, frame in {ORIGINAL: train, **inputs.sources}.items():
        rows, note = _with_target(frame, schema)
        if rows.empty:
            continue
        size = len(rows) / 1000
        if name != ORIGINAL:
            work = partial(_table_records, rows, schema, name, "all", outcomes)
            yield _Step(f"Base rates of {name}.", 1, _noted(work, note))
        for letter in ("A", "B", "D"):
            work = partial(_protocol, inputs, bench, name, rows, letter)
            yield _Step(f"Protocol {letter}: classifiers trained on {name}.", 10 * size, _noted(work, note))
    for name, latents in inputs.latents.items():
        work = partial(_latent_protocol, inputs, bench, name, latents)
        yield _Step(f"Protocol C: classifiers trained on the latents of {name}.", len(train) / 50, work)
    yield from _other_steps(inputs)


def _other_steps(inputs: AuditInput) -> Iterator[_Step]:
    schema, train, holdout = inputs.schema, inputs.train, inputs.holdout
    for name, frame in {ORIGINAL: None, **inputs.sources}.items():
        work = partial(fidelity.records, schema, train, holdout, frame, name)
        yield _Step(f"How faithful {name} is.", 10, work)
        work = partial(group_fidelity.records, schema, train, holdout, frame, name)
        yield _Step(f"How faithful {name} is to each group.", 5, work)
        work = partial(privacy.records, schema, train, holdout, frame, name)
        yield _Step(f"Whether {name} copies people.", 5, work)
        work = partial(independence.row_records, schema, train if frame is None else frame, name)
        yield _Step(f"What the features of {name} tell of the groups.", 5, work)
    for name, latents in inputs.latents.items():
        work = partial(independence.latent_records, schema, (train, holdout), (latents.train, latents.holdout), name)
        yield _Step(f"What the latents of {name} tell of the groups.", 5, work)


def _noted(work: Callable[[], list[Record]], note: str) -> Callable[[], list[Record]]:
    if not note:
        return work
    return lambda: [record.model_copy(update={"note": sentence(record.note, note)}) for record in work()]


def _protocol(inputs: AuditInput, bench: protocols.Bench, source: str, rows: pd.DataFrame, letter: str) -> list[Record]:
    schema = inputs.schema
    if letter == "D":
        inside = protocols.within(schema, source, rows)
        if inside is None:
            tag = Tag(source, "D", seed=inputs.seeds[0], split="source")
            return bench.undefined(tag, "Undefined: too few rows of one outcome to train and test on.")
        return protocols.fit_records(inside, protocols.Bench(inside.tested, schema, bench.outcomes), inputs.seeds[0])
    fit = protocols.on_rows(schema, source, rows, inputs.train, inputs.holdout, with_sensitive=letter == "A")
    return protocols.with_means([protocols.fit_records(fit, bench, seed) for seed in inputs.seeds])


def _latent_protocol(inputs: AuditInput, bench: protocols.Bench, source: str, latents: Latents) -> list[Record]:
    arrays = (latents.train, latents.holdout)
    fit = protocols.on_latents(inputs.schema, source, arrays, inputs.train, inputs.holdout)
    return protocols.fit_records(fit, bench, inputs.seeds[0])  # trees on real-valued latents take minutes: one seed


def _qualified(record: Record, inputs: AuditInput) -> Record:
    """The record with a warning, if it rests on a hold-out that the source's maker may have seen."""
    if inputs.holdout_independent or record.source in (ORIGINAL, CONSTANT) or record.split != "holdout":
        return record
    hidden = UNSEEN_COPIES if record.protocol == "privacy" else ""
    return record.model_copy(update={"note": sentence(record.note, UNPROVEN, hidden)})
