"""The whole audit: from a real table, its hold-out and any number of other tables to one flat list of records.

Every figure of every source is measured on the same real hold-out by the same classifiers, so that they can stand in
one table: ``original`` (the real train rows) and ``constant`` (always the more frequent outcome) are always among them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from core.audit.comparison_space import ComparisonSpace, embedding_note
from core.audit.estimate import Tag, sentence
from core.audit.inputs import CONSTANT, ORIGINAL, AuditInput, Latents, check
from core.audit.metrics import (
    distillation,
    fairness,
    fidelity,
    group_fidelity,
    independence,
    intersections,
    privacy,
    proxies,
)
from core.audit.protocols import before_after, image, tabular
from core.audit.protocols.evaluator import HoldoutEvaluator
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.audit.statistics.confidence import intervals_at
from core.data import groups
from core.data.groups import GroupedFrame
from core.data.images import Images
from core.data.schema import Schema
from core.errors import DataError
from core.events import Event, Listener, ignore

__all__ = ["AuditInput", "Latents", "audit", "audit_table"]

UNPROVEN = "Independence unknown: whoever made these rows may have seen the hold-out."
UNSEEN_COPIES = "If so, copies of its rows count as chance, and this figure hides them."


# What the first classifier seed measured, by source and protocol letter, for each generator seed (None: not known).
_Kept = dict[tuple[str, str], dict[int | None, tabular.Measured]]


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
    check(inputs)
    with intervals_at(inputs.confidence):
        return _audited(inputs, listener)


def _audited(inputs: AuditInput, listener: Listener) -> list[Record]:
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
    """Audit the rows themselves, without training anything: base rates, DPR, DPD, missing values, impact ratios.

    Args:
        frame: Typed rows, at least one.
        schema: Roles, positive value, groups.

    Raises:
        DataError: The table has no rows.
        SchemaError: The target is missing in a row, or has no positive value.
    """
    if frame.empty:
        raise DataError("The table has no rows, so there is nothing to audit.")
    return _table_records(GroupedFrame(frame, schema), ORIGINAL, "all", _outcomes(schema, frame))


def _outcomes(schema: Schema, frame: pd.DataFrame) -> tuple[str, str]:
    return groups.positive_name(schema), groups.negative_name(schema, frame)


def _table_records(rows: GroupedFrame, source: str, split: str, outcomes: tuple[str, str]) -> list[Record]:
    return [
        *fairness.base_rate_records(rows, source, split, outcomes),
        *fairness.missing_records(rows, source, split),
        *intersections.row_records(rows, source, split, outcomes),
    ]


def _with_target(frame: pd.DataFrame, schema: Schema) -> tuple[pd.DataFrame, str]:
    """The rows that have a target, and a sentence about the others."""
    missing = frame[schema.target].isna().to_numpy(dtype=bool)
    if not missing.any():
        return frame, ""
    return frame[~missing], f"{int(missing.sum())} of {len(frame)} rows have no target and were left out."


def _steps(inputs: AuditInput) -> Iterator[_Step]:
    schema, train, holdout = inputs.schema, inputs.train, inputs.holdout
    outcomes = _outcomes(schema, train)
    evaluator = HoldoutEvaluator(holdout, schema, outcomes)
    real = GroupedFrame(train, schema)
    kept: _Kept = {}
    yield _Step("Base rates of the real rows.", 1, partial(_table_records, real, ORIGINAL, "train", outcomes))
    yield _Step(
        "Base rates of the hold-out.", 1, partial(_table_records, evaluator.rows, ORIGINAL, "holdout", outcomes)
    )
    if not inputs.images:
        yield _Step("Columns that give groups away.", 5, partial(proxies.proxy_records, train, schema, "train"))
    for protocol in ("A", "B"):
        work = partial(tabular.constant_records, evaluator, real.labels, protocol)
        yield _Step("The constant predictor.", 1, work)
    for name, frame in {ORIGINAL: train, **inputs.sources}.items():
        rows, note = _with_target(frame, schema)
        if rows.empty:
            continue
        size = len(rows) / 1000
        if name != ORIGINAL:
            work = partial(_table_records, GroupedFrame(rows, schema), name, "all", outcomes)
            yield _Step(f"Base rates of {name}.", 1, _noted(work, note))
        for letter in ("A", "B", "D"):
            work = partial(_protocol, inputs, evaluator, kept, name, rows, letter)
            yield _Step(f"Protocol {letter}: classifiers trained on {name}.", 10 * size, _noted(work, note))
    yield from _comparison_steps(inputs, evaluator, kept)
    for name, found in inputs.decisions.items():
        yield _Step(f"Decisions of {name}.", 2, partial(_decided, evaluator, name, found))
    for name, latents in inputs.latents.items():
        work = partial(_latent_protocol, inputs, evaluator, name, latents)
        yield _Step(f"Protocol C: classifiers trained on the latents of {name}.", len(train) / 50, work)
    yield from _other_steps(inputs, (real, evaluator.rows))


def _comparison_steps(inputs: AuditInput, evaluator: HoldoutEvaluator, kept: _Kept) -> Iterator[_Step]:
    for name, frame in inputs.sources.items():
        rows, note = _with_target(frame, inputs.schema)
        if rows.empty:
            continue
        further = {seed: draw for seed, draw in inputs.draws.get(name, {}).items() if draw is not frame}
        for letter in ("A", "B"):
            for seed, draw in further.items():
                work = partial(_further_draw, inputs, evaluator, kept, name, letter, seed)
                yield _Step(f"Protocol {letter}: a further draw of {name}.", len(draw) / 300, work)
            work = partial(_comparison, evaluator, kept, name, letter)
            yield _Step(f"What {name} changed under protocol {letter}.", 2, _noted(work, note))


def _further_draw(
    inputs: AuditInput, evaluator: HoldoutEvaluator, kept: _Kept, source: str, letter: str, seed: int
) -> list[Record]:
    """Classify a further draw; its figures stand in the comparison."""
    rows, _ = _with_target(inputs.draws[source][seed], inputs.schema)
    images = inputs.draw_images[source][seed] if inputs.images else None
    fit = _fit(inputs, source, rows, images, letter)
    kept[source, letter][seed] = tabular.measure(fit, evaluator, inputs.seeds[0])
    return []


def _comparison(evaluator: HoldoutEvaluator, kept: _Kept, source: str, letter: str) -> list[Record]:
    return before_after.compare(evaluator, kept[ORIGINAL, letter][None], kept[source, letter], source, letter)


def _other_steps(inputs: AuditInput, real: tuple[GroupedFrame, GroupedFrame]) -> Iterator[_Step]:
    compared = ComparisonSpace(inputs)
    note = embedding_note(inputs)
    for name in (ORIGINAL, *inputs.sources):
        for message, weight, work in (
            (f"How faithful {name} is.", 10, _faithful),
            (f"How faithful {name} is to each group.", 5, _faithful_to_groups),
            (f"Whether {name} copies people.", 5, _copied),
            (f"What the features of {name} tell of the groups.", 5, _rows_tell),
        ):
            yield _Step(message, weight, _noted(partial(work, compared, name), note))
        if inputs.images:
            yield _Step(f"Whether {name} copies images.", 1, partial(_copied_images, inputs, name))
    told: dict[str, independence.AdversaryResult] = {}
    for name in inputs.latents:
        yield _Step(
            f"What the latents of {name} tell of the groups.", 5, partial(_latents_tell, inputs, real, told, name)
        )
    if {distillation.TEACHER, distillation.STUDENT} <= set(inputs.latents):
        yield _Step("What the student's latents tell beside the teacher's.", 1, partial(_leakage, told))


def _faithful(compared: ComparisonSpace, name: str) -> list[Record]:
    tables = (compared.schema, compared.train, compared.holdout, compared.source(name), name)
    return fidelity.records(*tables, columns=compared.columns)


def _faithful_to_groups(compared: ComparisonSpace, name: str) -> list[Record]:
    tables = (compared.schema, compared.train, compared.holdout, compared.source(name), name)
    return group_fidelity.records(*tables, columns=compared.columns)


def _copied(compared: ComparisonSpace, name: str) -> list[Record]:
    return privacy.records(compared.schema, compared.train, compared.holdout, compared.source(name), name)


def _rows_tell(compared: ComparisonSpace, name: str) -> list[Record]:
    rows = compared.source(name)
    return independence.row_records(compared.schema, compared.train if rows is None else rows, name)


def _copied_images(inputs: AuditInput, name: str) -> list[Record]:
    """Of the source ``original`` the hold-out stands in the place of made images."""
    column = image.image_column(inputs.schema)
    made = (inputs.holdout, "holdout") if name == ORIGINAL else (inputs.sources[name], name)
    train, other = (inputs.images[key].each(frame[column]) for frame, key in ((inputs.train, "train"), made))
    return privacy.image_records(train, other, name)


def _noted(work: Callable[[], list[Record]], note: str) -> Callable[[], list[Record]]:
    if not note:
        return work
    return lambda: [record.model_copy(update={"note": sentence(record.note, note)}) for record in work()]


def _latents_tell(
    inputs: AuditInput,
    real: tuple[GroupedFrame, GroupedFrame],
    told: dict[str, independence.AdversaryResult],
    name: str,
) -> list[Record]:
    latents = inputs.latents[name]
    told[name] = independence.adversaries(real, (latents.train, latents.holdout))
    return independence.latent_records(real[1], latents.holdout, told[name], name)


def _leakage(told: dict[str, independence.AdversaryResult]) -> list[Record]:
    return distillation.leakage_records(told[distillation.TEACHER], told[distillation.STUDENT])


def _protocol(
    inputs: AuditInput, evaluator: HoldoutEvaluator, kept: _Kept, source: str, rows: pd.DataFrame, letter: str
) -> list[Record]:
    images = inputs.images_of(source)
    if letter == "D":
        inside = _inside(inputs, source, rows, images)
        if inside is None:
            tag = Tag(source, "D", seed=inputs.seeds[0], split="source")
            return evaluator.undefined(tag, "Undefined: too few rows of one outcome to train and test on.")
        tested = HoldoutEvaluator(inside.tested, inputs.schema, evaluator.outcomes)
        return tabular.measure(inside, tested, inputs.seeds[0]).records
    fit = _fit(inputs, source, rows, images, letter)
    seeds = inputs.seeds_of(source)
    measured = [tabular.measure(fit, evaluator, seed, direct=seed == seeds[0]) for seed in seeds]
    generator_seed = next(
        (seed for seed, draw in inputs.draws.get(source, {}).items() if draw is inputs.sources[source]), None
    )
    kept[source, letter] = {generator_seed: measured[0]}
    found = list(RecordSet(record for one in measured for record in one.records).with_means_over_seeds())
    seed = seeds[0] if len(seeds) == 1 else None
    found += [record.model_copy(update={"seed": seed}) for record in measured[0].direct]
    predictions = [tabular.selected(one.scores) for one in measured if one.scores is not None]
    if predictions:
        found += evaluator.category_records(np.stack(predictions), Tag(source, letter, seed=seed))
    return found


def _fit(
    inputs: AuditInput, source: str, rows: pd.DataFrame, images: Images | None, letter: str
) -> tabular.Fit | image.ImageFit:
    """Protocol A or B for one source's rows."""
    schema, train, holdout, seen = inputs.schema, inputs.train, inputs.holdout, letter == "A"
    if images is None:
        return tabular.on_rows(schema, source, rows, train, holdout, with_sensitive=seen, classifier=inputs.classifier)
    tested = (holdout, inputs.images["holdout"])
    return image.on_images(schema, source, (rows, images), train, tested, with_sensitive=seen)


def _inside(
    inputs: AuditInput, source: str, rows: pd.DataFrame, images: Images | None
) -> tabular.Fit | image.ImageFit | None:
    """Protocol D for one source's rows."""
    if images is None:
        return tabular.within(inputs.schema, source, rows, inputs.classifier)
    return image.within_images(inputs.schema, source, (rows, images))


def _decided(evaluator: HoldoutEvaluator, source: str, found: pd.DataFrame) -> list[Record]:
    """Figures of decisions that the audit's own classifier did not make."""
    scores, chosen = found["score"].to_numpy(dtype=np.float64), found["selected"].to_numpy(dtype=np.int8)
    tag = Tag(source, "A")
    return [*evaluator.records(scores, chosen, tag), *evaluator.category_records(chosen[None], tag)]


def _latent_protocol(inputs: AuditInput, evaluator: HoldoutEvaluator, source: str, latents: Latents) -> list[Record]:
    arrays = (latents.train, latents.holdout)
    fit = tabular.on_latents(inputs.schema, source, arrays, inputs.train, inputs.holdout, inputs.classifier)
    return tabular.measure(
        fit, evaluator, inputs.seeds[0]
    ).records  # trees on real-valued latents take minutes: one seed


def _qualified(record: Record, inputs: AuditInput) -> Record:
    """The record with a warning, if it rests on a hold-out that the source's maker may have seen."""
    if inputs.holdout_independent or record.source in (ORIGINAL, CONSTANT) or record.split != "holdout":
        return record
    hidden = UNSEEN_COPIES if record.protocol == "privacy" else ""
    return record.model_copy(update={"note": sentence(record.note, UNPROVEN, hidden)})
