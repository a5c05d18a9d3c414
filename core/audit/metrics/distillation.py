"""Whether the student keeps what the teacher had: what its latents reveal of the groups, and what they decode to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from core.audit import adversary
from core.audit.estimate import Estimate, Tag, estimate, sentence, undefined
from core.audit.metrics.independence import AdversaryResults
from core.audit.records import Record
from core.audit.statistics import intervals, means
from core.audit.statistics.confidence import rounded_quantile
from core.data.groups import GroupedFrame
from core.data.schema import Schema

PROTOCOL = "distillation"
TEACHER, STUDENT = "teacher", "student"
Codes = NDArray[np.int64]


def leakage_records(teacher: AdversaryResults, student: AdversaryResults) -> list[Record]:
    """Return the adversary AUC of teacher and student by group, and its difference by group and over groups.

    Args:
        teacher: The result of `independence.adversaries` for the teacher's latents.
        student: The same for the student's latents of the same rows.
    """
    records = []
    for name in teacher:
        results = {source: result[name] for source, result in ((TEACHER, teacher), (STUDENT, student))}
        for source, by_group in results.items():
            tag = Tag(source, PROTOCOL, name)
            note = "With two groups, the AUC is the same for both." if len(by_group) == 1 else ""
            records += [
                tag.record("adversary_auc", replace(part.auc, note=sentence(part.auc.note, note)), group=group)
                for group, part in by_group.items()
            ]
        tag = Tag(STUDENT, PROTOCOL, name)
        pairs = {group: (results[TEACHER][group], results[STUDENT][group]) for group in results[TEACHER]}
        records.append(tag.record("adversary_auc_difference", auc_difference(list(pairs.values()))))
        records += [
            tag.record("adversary_auc_difference", auc_difference([pair]), group=group) for group, pair in pairs.items()
        ]
    return records


def auc_difference(pairs: Sequence[tuple[adversary.AdversaryScores, adversary.AdversaryScores]]) -> Estimate:
    """Return the mean over groups of the second adversary's AUC minus the first's, -1 to 1, on the same tested rows.

    To first order, each AUC is a sum over rows of DeLong's placement values minus their mean. The variance of a mean of
    differences is therefore the sum of the squares of each row's share in it. For one pair this is DeLong et al.
    (1988); for several it accounts for the rows that groups share.

    Args:
        pairs: Two adversaries for each group, tested on the same rows; pairs without a figure are left out.
    """
    defined = [(one, two) for one, two in pairs if one.scores is not None and two.scores is not None]
    defined = [(one, two) for one, two in defined if one.auc.value is not None and two.auc.value is not None]
    if not defined:
        return undefined("Undefined: no group has enough rows to train an adversary.")
    n = len(defined[0][0].labels)
    value = float(np.mean([(two.auc.value or 0.0) - (one.auc.value or 0.0) for one, two in defined]))
    shares = np.mean([_shares(two) - _shares(one) for one, two in defined], axis=0)
    half = rounded_quantile() * float(np.sqrt(np.sum(shares**2)))
    result = estimate(value, max(value - half, -1.0), min(value + half, 1.0), "delong, paired", n)
    left_out = len(pairs) - len(defined)
    return replace(result, note=f"{left_out} groups have too few rows and were left out.") if left_out else result


def _shares(tested: adversary.AdversaryScores) -> NDArray[np.float64]:
    """Return how far each row moves the AUC, shape (m,)."""
    positive = tested.labels.astype(bool)
    scores = np.asarray(tested.scores, dtype=float)
    shares = np.zeros(len(scores))
    ranks = rankdata(scores)
    for kind, sign in ((positive, 1.0), (~positive, -1.0)):
        places = sign * (ranks[kind] - rankdata(scores[kind])) / (~kind).sum()
        shares[kind] = (places - places.mean()) / kind.sum()
    return shares


def agreement_records(
    schema: Schema,
    frame: pd.DataFrame,
    columns: Sequence[str],
    drawn: Mapping[str, Codes],
    likeliest: Mapping[str, Codes],
) -> list[Record]:
    """Return how often teacher and student decode the same rows to the same cells, over all, by column and by group.

    Cells are drawn at random, so that two draws from the teacher do not always agree either. Their agreement is the
    ceiling (source ``teacher``), and the difference to it is paired by row. The most likely cells, decoded from the
    means of the latents, are not random: their ceiling is 1.

    Args:
        schema: Sensitive columns; the decoder receives them, so that they are not compared.
        frame: The typed rows that were encoded, shape (n, ...).
        columns: Headers of the decoded columns.
        drawn: Codes drawn from ``teacher``, from the teacher ``again`` with another seed, and from ``student`` with
            that other seed, each of shape (n, columns).
        likeliest: Most likely codes from ``teacher`` and ``student``, each of shape (n, columns).
    """
    compared = [index for index, name in enumerate(columns) if name not in schema.sensitive]
    names = [columns[index] for index in compared]
    if not names or frame.empty:
        return []
    same = {
        (TEACHER, "decoded_agreement"): drawn[TEACHER] == drawn["again"],
        (STUDENT, "decoded_agreement"): drawn[TEACHER] == drawn[STUDENT],
        (STUDENT, "decoded_agreement_mode"): likeliest[TEACHER] == likeliest[STUDENT],
    }
    rows, records = GroupedFrame(frame, schema), []
    for (source, metric), cells in same.items():
        tag, equal = Tag(source, PROTOCOL), cells[:, compared]
        records += _over_groups(rows, equal.mean(axis=1), tag, metric)
        records += [tag.record(f"{metric}:{name}", _rate(equal[:, index])) for index, name in enumerate(names)]
    agreements = [same[source, "decoded_agreement"][:, compared].mean(axis=1) for source in (STUDENT, TEACHER)]
    return records + _over_groups(
        rows, agreements[0] - agreements[1], Tag(STUDENT, PROTOCOL), "decoded_agreement_difference"
    )


def _over_groups(rows: GroupedFrame, values: NDArray[np.float64], tag: Tag, metric: str) -> list[Record]:
    """Return the mean of the rows' values over all rows and by group of each attribute, and crossed."""
    records = [tag.record(metric, _mean(values))]
    for attribute, grouping in rows.groupings.items():
        one = replace(tag, sensitive=attribute)
        records += [one.record(metric, _mean(values[grouping.mask(group)]), group=group) for group in grouping.names]
    return records


def _mean(values: NDArray[np.float64]) -> Estimate:
    value, low, high = means.mean(values)
    return estimate(value, low, high, "normal over rows", len(values))


def _rate(hits: NDArray[np.bool_]) -> Estimate:
    low, high = intervals.wilson(hits.sum(), hits.size)
    return estimate(float(hits.mean()), float(low), float(high), "wilson", hits.size)
