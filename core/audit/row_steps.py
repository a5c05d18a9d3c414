"""The steps of an audit that compare rows with rows, and those that measure what latents reveal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from core.audit.comparison_space import ComparisonSpace
from core.audit.inputs import AuditInput
from core.audit.metrics import code_usage, distillation, fidelity, group_fidelity, independence, leakage, privacy
from core.audit.records import ORIGINAL, Record
from core.audit.step import Step, noted, with_note
from core.data.groups import GroupedFrame

_OVER_ALL = (
    "Over all rows. The latent tells the {target}, and so the group as far as the two go together; the leakage figures "
    "compare rows with the same {target}."
)


def row_steps(inputs: AuditInput, space: ComparisonSpace) -> Iterator[Step]:
    """Yield fidelity, privacy and independence of the rows of each source."""
    note = space.note
    revealed: dict[str, list[Record]] = {}

    def noted(measure: Callable[[ComparisonSpace, str], list[Record]], source: str) -> Callable[[], list[Record]]:
        return with_note(partial(measure, space, source), note)

    def independence_of(space: ComparisonSpace, source: str) -> list[Record]:
        revealed[source] = _independence(space, source)
        return [*revealed[source], *independence.row_differences(revealed[ORIGINAL], revealed[source])]

    for name in inputs.named():
        copies = partial(_copies, noted(_row_privacy, name), inputs, name)
        yield Step(f"Fidelity of {name}.", 10, noted(_fidelity, name))
        yield Step(f"Fidelity of {name} by group.", 5, noted(_group_fidelity, name))
        yield Step(f"Copies of real rows in {name}.", 5, copies)
        yield Step(f"What the features of {name} reveal of the groups.", 5, noted(independence_of, name))


def latent_steps(
    inputs: AuditInput, space: ComparisonSpace, train: GroupedFrame, holdout: GroupedFrame
) -> Iterator[Step]:
    """Yield what each encoder's latents reveal of the groups, and the student compared with the teacher."""
    adversaries: dict[str, independence.AdversaryResults] = {}
    from_rows: leakage.Told = {}

    def independence_of(name: str) -> list[Record]:
        latents = inputs.latents[name]
        adversaries[name] = independence.adversaries((train, holdout), (latents.train, latents.holdout))
        found = independence.latent_records(holdout, latents.holdout, adversaries[name], name)
        return noted(found, _OVER_ALL.format(target=space.schema.target) if latents.given_target else "")

    def leakage_of_rows() -> list[Record]:
        real = (GroupedFrame(rows, space.schema) for rows in (space.train, space.holdout))
        from_rows.update(leakage.told_from_rows(*real))
        return leakage.row_records(from_rows)

    def leakage_of(name: str) -> list[Record]:
        latents = inputs.latents[name]
        told = leakage.told_from_latents((train, holdout), latents)
        return [*leakage.latent_records(told, from_rows, name), *code_usage.records(holdout, latents, name)]

    def student_and_teacher() -> list[Record]:
        return distillation.leakage_records(adversaries[distillation.TEACHER], adversaries[distillation.STUDENT])

    if inputs.latents:
        yield Step("What the features of real rows reveal to the strongest adversary.", 10, leakage_of_rows)
    for name in inputs.latents:
        yield Step(f"What the latents of {name} reveal of the groups.", 5, partial(independence_of, name))
        yield Step(f"What the latents of {name} reveal to the strongest adversary.", 20, partial(leakage_of, name))
    if {distillation.TEACHER, distillation.STUDENT} <= set(inputs.latents):
        yield Step("What the student's latents reveal, compared with the teacher's.", 1, student_and_teacher)


def _fidelity(space: ComparisonSpace, source: str) -> list[Record]:
    tables = space.schema, space.train, space.holdout, space.source(source), source
    return fidelity.records(*tables, columns=space.columns)


def _group_fidelity(space: ComparisonSpace, source: str) -> list[Record]:
    tables = space.schema, space.train, space.holdout, space.source(source), source
    return group_fidelity.records(*tables, columns=space.columns)


def _row_privacy(space: ComparisonSpace, source: str) -> list[Record]:
    return privacy.records(space.schema, space.train, space.holdout, space.source(source), source)


def _copies(row_privacy: Callable[[], list[Record]], inputs: AuditInput, source: str) -> list[Record]:
    """Return privacy by rows and by attachments. For ``original``, hold-out rows stand in for synthetic ones."""
    synthetic = inputs.holdout if source == ORIGINAL else inputs.sources[source]
    return [*row_privacy(), *inputs.kind.copy_records(inputs.schema, inputs.train, synthetic, source)]


def _independence(space: ComparisonSpace, source: str) -> list[Record]:
    rows = space.source(source)
    return independence.row_records(space.schema, space.train if rows is None else rows, source)
