"""The command line's names for the fields of errors, and its wording of the remedies."""

from __future__ import annotations

import shlex
from typing import Final

from core.errors import FieldName, Problem, Wording

NAMES: Final[dict[FieldName, str]] = {
    "data": "DATA",
    "run": "RUN",
    "target": "--target",
    "positive": "--positive",
    "threshold": "--threshold",
    "favorable": "--favorable",
    "margin": "--margin",
    "decision": "--decision",
    "sensitive": "--sensitive",
    "strata": "--strata",
    "reference": "--reference",
    "prediction": "--prediction",
    "score": "--score",
    "model_column": "--model-column",
    "weight": "--weight",
    "weight_kind": "--weight-kind",
    "replicate_weights": "--replicate-weights",
    "replicate_method": "--replicate-method",
    "reference_group": "--reference-group",
    "period_column": "--period-column",
    "period": "--period",
    "bin_edges": "--bin-edges",
    "schema": "--schema",
    "holdout": "--holdout",
    "encoding": "--encoding",
    "decimal_mark": "--decimal-mark",
    "date_order": "--date-order",
    "labels": "--labels",
    "sql": "--sql",
    "apply": "--apply",
    "image_size": "--image-size",
    "bias": "--bias",
    "synthetic": "--synthetic",
    "preset": "--preset",
    "method": "--method",
    "hyperparameters": "--param",
    "seed": "--seed",
    "device": "--device",
    "rows": "--rows",
    "label_channel": "--label-channel",
    "criterion": "--criterion",
    "repair_level": "--repair-level",
    "target_dpr": "--target-dpr",
    "epsilon": "--epsilon",
    "epsilon_dp": "--epsilon-dp",
    "proportions": "--proportion",
    "group": "--group",
    "epochs": "--epochs",
    "pictures": "--pictures",
    "holdout_fraction": "--holdout-fraction",
    "classifier": "--classifier",
    "confidence": "--confidence",
    "min_group_shown": "--min-group-shown",
    "out": "--out",
    "to": "--to",
    "tables": "--tables",
    "answers": "--answers",
    "local_law_144": "--local-law-144",
    "selection": "--selection",
    "require": "--require",
    # No option sets these; they have the names that config.json gives them.
    "fairness_weight": "fairness_weight",
    "student_kl_weight": "student_kl_weight",
    "quality": "quality",
    "student_hidden": "student_hidden",
    "audit_seeds": "audit_seeds",
    "audit_refits": "audit_refits",
    "generator_draws": "generator_draws",
    "cluster": "--cluster",
}
COMMAND_LINE: Final = Wording(
    names=NAMES,
    give="give {name}",
    give_value="give {name} {value}",
    change="give another {name}",
    leave_out="leave {name} out",
    value=lambda _field, value: f"{value:g}" if isinstance(value, float) else shlex.quote(str(value)),
)


def in_words(problem: Problem) -> str:
    """Return a problem in the words of the command line.

    >>> from core.errors import give
    >>> in_words(Problem("Target 'y' has no positive value yet.", "positive", (give("positive"),)))
    "Target 'y' has no positive value yet. Give --positive."
    """
    return problem.worded(COMMAND_LINE)
