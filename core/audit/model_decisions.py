"""The audit of decisions that exist: predicted labels or scores of one or several models, and the true outcome.

Nothing is trained, so every row is a test row. Each model is a source of its own under the protocol ``model``; the
outcomes themselves stand beside them as ``original`` under ``data``. A model that lacks decisions for some rows is
measured on the others, with the same compared groups. Against a reference outcome, every figure that counts errors is
made again, on the rows that have it. In a file with a row for each model and person, the outcomes are
counted over the rows of one model, so that no person counts twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Tag, sentence
from core.audit.glossary import MODEL, NUMBERS, against_reference
from core.audit.inputs import CONSTANT
from core.audit.metrics import multiclass, reference_group, reference_outcome, score_quality, utility
from core.audit.metrics.conditional import PROTOCOL as CONDITIONAL
from core.audit.metrics.conditional import Strata, conditional_records, favourable
from core.audit.metrics.missing_decisions import missing_records
from core.audit.metrics.predicted_numbers import number_records
from core.audit.over_time import records_over_time
from core.audit.protocols import few_selected
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.protocols.tabular import constant_records
from core.audit.records import ORIGINAL, WHOLE, Record, Status
from core.audit.run import carried_out
from core.audit.statistics.confidence import DEFAULT_CONFIDENCE, intervals_at
from core.audit.statistics.confusion import count, polarities
from core.audit.step import Step, noted, with_note
from core.audit.steps import outcome_names, rate_records
from core.data.compared_groups import ComparedGroups, compared_in_rows
from core.data.groups import GroupedFrame, is_binary
from core.data.model_decisions import Decisions
from core.data.periods import Periods
from core.data.reference_outcome import in_targets_place
from core.data.schema import Schema
from core.data.weights import Weights
from core.errors import ConfigError
from core.events import Listener, ignore

PROTOCOL = MODEL
SPLIT = WHOLE
_NO_SCORES = "Undefined: the file has predicted labels and no scores."


@dataclass(frozen=True)
class DecisionsInput:
    """What is audited.

    Args:
        schema: Target, positive value, sensitive columns, strata.
        frame: Typed rows, each with a known target.
        models: The decisions of each model, at least one.
        confidence: Nominal coverage of all intervals.
        references: By attribute, the group that others are compared with, or ``overall``.
        people: Positions of the rows over which the outcomes themselves are counted, one a person; all by default.
        weights: How much each row counts; by default once.
        periods: The period of each row, if figures are followed over time.
    """

    schema: Schema
    frame: pd.DataFrame
    models: Sequence[Decisions]
    confidence: float = DEFAULT_CONFIDENCE
    people: NDArray[np.intp] | None = None
    weights: Weights | None = None
    references: Mapping[str, str] = field(default_factory=dict)
    periods: Periods | None = None

    def evaluator(
        self, rows: NDArray[np.intp], outcomes: tuple[str, str], compared: Mapping[str, ComparedGroups]
    ) -> HoldoutEvaluator:
        """Return the evaluator of some rows."""
        weights = None if self.weights is None else self.weights[rows]
        return HoldoutEvaluator(self.frame.iloc[rows], self.schema, outcomes, compared, weights)


def audit_decisions(inputs: DecisionsInput, listener: Listener = ignore) -> list[Record]:
    """Measure every model and return one record per figure.

    Args:
        inputs: Rows and decisions.
        listener: Receives an event after each step.

    Raises:
        ConfigError: There is no model, or one has a reserved name.
        SchemaError: The target is missing in a row, or has no positive value.
    """
    names = [one.name for one in inputs.models]
    if not names:
        raise ConfigError("No model is named, so there are no decisions to audit.", field="prediction")
    for name in names:
        if name in (ORIGINAL, CONSTANT):
            raise ConfigError(f"A model cannot be named {name!r}: the audit uses that name itself.", field="prediction")
    with intervals_at(inputs.confidence):
        return carried_out(list(_steps(inputs)), listener)


def _steps(inputs: DecisionsInput) -> Iterator[Step]:
    people = np.arange(len(inputs.frame)) if inputs.people is None else inputs.people
    frame = inputs.frame.iloc[people]
    real = GroupedFrame(frame, inputs.schema, None if inputs.weights is None else inputs.weights[people])
    reference_group.check(inputs.references, real.groupings)
    outcomes, compared = outcome_names(inputs.schema, inputs.frame), compared_in_rows(real)
    yield Step("Base rates.", 1, partial(rate_records, real, ORIGINAL, SPLIT, outcomes, compared))
    if inputs.schema.reference is not None:
        work = partial(reference_outcome.row_records, real, SPLIT, outcomes, compared)
        yield Step("Recorded outcomes against the reference outcome.", 1, work)
    strata = Strata(inputs.schema, frame)
    yield Step("Outcomes within strata.", 1, partial(_rows_within, real, strata, outcomes, compared))
    everyone = inputs.evaluator(people, outcomes, compared)
    yield Step("The constant predictor.", 1, partial(_constant, everyone))
    for one in inputs.models:
        if inputs.people is None:  # a model of a long file decides on rows of its own
            tag = Tag(one.name, PROTOCOL, split=SPLIT)
            work = partial(missing_records, real, one.rows, tag, compared)
            yield Step(f"Rows without a decision of {one.name}.", 1, work)
        whole = np.array_equal(one.rows, people)
        rows = everyone if whole else inputs.evaluator(one.rows, outcomes, compared)
        note = sentence(*one.notes)
        yield Step(f"Decisions of {one.name}.", 5, with_note(partial(_model, rows, one, strata), note))
        if inputs.schema.reference is not None:
            work = partial(_against_reference, rows, one)
            yield Step(f"Decisions of {one.name} against the reference outcome.", 5, with_note(work, note))
        if inputs.references:
            work = partial(_beside_reference_groups, rows, one, inputs.references)
            yield Step(f"Decisions of {one.name} beside reference groups.", 1, work)
        if inputs.periods is not None:
            part = partial(inputs.evaluator, outcomes=outcomes, compared=compared)
            yield Step(f"Decisions of {one.name} over time.", 5, partial(records_over_time, inputs.periods, one, part))


def _constant(evaluator: HoldoutEvaluator) -> list[Record]:
    records = constant_records(evaluator, evaluator.labels, PROTOCOL)
    return [record.model_copy(update={"split": SPLIT}) for record in records]


def _rows_within(
    real: GroupedFrame, strata: Strata, outcomes: tuple[str, str], compared: Mapping[str, ComparedGroups]
) -> list[Record]:
    tag = Tag(ORIGINAL, CONDITIONAL, positive=_favourable_name(real.schema, outcomes), split=SPLIT)
    return conditional_records(real, favourable(real.labels, real.schema), tag, strata=strata, compared=compared)


def _favourable_name(schema: Schema, outcomes: tuple[str, str]) -> str:
    return outcomes[1 if schema.favorable == "negative" else 0]


def _model(evaluator: HoldoutEvaluator, one: Decisions, strata: Strata) -> list[Record]:
    tag = Tag(one.name, PROTOCOL, split=SPLIT)
    records = _judged(evaluator, one, tag)
    if one.is_number and one.scores is not None:
        truth = evaluator.frame[evaluator.schema.target].to_numpy(dtype=np.float64)
        numbers = Tag(one.name, NUMBERS, split=SPLIT)
        records += number_records(truth, one.scores, evaluator.rows, numbers, evaluator.compared)
    if one.labels is not None and not is_binary(evaluator.frame, evaluator.schema):
        classes = evaluator.truth
        records += multiclass.records(classes, one.labels, evaluator.rows, tag)
        records += multiclass.class_records(classes, one.labels, evaluator.rows, tag)
    schema = evaluator.schema
    reason = utility.degenerate_reason(evaluator.counts(one.selected))
    within = conditional_records(
        evaluator.rows,
        favourable(one.selected, schema),
        Tag(one.name, f"{CONDITIONAL} {PROTOCOL}", positive=_favourable_name(schema, evaluator.outcomes), split=SPLIT),
        strata=strata,
        compared=evaluator.compared,
        degenerate_reason=reason,
    )
    few = few_selected.records([(one.selected, one.scores)], evaluator, tag)
    return [*records, *evaluator.category_records(one.selected[None], tag), *within, *few]


def _against_reference(evaluator: HoldoutEvaluator, one: Decisions) -> list[Record]:
    """Return the figures that count errors, against the reference outcome; none if no row has it."""
    founded, known = in_targets_place(evaluator.frame, evaluator.schema)
    if not known.any():
        return []
    scores = None if one.scores is None else one.scores[known]
    judged = replace(one, rows=one.rows[known], scores=scores, selected=one.selected[known])
    tag = Tag(one.name, against_reference(PROTOCOL), split=SPLIT)
    weights = None if evaluator.weights is None else evaluator.weights[known]
    records = _judged(replace(evaluator, frame=founded, weights=weights), judged, tag)
    kept = [record for record in records if record.metric not in reference_outcome.SAME_AGAINST_ANY]
    return noted(kept, reference_outcome.missing_note(known))


def _judged(evaluator: HoldoutEvaluator, one: Decisions, tag: Tag) -> list[Record]:
    scores = one.selected.astype(np.float64) if one.scores is None else one.scores
    records = evaluator.records(scores, one.selected, tag)
    if one.scores is None:
        return [_without_ranking(record) for record in records]
    return records + _of_scores(evaluator, one.scores, tag)


def _beside_reference_groups(
    evaluator: HoldoutEvaluator, one: Decisions, references: Mapping[str, str]
) -> list[Record]:
    found = []
    for name, reference in references.items():
        grouping = evaluator.groupings[name]
        for positive, counts in polarities(count(evaluator.labels, one.selected, grouping), evaluator.outcomes):
            tag = Tag(one.name, reference_group.PROTOCOL, name, positive, split=SPLIT)
            found += reference_group.records(counts, reference, tag, evaluator.schema.min_group_size)
    return found


def _of_scores(evaluator: HoldoutEvaluator, scores: NDArray[np.float64], tag: Tag) -> list[Record]:
    """Return the quality of the scores over all rows and by group, for the outcome that they are scores of."""
    positive = evaluator.outcomes[0]
    records = score_quality.overall_records(
        evaluator.labels, scores, replace(tag, positive=positive), evaluator.weights
    )
    for name, grouping in evaluator.groupings.items():
        one = replace(tag, sensitive=name, positive=positive)
        records += score_quality.group_records(evaluator.labels, scores, grouping, one, evaluator.compared_in(name))
    return records


def _without_ranking(record: Record) -> Record:
    if record.metric != "auc":
        return record
    blank = {"value": None, "low": None, "high": None, "interval": None, "status": Status.UNDEFINED}
    return record.model_copy(update={**blank, "note": _NO_SCORES})
