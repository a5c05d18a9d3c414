"""The steps of an audit that train classifiers, and those that compare what the classifiers scored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.audit.conditional_figures import ConditionalFigures
from core.audit.data_kind import DataKind
from core.audit.display_names import protocol_name, source_name
from core.audit.estimate import Tag, sentence
from core.audit.inputs import AuditInput, Latents, with_target
from core.audit.learned_rows import learned_positions, sample_note
from core.audit.outcome_figures import OutcomeFigures
from core.audit.protocols import direct_effect, few_selected, other_classifier, procedure, tabular
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.protocols.sent_fits import Training, sent
from core.audit.protocols.trainable import Trainable
from core.audit.records import Record
from core.audit.reference_figures import reference_figures
from core.audit.step import Step, with_note
from core.cluster import Cluster
from core.data.examples import Examples
from core.downstream_classifiers.default import TITLES, ClassifierName

_Fit = TypeVar("_Fit", bound=Trainable | None)
_Prepared = Callable[[], Trainable]


class ClassifierSteps:
    """The classifiers of one audit. Each is trained once; later steps compare them with the original's.

    Args:
        inputs: What is audited.
        evaluator: The real hold-out rows.
        conditional: Measures the differences of the predictions within strata.
        cluster: Trains the classifiers of a table ahead of their steps; by default each step trains its own here.
    """

    def __init__(
        self,
        inputs: AuditInput,
        evaluator: HoldoutEvaluator,
        conditional: ConditionalFigures,
        cluster: Cluster | None = None,
    ) -> None:
        self._inputs = inputs
        self._cluster = cluster
        self._evaluator = evaluator
        self._conditional = conditional
        # Against the target, then against the reference outcome, if there is one.
        first = inputs.seeds[0]
        self._outcomes = [OutcomeFigures(evaluator, first), *reference_figures(evaluator, first)]

    def of_the_constant(self, train_labels: NDArray[np.int8]) -> Iterator[Step]:
        """Yield the steps of the predictor that always gives the more frequent outcome."""
        for figures in self._outcomes:
            for letter in ("A", "B"):
                yield Step("The constant predictor.", 1, partial(figures.of_constant, train_labels, letter))

    def of_rows(self, source: str, rows: Examples, note: str) -> Iterator[Step]:
        """Yield protocols A, B and D for one source; ``note`` is added to the records."""
        rows, note = self._learned(rows, note)
        for letter in ("A", "B", "D"):
            work = self._within(source, rows) if letter == "D" else self._on_holdout(source, rows, letter)
            message = f"{_setup(letter, source)}."
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
                    learned, _ = self._learned(*with_target(draw, self._inputs.schema))
                    work = partial(self._further_draw, seed, self._once(partial(self._fit, name, learned, letter)))
                    yield Step(f"{_setup(letter, name)}, a further draw.", len(learned.frame) / 300, work)
                work = partial(self._change, name, letter)
                yield Step(f"{_setup(letter, name)}, against the original rows.", 2, with_note(work, note))

    def of_other_classifiers(self) -> Iterator[Step]:
        """Yield accuracy and parity of protocols A and B with each other classifier, one seed each."""
        inputs = self._inputs
        for name, kind in inputs.kind.others().items():
            for source, examples in inputs.named().items():
                rows, note = with_target(examples, inputs.schema)
                if rows.frame.empty or source in inputs.intermediate:
                    continue
                rows, note = self._learned(rows, note)
                for letter in ("A", "B"):
                    fit = self._once(partial(self._fit, source, rows, letter, kind))
                    work = partial(self._with_classifier, name, fit)
                    message = f"{_setup(letter, source)}, {TITLES[name]}."
                    yield Step(message, 3 * len(rows.frame) / 1000, with_note(work, note))

    def of_decisions(self) -> Iterator[Step]:
        """Yield the figures of decisions that the audit's own classifier did not make."""
        for name in self._inputs.decisions:
            yield Step(f"Decisions of {name}.", 2, partial(self._decisions, name))

    def of_latents(self) -> Iterator[Step]:
        """Yield protocol C for each encoder, but not for latents that were made with regard to the target."""
        frame = self._inputs.train.frame
        learned = learned_positions(frame, self._inputs.schema, self._inputs.kind.most_learned)
        note = sample_note(len(learned), len(frame))
        for name, latents in self._inputs.latents.items():
            if latents.given_target:
                continue
            fit = self._once(partial(self._latent_fit, name, latents, learned))
            work = with_note(partial(self._on_latents, fit), note)
            yield Step(f"Protocol C: classifiers trained on the latents of {name}.", len(learned) / 50, work)

    def _within(self, source: str, rows: Examples) -> Callable[[], list[Record]]:
        fit = self._once(partial(self._inputs.kind.fit_within, self._inputs.schema, source, rows))
        return partial(self._diagnostic, source, fit)

    def _diagnostic(self, source: str, prepared: Callable[[], Trainable | None]) -> list[Record]:
        inputs, seed, fit = self._inputs, self._inputs.seeds[0], prepared()
        if fit is None:
            tag = Tag(source, "D", seed=seed, split="source")
            return self._evaluator.undefined(tag, "Undefined: too few rows of one outcome to train and test on.")
        evaluator = HoldoutEvaluator(fit.tested, inputs.schema, self._evaluator.outcomes, self._evaluator.compared)
        return procedure.for_one_classifier(tabular.measure(fit, evaluator, seed).records)

    def _on_holdout(self, source: str, rows: Examples, letter: str) -> Callable[[], list[Record]]:
        first, *others = self._inputs.seeds_of(source)
        trainings = [Training("all", first, direct=True), *(Training("all", seed) for seed in others)]
        trainings += [Training("resampled", seed) for seed in procedure.refit_seeds(self._inputs.refits_of(source))]
        if letter == "A" and source not in self._inputs.intermediate:
            trainings += [Training("shuffled", seed) for seed in direct_effect.SHUFFLE_SEEDS]
        return partial(self._measured, self._prepared(partial(self._fit, source, rows, letter), trainings))

    def _measured(self, prepared: _Prepared) -> list[Record]:
        inputs, evaluator, fit = self._inputs, self._evaluator, prepared()
        source, letter, seeds = fit.source, fit.protocol, inputs.seeds_of(fit.source)
        measured = [tabular.measure(fit, evaluator, seed, direct=seed == seeds[0]) for seed in seeds]
        is_trained = any(result.scores is not None for result in measured)
        refits = procedure.refit_scores(fit, inputs.refits_of(source)) if is_trained else []
        draws = inputs.draws.get(source, {})
        generator_seed = next((seed for seed, draw in draws.items() if draw is inputs.sources[source]), None)
        records, *against_reference = (
            figures.of_classifiers(source, letter, measured, refits, generator_seed) for figures in self._outcomes
        )
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
        if predictions:
            records += evaluator.category_records(np.stack([*predictions.values()]), Tag(source, letter, seed=seed))
        if source not in inputs.intermediate:
            records += self._conditional.of_predictions(predictions, source, letter)
            decided = [(one.predictions, one.scores) for one in measured if one.predictions is not None]
            records += few_selected.records(decided, evaluator, Tag(source, letter))
        return [*records, *(record for part in against_reference for record in part)]

    def _with_classifier(self, name: ClassifierName, prepared: _Prepared) -> list[Record]:
        return other_classifier.records(prepared(), self._evaluator, name, self._inputs.seeds[0])

    def _further_draw(self, seed: int, prepared: _Prepared) -> list[Record]:
        """Train on a further draw. It has no records of its own: its figures stand in the comparison."""
        fit = prepared()
        source, letter = fit.source, fit.protocol
        measured = tabular.measure(fit, self._evaluator, self._inputs.seeds[0])
        for figures in self._outcomes:
            figures.add_draw(source, letter, seed, measured)
        return []

    def _change(self, source: str, letter: str) -> list[Record]:
        return [record for figures in self._outcomes for record in figures.changes(source, letter)]

    def _decisions(self, source: str) -> list[Record]:
        decisions, tag = self._inputs.decisions[source], Tag(source, "A")
        scores = decisions["score"].to_numpy(dtype=np.float64)
        predictions = decisions["selected"].to_numpy(dtype=np.int8)
        records = self._evaluator.records(scores, predictions, tag)
        decided = tabular.Measurement(records, scores, [], decided=predictions)
        seeds = len(self._inputs.seeds)
        records, *against_reference = (figures.of_decisions(source, decided, seeds) for figures in self._outcomes)
        return [
            *records,
            *self._evaluator.category_records(predictions[None], tag),
            *self._conditional.of_predictions({None: predictions}, source, "A"),
            *few_selected.records([(predictions, scores)], self._evaluator, tag),
            *(record for part in against_reference for record in part),
            *self._change(source, "A"),
        ]

    def _on_latents(self, prepared: _Prepared) -> list[Record]:
        # Trees on real-valued latents take minutes: one seed.
        measured = tabular.measure(prepared(), self._evaluator, self._inputs.seeds[0])
        return procedure.for_one_classifier(measured.records)

    def _latent_fit(self, source: str, latents: Latents, learned: NDArray[np.intp]) -> Trainable:
        inputs = self._inputs
        arrays = latents.train[learned], latents.holdout
        frames = inputs.train.frame.iloc[learned], inputs.holdout.frame
        return tabular.on_latents(inputs.schema, source, arrays, *frames, inputs.kind.classifier)

    def _learned(self, rows: Examples, note: str) -> tuple[Examples, str]:
        """Return the rows to learn from, and the note with a sentence if they are a sample."""
        positions = learned_positions(rows.frame, self._inputs.schema, self._inputs.kind.most_learned)
        if len(positions) == len(rows.frame):
            return rows, note
        sampled = rows.with_frame(rows.frame.iloc[positions].reset_index(drop=True))
        return sampled, sentence(note, sample_note(len(positions), len(rows.frame)))

    def _fit(self, source: str, rows: Examples, letter: str, kind: DataKind | None = None) -> Trainable:
        inputs = self._inputs
        kind = kind or inputs.kind
        return kind.fit(inputs.schema, source, rows, inputs.train, inputs.holdout, with_sensitive=letter == "A")

    def _once(self, prepare: Callable[[], _Fit]) -> Callable[[], _Fit]:
        """Return what gives a fit that is trained once, with the first seed."""
        return self._prepared(prepare, [Training("all", self._inputs.seeds[0])])

    def _prepared(self, prepare: Callable[[], _Fit], trainings: Sequence[Training]) -> Callable[[], _Fit]:
        """Return what gives a fit to the step that measures it. With a cluster its trainings begin now."""
        if self._cluster is None:
            return prepare
        fit = prepare()
        ready: Any = sent(self._cluster, fit, trainings) if isinstance(fit, tabular.Fit) else fit
        return lambda: ready


def _setup(letter: str, source: str) -> str:
    """Return which rows classifiers learn from and what they see, as the beginning of a line of progress."""
    return f"Classifiers that learn from the {source_name(source)} rows: {protocol_name(letter)}"
