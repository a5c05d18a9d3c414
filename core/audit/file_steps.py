"""The steps of an audit that look for faults of a file itself. Stages of the synthesis are not files and have none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

from core.audit.comparison_space import ComparisonSpace
from core.audit.estimate import Estimate, Tag
from core.audit.inputs import AuditInput, with_target
from core.audit.metrics.file_checks import broken_relations, copies, pairs, relations, repeats, rounding, shares, values
from core.audit.records import ORIGINAL, Record
from core.audit.step import Step
from core.data.relations.found import every_relation
from core.data.relations.kinds import Relation


def file_steps(inputs: AuditInput, space: ComparisonSpace, outcomes: tuple[str, str]) -> Iterator[Step]:
    """Yield the checks of the real rows and of each source.

    Args:
        inputs: What is audited.
        space: The tables of the audit in the space in which rows are compared.
        outcomes: Names of the positive and the negative outcome.
    """
    held = cache(lambda: every_relation(inputs.train.frame, inputs.schema))  # every source is held against them
    if inputs.kind.features_in_columns:
        yield Step("Columns that give the outcome away.", 2, partial(_of_real_rows, inputs))
        yield Step("Relations between columns.", 2, partial(_relations, inputs, held))
    for name in inputs.sources:
        if name not in inputs.intermediate:
            yield Step(f"Faults of {name} itself.", 10, partial(_of_source, inputs, space, outcomes, held, name))


def _of_real_rows(inputs: AuditInput) -> list[Record]:
    train, holdout = inputs.train.frame, inputs.holdout.frame
    return [
        *relations.records(inputs.schema, train, holdout, None, ORIGINAL),
        *pairs.records(inputs.schema, train, None, ORIGINAL),
    ]


def _relations(inputs: AuditInput, held: Callable[[], tuple[Relation, ...]]) -> list[Record]:
    return broken_relations.held_records(inputs.schema, inputs.train.frame, held())


def _of_source(
    inputs: AuditInput,
    space: ComparisonSpace,
    outcomes: tuple[str, str],
    held: Callable[[], tuple[Relation, ...]],
    name: str,
) -> list[Record]:
    schema, train, holdout = inputs.schema, inputs.train.frame, inputs.holdout.frame
    rows, compared = inputs.sources[name].frame, space.source(name)
    ratio = Tag(name, copies.PROTOCOL, split="source").record(
        "rows_per_train_row", Estimate(len(rows) / len(train), n=len(rows))
    )
    found = [ratio, *shares.records(schema, inputs.real_rows, rows, name, outcomes)]
    if compared is not None:
        mine, known, unknown = rounding.rounded_alike(space.schema, compared, space.train, space.holdout)
        found += copies.records(space.schema, known, unknown, mine, name)
        found += repeats.records(space.schema, known, unknown, mine, name)
    if inputs.kind.features_in_columns:
        labelled = with_target(inputs.sources[name], schema)[0].frame
        mine, known, unknown = rounding.rounded_alike(schema, rows, train, holdout)
        found += values.records(schema, known, unknown, mine, name)
        kept = [one for one in held() if one.text not in schema.refused_relations]
        found += broken_relations.records(kept, holdout, rows, name)
        found += relations.records(schema, train, holdout, labelled, name)
        found += pairs.records(schema, train, labelled, name)
    return found
