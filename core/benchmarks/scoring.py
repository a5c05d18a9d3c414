"""The one place where systems are scored: the audit's own protocols and metrics, on the same tested rows for all.

Every classifier is the audit's random forest. Each generator seed has one classifier seed, 0, so that the spread over
generator seeds is that of the rows.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch

from core.audit.estimate import Tag
from core.audit.metrics import distillation, fidelity, independence, privacy
from core.audit.protocols import tabular
from core.audit.protocols.evaluator import HoldoutEvaluator
from core.audit.records import Record
from core.benchmarks.problems import Rows
from core.data import groups
from core.data.encoding.table import CodedRows
from core.data.groups import GroupedFrame
from core.events import Event, Listener, ignore
from core.synthesis.costs import size_ratio
from core.synthesis.settings import SynthesisSettings
from core.synthesis.table.fitting import fit_table
from core.synthesis.table.model import TableModel
from core.synthesis.teacher_student import ENCODERS

CLASSIFIER_SEED = 0
ORIGINAL, SYNTHETIC, CEILING = "original", "synthetic", "real rows, fair labels"
ALL_GROUPS = "all groups"
_OVER_ALL = ("demographic_parity_ratio", "demographic_parity_ratio_null_p10")


@dataclass(frozen=True)
class SystemScorer:
    """What every system is tested on.

    Args:
        rows: Train and tested rows.
    """

    rows: Rows

    def over_large(self, tested: pd.DataFrame) -> HoldoutEvaluator:
        """Tested rows of which only the large groups take part in DPR and DPD."""
        schema = self.rows.schema
        outcomes = groups.positive_name(schema), groups.negative_name(schema, self.rows.train)
        return HoldoutEvaluator(tested, self.rows.large_groups(len(tested)), outcomes)

    def classify(
        self, source: str, frame: pd.DataFrame, letters: str = "AB", seed: int = CLASSIFIER_SEED
    ) -> list[Record]:
        """Protocols A, B, D of one source's rows; over the large groups, and DPR over all groups beside its null."""
        schema = self.rows.schema
        outcomes = groups.positive_name(schema), groups.negative_name(schema, self.rows.train)
        found = []
        for letter in letters:
            if letter == "D":
                fit = tabular.fit_within(schema, source, frame)
            else:
                fit = tabular.on_rows(
                    schema, source, frame, self.rows.train, self.rows.tested, with_sensitive=letter == "A"
                )
            if fit is None:
                continue
            measured = tabular.measure(fit, self.over_large(fit.tested), seed, direct=True)
            found += [*measured.records, *measured.direct]
            if measured.scores is not None and letter != "D":
                tag = Tag(source, letter, seed=seed)
                scores = measured.scores
                every = HoldoutEvaluator(fit.tested, schema, outcomes).records(scores, tabular.selected(scores), tag)
                found += [_over_all(record) for record in every if record.metric in _OVER_ALL]
        return found

    def fidelity(self, source: str, frame: pd.DataFrame | None) -> list[Record]:
        """How like the train rows one source's are; ``None`` for real against real."""
        return fidelity.records(self.rows.schema, self.rows.train, self.rows.tested, frame, source)

    def likeness(self, source: str, frame: pd.DataFrame | None) -> list[Record]:
        """Fidelity and privacy of one source's rows; ``None`` for real against real."""
        schema, train, tested = self.rows.schema, self.rows.train, self.rows.tested
        return [*self.fidelity(source, frame), *privacy.records(schema, train, tested, frame, source)]

    def real(self) -> list[Record]:
        """The real rows themselves, and the constant predictor."""
        schema, train = self.rows.schema, self.rows.train
        labels, tested = groups.target_labels(train, schema), self.over_large(self.rows.tested)
        constant = [one for letter in "AB" for one in tabular.constant_records(tested, labels, letter)]
        return [*self.classify(ORIGINAL, train, "ABD"), *self.likeness(ORIGINAL, None), *constant]


def _over_all(record: Record) -> Record:
    return record.model_copy(update={"sensitive": f"{record.sensitive}, {ALL_GROUPS}"})


def score_settings(
    scorer: SystemScorer, settings: SynthesisSettings, seed: int, *, brief: bool = False, listener: Listener = ignore
) -> list[Record]:
    """Fit one model with these settings and this seed, and score what comes out of it.

    Args:
        scorer: What it is tested on.
        settings: All dials.
        seed: Generator seed: networks, batches, label channel and rows.
        brief: The synthetic rows alone, under A and B: for ablations.
        listener: Receives the events of learning, and one for each source scored.
    """
    rows = scorer.rows
    started = time.perf_counter()
    made = fit_table(rows.train, rows.schema, settings, seed=seed, device=torch.device("cpu"), listener=listener)
    learned = time.perf_counter() - started
    sample = made.sample(len(rows.train), seed=seed)
    generated = time.perf_counter() - started - learned
    listener(Event("score", 0, 4, message=f"Scoring {SYNTHETIC}."))
    found = [
        *scorer.classify(SYNTHETIC, sample.frame, "AB" if brief else "ABD"),
        *scorer.likeness(SYNTHETIC, sample.frame),
        *_leakage(made, rows),
        made_record(SYNTHETIC, "seconds_learning", learned),
        made_record(SYNTHETIC, "seconds_generating", generated),
        *(made_record(SYNTHETIC, f"seconds_{stage}", spent) for stage, spent in made.seconds.items()),
        made_record(SYNTHETIC, "labels_changed", float(sample.changed.mean())),
        made_record(SYNTHETIC, "parameters_ratio", size_ratio(made.networks)),
    ]
    if not brief:
        found += _other_sources(scorer, made, seed, listener)
    return found


def _other_sources(scorer: SystemScorer, made: TableModel, seed: int, listener: Listener) -> list[Record]:
    """Teacher and student before the channel, and real rows through the channel."""
    found = []
    for done, name in enumerate(ENCODERS, start=1):
        listener(Event("score", done, 4, message=f"Scoring {name}."))
        frame = made.sample(len(scorer.rows.train), seed=seed, encoder=name, fair_labels=False).frame
        found += [*scorer.classify(name, frame), *scorer.fidelity(name, frame)]
    if made.channel is not None:
        listener(Event("score", 3, 4, message=f"Scoring {CEILING}."))
        found += scorer.classify(CEILING, through_channel(made, scorer.rows.train, seed))
    return found


def through_channel(made: TableModel, train: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The real train rows with their labels passed through the fair label channel: a ceiling, as it copies people."""
    if made.channel is None:
        return train
    rng = np.random.default_rng([seed, 2])
    fair = made.channel.apply(made.rows, made.channel.rule.out_of_fold_scores(), rng)
    coded = CodedRows(made.rows.codes, made.rows.groups, fair)
    labels = made.encoding.decode(coded, rng)[made.schema.target]
    kept = made.channel.positive[fair] == made.channel.positive[made.rows.target]
    frame = train.reset_index(drop=True)
    return frame.assign(**{made.schema.target: frame[made.schema.target].where(kept, labels)})


def _leakage(made: TableModel, rows: Rows) -> list[Record]:
    real = GroupedFrame(rows.train, rows.schema), GroupedFrame(rows.tested, rows.schema)
    told = {
        name: independence.adversaries(real, (made.encode(rows.train, name), made.encode(rows.tested, name)))
        for name in ENCODERS
    }
    macro = [
        Tag(name, "independence", attribute).record(
            "adversary_auc", independence.mean_auc_over_groups(parts, len(rows.tested))
        )
        for name, by_attribute in told.items()
        for attribute, parts in by_attribute.items()
    ]
    return [*macro, *distillation.leakage_records(told["teacher"], told["student"])]


def made_record(source: str, metric: str, value: float) -> Record:
    """What making rows took."""
    return Record(source=source, protocol="generation", metric=metric, split="train", value=value)
