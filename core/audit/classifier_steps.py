"""The steps of an audit that train classifiers, and those that compare what the classifiers scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.audit.conditional_figures import ConditionalFigures
from core.audit.estimate import Tag
from core.audit.inputs import ORIGINAL, AuditInput, Latents, with_target
from core.audit.metrics.moved_decisions import PairedDecisions
from core.audit.protocols import before_after, direct_effect, procedure, tabular
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.protocols.trainable import Trainable
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.audit.step import Step, with_note
from core.data.examples import Examples


class ClassifierSteps:
    """The classifiers of one audit. Each is trained once; later steps compare them with the original's.

    Args:
        inputs: What is audited.
        evaluator: The real hold-out rows.
        conditional: Measures the differences of the predictions within strata.
    """

    def __init__(self, inputs: AuditInput, evaluator: HoldoutEvaluator, conditional: ConditionalFigures) -> None:
        self._inputs = inputs
        self._evaluator = evaluator
        self._conditional = conditional
        # What the first classifier seed measured, by source and protocol, for each generator seed (None: not known).
        self._measured: dict[tuple[str, str], dict[int | None, tabular.Measurement]] = {}
        # The decisions of every classifier seed, by source and protocol.
        self._predictions: dict[tuple[str, str], list[NDArray[np.int8]]] = {}
        # What other training rows and seeds add to the interval of a change, by source and protocol.
        self._spreads: dict[tuple[str, str], procedure.Spreads] = {}
        self._group_spreads: dict[tuple[str, str], procedure.GroupSpreads] = {}

    def of_the_constant(self, train_labels: NDArray[np.int8]) -> Iterator[Step]:
        """Yield the steps of the predictor that always gives the more frequent outcome."""
        for letter in ("A", "B"):
            work = partial(tabular.constant_records, self._evaluator, train_labels, letter)
            yield Step("The constant predictor.", 1, work)

    def of_rows(self, source: str, rows: Examples, note: str) -> Iterator[Step]:
        """Yield protocols A, B and D for one source; ``note`` is added to the records."""
        for letter in ("A", "B", "D"):
            work = partial(self._within if letter == "D" else self._on_holdout, source, rows, letter)
            message = f"Protocol {letter}: classifiers trained on {source}."
            fits = 1 if letter == "D" else len(self._inputs.seeds_of(source)) + self._inputs.refits_of(source)
            yield Step(message, 3 * fits * len(rows.frame) / 1000, with_note(work, note))

    def of_changes(self) -> Iterator[Step]:
        """Yield the further draws of each source, and its changes against the original rows."""
        for name, examples in self._inputs.sources.items():
            rows, note = with_target(examples, self._inputs.schema)
            if rows.frame.empty:
                continue
            draws = self._inputs.draws.get(name, {})
            further = {seed: draw for seed, draw in draws.items() if draw is not examples}
            for letter in ("A", "B"):
                for seed, draw in further.items():
                    work = partial(self._further_draw, name, letter, seed)
                    yield Step(f"Protocol {letter}: a further draw of {name}.", len(draw.frame) / 300, work)
                work = partial(self._change, name, letter)
                yield Step(f"Changes of {name} under protocol {letter}.", 2, with_note(work, note))

    def of_decisions(self) -> Iterator[Step]:
        """Yield the figures of decisions that the audit's own classifier did not make."""
        for name in self._inputs.decisions:
            yield Step(f"Decisions of {name}.", 2, partial(self._decisions, name))

    def of_latents(self) -> Iterator[Step]:
        """Yield protocol C for each encoder."""
        weight = len(self._inputs.train.frame) / 50
        for name, latents in self._inputs.latents.items():
            work = partial(self._on_latents, name, latents)
            yield Step(f"Protocol C: classifiers trained on the latents of {name}.", weight, work)

    def _within(self, source: str, rows: Examples, letter: str) -> list[Record]:
        inputs, seed = self._inputs, self._inputs.seeds[0]
        fit = inputs.kind.fit_within(inputs.schema, source, rows)
        if fit is None:
            tag = Tag(source, letter, seed=seed, split="source")
            return self._evaluator.undefined(tag, "Undefined: too few rows of one outcome to train and test on.")
        evaluator = HoldoutEvaluator(fit.tested, inputs.schema, self._evaluator.outcomes, self._evaluator.compared)
        return procedure.for_one_classifier(tabular.measure(fit, evaluator, seed).records)

    def _on_holdout(self, source: str, rows: Examples, letter: str) -> list[Record]:
        inputs, evaluator = self._inputs, self._evaluator
        fit = self._fit(source, rows, letter)
        seeds = inputs.seeds_of(source)
        measured = [tabular.measure(fit, evaluator, seed, direct=seed == seeds[0]) for seed in seeds]
        scores = [result.scores for result in measured if result.scores is not None]
        refits = procedure.refit_scores(fit, inputs.refits_of(source)) if scores else []
        trained = procedure.Procedure(evaluator, scores, refits) if len(refits) > 1 else None
        self._spreads[source, letter] = trained.spreads if trained is not None else {}
        self._group_spreads[source, letter] = trained.group_spreads if trained is not None else {}
        draws = inputs.draws.get(source, {})
        generator_seed = next((seed for seed, draw in draws.items() if draw is inputs.sources[source]), None)
        self._measured[source, letter] = {generator_seed: measured[0]}
        by_seed = RecordSet(record for result in measured for record in result.records)
        means = by_seed.with_means_over_seeds().shown
        shown = trained.records(means) if trained is not None else procedure.for_one_classifier(means)
        records = [*(by_seed if len(seeds) > 1 else ()), *shown]
        seed = seeds[0] if len(seeds) == 1 else None
        direct = [*measured[0].direct]
        if source not in inputs.intermediate:
            direct += direct_effect.beyond_chance(fit, measured[0], evaluator, seeds[0])
        records += [record.model_copy(update={"seed": seed}) for record in direct]
        predictions: dict[int | None, NDArray[np.int8]] = {
            one: result.predictions
            for one, result in zip(seeds, measured, strict=True)
            if result.predictions is not None
        }
        self._predictions[source, letter] = [*predictions.values()]
        if predictions:
            records += evaluator.category_records(np.stack([*predictions.values()]), Tag(source, letter, seed=seed))
        if source not in inputs.intermediate:
            records += self._conditional.of_predictions(predictions, source, letter)
        return records

    def _further_draw(self, source: str, letter: str, seed: int) -> list[Record]:
        """Train on a further draw. It has no records of its own: its figures stand in the comparison."""
        rows, _ = with_target(self._inputs.draws[source][seed], self._inputs.schema)
        fit = self._fit(source, rows, letter)
        self._measured[source, letter][seed] = tabular.measure(fit, self._evaluator, self._inputs.seeds[0])
        return []

    def _change(self, source: str, letter: str) -> list[Record]:
        original = self._measured[ORIGINAL, letter][None]
        spreads = self._spreads[ORIGINAL, letter], self._spreads[source, letter]
        changes = before_after.compare(
            self._evaluator, original, self._measured[source, letter], spreads, Tag(source, letter)
        )
        return changes + self._moved(source, letter, self._predictions[source, letter])

    def _moved(self, source: str, letter: str, after: Sequence[NDArray[np.int8]]) -> list[Record]:
        """Return who gets another decision than from the original's classifiers; empty if one was not trained."""
        pairs = list(zip(self._predictions[ORIGINAL, letter], after, strict=False))  # by classifier seed
        if not pairs:
            return []
        evaluator = self._evaluator
        minimum = evaluator.schema.min_group_size
        decisions = PairedDecisions(evaluator.labels, pairs, evaluator.outcomes, minimum)
        within = Tag(source, letter, seed=self._inputs.seeds[0] if len(pairs) == 1 else None)
        moved = decisions.records(evaluator.groupings, within, Tag(source, f"change{before_after.SUFFIX[letter]}"))
        of_groups = self._group_spreads
        return procedure.with_refits(moved, of_groups.get((ORIGINAL, letter), {}), of_groups.get((source, letter), {}))

    def _decisions(self, source: str) -> list[Record]:
        decisions, tag = self._inputs.decisions[source], Tag(source, "A")
        scores = decisions["score"].to_numpy(dtype=np.float64)
        predictions = decisions["selected"].to_numpy(dtype=np.int8)
        records = self._evaluator.records(scores, predictions, tag)
        decided = tabular.Measurement(records, scores, [], decided=predictions)
        original = self._measured[ORIGINAL, "A"][None]
        return [
            *records,
            *self._evaluator.category_records(predictions[None], tag),
            *self._conditional.of_predictions({None: predictions}, source, "A"),
            *before_after.compare(self._evaluator, original, {None: decided}, ({}, {}), Tag(source, "A")),
            *self._moved(source, "A", [predictions] * len(self._inputs.seeds)),
        ]

    def _on_latents(self, source: str, latents: Latents) -> list[Record]:
        inputs = self._inputs
        arrays = latents.train, latents.holdout
        frames = inputs.train.frame, inputs.holdout.frame
        fit = tabular.on_latents(inputs.schema, source, arrays, *frames, inputs.kind.classifier)
        # Trees on real-valued latents take minutes: one seed.
        return procedure.for_one_classifier(tabular.measure(fit, self._evaluator, inputs.seeds[0]).records)

    def _fit(self, source: str, rows: Examples, letter: str) -> Trainable:
        inputs = self._inputs
        return inputs.kind.fit(inputs.schema, source, rows, inputs.train, inputs.holdout, with_sensitive=letter == "A")
