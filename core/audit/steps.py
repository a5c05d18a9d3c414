"""The steps of an audit, in the order in which their records stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import pandas as pd

from core.audit.classifier_steps import ClassifierSteps
from core.audit.comparison_space import ComparisonSpace
from core.audit.conditional_figures import ConditionalFigures
from core.audit.file_steps import file_steps
from core.audit.inputs import AuditInput, with_target
from core.audit.metrics import fairness, intersections, outcome_distribution, reference_outcome
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.records import ORIGINAL, WHOLE, Record
from core.audit.row_steps import latent_steps, row_steps
from core.audit.step import Step, with_note
from core.cluster import Cluster
from core.data import groups
from core.data.compared_groups import ComparedGroups, compared_in_rows, compared_in_tests
from core.data.groups import GroupedFrame
from core.data.schema import Schema


def audit_steps(inputs: AuditInput, cluster: Cluster | None = None) -> Iterator[Step]:
    """Yield every step of an audit. The order is fixed: later steps use what earlier ones measured.

    Args:
        inputs: What is audited.
        cluster: See `ClassifierSteps`.
    """
    schema, train, holdout = inputs.schema, inputs.train.frame, inputs.holdout.frame
    outcomes = outcome_names(schema, train)
    whole, real, tested = (GroupedFrame(rows, schema) for rows in (inputs.real_rows, train, holdout))
    of_rows, of_tests = compared_in_rows(real, tested), compared_in_tests(real, tested)
    evaluator = HoldoutEvaluator(holdout, schema, outcomes, of_tests)
    conditional = ConditionalFigures(whole, real, evaluator, of_rows)
    classifiers = ClassifierSteps(inputs, evaluator, conditional, cluster)
    work = partial(rate_records, whole, ORIGINAL, WHOLE, outcomes, of_rows)
    yield Step("Base rates of the real rows.", 1, work)
    work = partial(rate_records, real, ORIGINAL, "train", outcomes, of_rows)
    yield Step("Base rates of the train rows.", 1, work)
    work = partial(rate_records, evaluator.rows, ORIGINAL, "holdout", outcomes, of_tests)
    yield Step("Base rates of the hold-out.", 1, work)
    if schema.reference is not None:
        work = partial(reference_outcome.row_records, whole, WHOLE, outcomes, of_rows)
        yield Step("Outcomes of the real rows against the reference outcome.", 1, work)
    if inputs.kind.features_in_columns:
        yield Step("Proxies of the sensitive attributes.", 5, conditional.of_proxies)
    yield Step("Differences of the real rows within strata.", 1, conditional.of_rows)
    yield from classifiers.of_the_constant(real.labels)
    for name, examples in inputs.named().items():
        rows, note = with_target(examples, schema)
        if rows.frame.empty:
            continue
        if name != ORIGINAL:
            work = partial(rate_records, GroupedFrame(rows.frame, schema), name, WHOLE, outcomes, of_rows)
            yield Step(f"Base rates of {name}.", 1, with_note(work, note))
        yield from classifiers.of_rows(name, rows, note)
    yield from classifiers.of_changes()
    yield from classifiers.of_other_classifiers()
    yield from classifiers.of_decisions()
    yield from classifiers.of_latents()
    space = ComparisonSpace(inputs)
    yield from row_steps(inputs, space)
    yield from file_steps(inputs, space, outcomes)
    yield from latent_steps(inputs, space, real, evaluator.rows)


def outcome_names(schema: Schema, frame: pd.DataFrame) -> tuple[str, str]:
    """Return the names of the positive and the negative outcome."""
    return groups.positive_name(schema), groups.negative_name(schema, frame)


def rate_records(
    rows: GroupedFrame,
    source: str,
    split: str,
    outcomes: tuple[str, str],
    compared: Mapping[str, ComparedGroups] | None = None,
) -> list[Record]:
    """Return the figures of the rows that need no classifier: base rates, whole outcomes, missing values, ratios."""
    return [
        *fairness.base_rate_records(rows, source, split, outcomes, compared),
        *outcome_distribution.records(rows, source, split, compared),
        *fairness.missing_records(rows, source, split),
        *intersections.row_records(rows, source, split, outcomes),
    ]
