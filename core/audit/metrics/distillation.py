"""Whether the student keeps what the teacher had: how much latents tell of the groups, and what rows they decode to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from core.audit.classifiers import adversary
from core.audit.estimate import Estimate, Tag, estimate, sentence, undefined
from core.audit.metrics.independence import AdversaryResult
from core.audit.records import Record
from core.audit.statistics import intervals
from core.audit.statistics.confidence import table_quantile
from core.data.groups import GroupedFrame
from core.data.schema import Schema

PROTOCOL = "distillation"
TEACHER, STUDENT = "teacher", "student"
Codes = NDArray[np.int64]


def leakage_records(teacher: AdversaryResult, student: AdversaryResult) -> list[Record]:
    """Adversary AUC by group of teacher and student, and student minus teacher, by group and averaged over groups.

    Args:
        teacher: The answer of `independence.adversaries` for the teacher's latents.
        student: The same for the student's, on the same rows.
    """
    found = []
    for name in teacher:
        parts = {source: told[name] for source, told in ((TEACHER, teacher), (STUDENT, student))}
        for source, by_group in parts.items():
            tag = Tag(source, PROTOCOL, name)
            note = "With two groups, either is told as well as the other." if len(by_group) == 1 else ""
            found += [
                tag.record("adversary_auc", replace(part.auc, note=sentence(part.auc.note, note)), group=group)
                for group, part in by_group.items()
            ]
        tag = Tag(STUDENT, PROTOCOL, name)
        pairs = {group: (parts[TEACHER][group], parts[STUDENT][group]) for group in parts[TEACHER]}
        found.append(tag.record("adversary_auc_difference", auc_difference(list(pairs.values()))))
        found += [
            tag.record("adversary_auc_difference", auc_difference([pair]), group=group) for group, pair in pairs.items()
        ]
    return found


def auc_difference(pairs: Sequence[tuple[adversary.Tested, adversary.Tested]]) -> Estimate:
    """Mean over groups of the second adversary's AUC minus the first's, -1 to 1, on the same tested rows.

    Each AUC is to first order a sum over rows of DeLong's placement values less their mean, so the variance of a mean
    of differences is the sum of the squares of each row's share in it: DeLong et al. (1988) for one pair, and for
    several it counts that groups share their rows.

    Args:
        pairs: Two adversaries for each group, tested on the same rows; pairs that lack a figure are left out.
    """
    known = [(one, two) for one, two in pairs if one.scores is not None and two.scores is not None]
    known = [(one, two) for one, two in known if one.auc.value is not None and two.auc.value is not None]
    if not known:
        return undefined("Undefined: too few rows of any group to tell it from the rest.")
    n = len(known[0][0].labels)
    value = float(np.mean([(two.auc.value or 0.0) - (one.auc.value or 0.0) for one, two in known]))
    shares = np.mean([_shares(two) - _shares(one) for one, two in known], axis=0)
    half = table_quantile() * float(np.sqrt(np.sum(shares**2)))
    made = estimate(value, max(value - half, -1.0), min(value + half, 1.0), "delong, paired", n)
    left_out = len(pairs) - len(known)
    return replace(made, note=f"{left_out} groups have too few rows and were left out.") if left_out else made


def _shares(tested: adversary.Tested) -> NDArray[np.float64]:
    """How far each row moves the AUC, shape (m,)."""
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
    """How often teacher and student decode the same rows to the same cells, over all, by column and by group.

    Drawn cells carry chance, so even the teacher agrees with itself only so often: that is the ceiling, source
    ``teacher``, and the figure's difference to it is paired by row. The likeliest cells, decoded from the means of the
    latents, carry none: their ceiling is 1.

    Args:
        schema: Sensitive columns, whose cells the decoder is told and which are not compared.
        frame: The typed rows that were encoded, shape (n, ...).
        columns: Headers of the decoded columns.
        drawn: Codes drawn from ``teacher``, from the teacher ``again`` with other chance, and from ``student`` with
            that other chance, each of shape (n, columns).
        likeliest: Most likely codes from ``teacher`` and ``student``, each of shape (n, columns).
    """
    compared = [place for place, name in enumerate(columns) if name not in schema.sensitive]
    names = [columns[place] for place in compared]
    if not names or frame.empty:
        return []
    same = {
        (TEACHER, "decoded_agreement"): drawn[TEACHER] == drawn["again"],
        (STUDENT, "decoded_agreement"): drawn[TEACHER] == drawn[STUDENT],
        (STUDENT, "decoded_agreement_mode"): likeliest[TEACHER] == likeliest[STUDENT],
    }
    rows, found = GroupedFrame(frame, schema), []
    for (source, metric), cells in same.items():
        tag, kept = Tag(source, PROTOCOL), cells[:, compared]
        found += _over_groups(rows, kept.mean(axis=1), tag, metric)
        found += [tag.record(f"{metric}:{name}", _rate(kept[:, place])) for place, name in enumerate(names)]
    short = [same[source, "decoded_agreement"][:, compared].mean(axis=1) for source in (STUDENT, TEACHER)]
    return found + _over_groups(rows, short[0] - short[1], Tag(STUDENT, PROTOCOL), "decoded_agreement_difference")


def _over_groups(rows: GroupedFrame, values: NDArray[np.float64], tag: Tag, metric: str) -> list[Record]:
    """The mean of the rows' values over all rows and by group of each attribute, and crossed."""
    found = [tag.record(metric, _mean(values))]
    for attribute, grouping in rows.groupings.items():
        one = replace(tag, sensitive=attribute)
        found += [one.record(metric, _mean(values[grouping.mask(group)]), group=group) for group in grouping.names]
    return found


def _mean(values: NDArray[np.float64]) -> Estimate:
    value, low, high = intervals.mean(values)
    return estimate(value, low, high, "normal over rows", len(values))


def _rate(hits: NDArray[np.bool_]) -> Estimate:
    low, high = intervals.wilson(hits.sum(), hits.size)
    return estimate(float(hits.mean()), float(low), float(high), "wilson", hits.size)
