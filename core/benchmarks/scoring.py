"""The scoring of all systems: the audit's protocols and metrics on the same tested rows.

The classifier is the audit's random forest; accuracy and parity under A and B are also those of every other downstream
classifier. The classifier seed is 0 for every generator seed, so the spread over generator seeds is that of the rows.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch

from core.audit.estimate import Estimate, Tag
from core.audit.inputs import Latents
from core.audit.metrics import code_usage, distillation, fidelity, independence, leakage, privacy
from core.audit.metrics.names import CHANCE_LIMIT, PARITY_RATIO
from core.audit.protocols import other_classifier, tabular
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.records import Record
from core.benchmarks.problems import ProblemRows
from core.data import groups
from core.data.encoding.table import CodedRows
from core.data.groups import GroupedFrame
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER, TITLES
from core.events import Event, Listener, ignore
from core.synthesis.base import ENCODERS
from core.synthesis.costs import size_ratio
from core.synthesis.settings import SynthesisSettings
from core.synthesis.table.fitting import fit_table
from core.synthesis.table.model import TableModel

CLASSIFIER_SEED = 0
ORIGINAL, SYNTHETIC, CEILING = "original", "synthetic", "real rows, fair labels"
TIMES = 3
MORE_ROWS = "three times the rows"
ALL_GROUPS = "all groups"
OTHER_CLASSIFIERS = tuple(name for name in TITLES if name != DEFAULT_CLASSIFIER)
"""The downstream classifiers beside the audit's own."""
_ALL_GROUP_METRICS = (PARITY_RATIO, CHANCE_LIMIT)


@dataclass(frozen=True)
class SystemScorer:
    """Scores systems on the tested rows of a problem.

    Args:
        rows: Train and tested rows.
    """

    rows: ProblemRows

    def large_group_evaluator(self, tested: pd.DataFrame) -> HoldoutEvaluator:
        """Return an evaluator whose DPR and DPD are over the large groups only."""
        schema = self.rows.schema
        outcomes = groups.positive_name(schema), groups.negative_name(schema, self.rows.train)
        return HoldoutEvaluator(tested, self.rows.large_groups(len(tested)), outcomes)

    def classify(
        self, source: str, frame: pd.DataFrame, protocols: str = "AB", seed: int = CLASSIFIER_SEED
    ) -> list[Record]:
        """Score rows under protocols A, B, D: over large groups, and DPR over all groups with its chance level.

        Under A and B, the other downstream classifiers are scored over large groups.
        """
        schema = self.rows.schema
        outcomes = groups.positive_name(schema), groups.negative_name(schema, self.rows.train)
        records = []
        for protocol in protocols:
            if protocol == "D":
                fit = tabular.fit_within(schema, source, frame)
            else:
                fit = tabular.on_rows(
                    schema, source, frame, self.rows.train, self.rows.tested, with_sensitive=protocol == "A"
                )
            if fit is None:
                continue
            evaluator = self.large_group_evaluator(fit.tested)
            result = tabular.measure(fit, evaluator, seed, direct=True)
            records += [*result.records, *result.direct]
            if protocol == "D":
                continue
            for name in OTHER_CLASSIFIERS:
                records += other_classifier.records(replace(fit, classifier=name), evaluator, name, seed)
            if result.scores is not None:
                tag = Tag(source, protocol, seed=seed)
                scores = result.scores
                all_records = HoldoutEvaluator(fit.tested, schema, outcomes).records(
                    scores, tabular.selected(scores), tag
                )
                records += [_label_all_groups(record) for record in all_records if record.metric in _ALL_GROUP_METRICS]
        return records

    def fidelity(self, source: str, frame: pd.DataFrame | None) -> list[Record]:
        """Return the fidelity of rows to the train rows; ``None`` compares real with real rows."""
        return fidelity.records(self.rows.schema, self.rows.train, self.rows.tested, frame, source)

    def quality_records(self, source: str, frame: pd.DataFrame | None) -> list[Record]:
        """Return fidelity and privacy of rows; ``None`` compares real with real rows."""
        schema, train, tested = self.rows.schema, self.rows.train, self.rows.tested
        return [*self.fidelity(source, frame), *privacy.records(schema, train, tested, frame, source)]

    def real(self) -> list[Record]:
        """Score the real train rows and the constant predictor."""
        schema, train = self.rows.schema, self.rows.train
        labels, tested = groups.target_labels(train, schema), self.large_group_evaluator(self.rows.tested)
        constant = [record for protocol in "AB" for record in tabular.constant_records(tested, labels, protocol)]
        return [
            *self.classify(ORIGINAL, train, "ABD"),
            *self.quality_records(ORIGINAL, None),
            self.base_rate(ORIGINAL, train),
            *constant,
        ]

    def base_rate(self, source: str, frame: pd.DataFrame) -> Record:
        """Return the share of rows with the positive outcome, over all groups."""
        schema = self.rows.schema
        tag = Tag(source, "data", positive=groups.positive_name(schema), split="train")
        return tag.record("base_rate", Estimate(float(groups.target_labels(frame, schema).mean()), n=len(frame)))


def _label_all_groups(record: Record) -> Record:
    return record.model_copy(update={"sensitive": f"{record.sensitive}, {ALL_GROUPS}"})


def score_settings(
    scorer: SystemScorer, settings: SynthesisSettings, seed: int, *, brief: bool = False, listener: Listener = ignore
) -> list[Record]:
    """Fit a model with these settings and this seed, and score its rows.

    Args:
        scorer: The scorer of the problem.
        settings: All hyperparameters.
        seed: Generator seed of networks, batches, label repair and rows.
        brief: Whether to score the synthetic rows alone, under A and B, as for ablations.
        listener: Receives the events of training, and one event per source.
    """
    rows = scorer.rows
    started = time.perf_counter()
    model = fit_table(rows.train, rows.schema, settings, seed=seed, device=torch.device("cpu"), listener=listener)
    fit_seconds = time.perf_counter() - started
    sample = model.sample(len(rows.train), seed=seed)
    sampling_seconds = time.perf_counter() - started - fit_seconds
    listener(Event("score", 0, 5, message=f"Scoring {SYNTHETIC}."))
    records = [
        *scorer.classify(SYNTHETIC, sample.frame, "AB" if brief else "ABD"),
        *scorer.quality_records(SYNTHETIC, sample.frame),
        scorer.base_rate(SYNTHETIC, sample.frame),
        *_leakage_records(model, rows),
        generation_record(SYNTHETIC, "seconds_learning", fit_seconds),
        generation_record(SYNTHETIC, "seconds_generating", sampling_seconds),
        *(generation_record(SYNTHETIC, f"seconds_{stage}", elapsed) for stage, elapsed in model.seconds.items()),
        generation_record(SYNTHETIC, "labels_changed", float(sample.changed.mean())),
        generation_record(SYNTHETIC, "parameters_ratio", size_ratio(model.networks)),
    ]
    if not brief:
        records += _other_sources(scorer, model, seed, listener)
    return records


def _other_sources(scorer: SystemScorer, model: TableModel, seed: int, listener: Listener) -> list[Record]:
    """Score teacher and student before label repair; after it, the real rows and three times as many rows."""
    train, records = scorer.rows.train, []
    for done, name in enumerate(ENCODERS, start=1):
        listener(Event("score", done, 5, message=f"Scoring {name}."))
        frame = model.sample(len(train), seed=seed, encoder=name, fair_labels=False).frame
        records += [*scorer.classify(name, frame), *scorer.fidelity(name, frame)]
    listener(Event("score", 3, 5, message=f"Scoring {MORE_ROWS}."))
    more = model.sample(TIMES * len(train), seed=seed).frame
    records += [*scorer.classify(MORE_ROWS, more), scorer.base_rate(MORE_ROWS, more)]
    if model.channel is not None:
        listener(Event("score", 4, 5, message=f"Scoring {CEILING}."))
        records += scorer.classify(CEILING, repair_train_labels(model, train, seed))
    return records


def repair_train_labels(model: TableModel, train: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Repair the labels of the real train rows. This is an upper bound, not a synthesizer: the rows are real people."""
    if model.channel is None:
        return train
    rng = np.random.default_rng([seed, 2])
    fair, _corrected = model.channel.apply(model.rows, model.channel.own_probabilities(model.rows, rng), rng)
    coded = CodedRows(model.rows.codes, model.rows.groups, fair)
    labels = model.encoding.decode(coded, rng)[model.schema.target]
    is_unchanged = fair == model.rows.target
    frame = train.reset_index(drop=True)
    return frame.assign(**{model.schema.target: frame[model.schema.target].where(is_unchanged, labels)})


def _leakage_records(model: TableModel, rows: ProblemRows) -> list[Record]:
    """Return what each encoder's latents reveal to the strongest adversary, its bound, and student against teacher."""
    real = GroupedFrame(rows.train, rows.schema), GroupedFrame(rows.tested, rows.schema)
    latents = {name: _latents(model, rows, name) for name in ENCODERS}
    from_rows = leakage.told_from_rows(*real)
    records = leakage.row_records(from_rows)
    for name, one in latents.items():
        records += leakage.latent_records(leakage.told_from_latents(real, one), from_rows, name)
        records += code_usage.records(real[1], one, name)
    told = {name: independence.adversaries(real, (one.train, one.holdout)) for name, one in latents.items()}
    return [*records, *distillation.leakage_records(told["teacher"], told["student"])]


def _latents(model: TableModel, rows: ProblemRows, encoder: str) -> Latents:
    inside, outside = (model.posterior_of(frame, encoder) for frame in (rows.train, rows.tested))
    return Latents(inside.mean, outside.mean, inside.spread, outside.spread, outside.codes)


def generation_record(source: str, metric: str, value: float) -> Record:
    """Return a record of the costs of generating rows."""
    return Record(source=source, protocol="generation", metric=metric, split="train", value=value)
