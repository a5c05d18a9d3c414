"""The pages' names for the fields of errors, and their wording of the remedies."""

from __future__ import annotations

from typing import Final

from core.errors import FieldName, Problem, Wording

CHANNELS: Final = {
    "auto": "On: whichever kind costs less accuracy",
    "attribute_blind": "On: fair whether or not the model sees the sensitive columns",
    "attribute_aware": "On: fair for models that see the sensitive columns",
    "off": "Off: outcomes follow the real rows and carry their bias",
}
"""Values of “Outcome repair”, by their names in the library."""
PRESET_NAMES: Final = {"fast": "Fast", "default": "Default", "paper": "As published"}
"""What the pages call the presets."""
LABELS: Final[dict[FieldName, str]] = {
    "data": "Where the data come from",
    "run": "Run",
    "target": "Outcome",
    "positive": "Positive value",
    "threshold": "Positive from",
    "margin": "Smallest difference that matters",
    "reference": "Reference outcome",
    "prediction": "Predicted labels",
    "score": "Scores",
    "model_column": "Names of the models",
    "weight": "Weights",
    "weight_kind": "What a weight says",
    "replicate_weights": "Replicate weights",
    "period_column": "Dates or periods",
    "period": "Length of a period",
    "reference_group": "Compare",
    "decision": "Kind of decision",
    "sensitive": "Sensitive columns",
    "bin_edges": "Cut points",
    "schema": "All columns: kind and role",
    "encoding": "Encoding",
    "decimal_mark": "decimal mark",
    "date_order": "date order",
    "labels": "Labels of the images",
    "apply": "Check your data",
    "image_size": "Image size",
    "bias": "Bias",
    "synthetic": "Synthetic file",
    "preset": "Preset",
    "seed": "Seed",
    "device": "Device",
    "rows": "Rows",
    "label_channel": "Outcome repair",
    "criterion": "Fairness goal",
    "repair_level": "Outcome repair, amount",
    "target_dpr": "Aim for a parity ratio",
    "epsilon": "Difference that suffices",
    "epsilon_dp": "Privacy guarantee",
    "proportions": "Groups",
    "group": "Group",
    "epochs": "Epochs",
    "classifier": "Model to test with",
    "fairness_weight": "Fairness weight",
    "student_kl_weight": "Utility weight",
    "quality": "Quality loss",
    "student_hidden": "Size of the compact model",
}
"""The beginning of each widget's label."""
NO_WIDGET: Final[dict[FieldName, str]] = {
    "favorable": "whether the outcome is good or bad for the person",
    "holdout": "the file of test rows",
    "strata": "the columns within whose values groups are compared",
    "replicate_method": "the method of replicate weights",
    "method": "the method",
    "hyperparameters": "the method's settings",
    "holdout_fraction": "the share of test rows (hold-out fraction)",
    "confidence": "the confidence level",
    "min_group_shown": "the fewest rows of a group that is shown in what is handed on",
    "audit_seeds": "the seeds of the audit",
    "audit_refits": "the refits of the audit",
    "generator_draws": "the number of draws",
    "pictures": "the pictures",
    "sql": "the query",
    "out": "the folder",
    "to": "the file",
    "tables": "the folder of tables",
    "answers": "the answers",
    "local_law_144": "the columns of the bias audit",
    "selection": "the column of the selection",
    "require": "the requirement",
    "cluster": "the cluster",
}
"""Fields without a widget of their own, by what the pages call them."""
ON_SCREEN: Final = Wording(
    names={**{field: f"“{label}”" for field, label in LABELS.items()}, **NO_WIDGET},
    give="choose {name}",
    give_value="set {name} to {value}",
    change="choose another value for {name}",
    leave_out="leave {name} out",
    value=lambda field, value: f"{value:g}" if isinstance(value, float) else f"“{_choice(field, str(value))}”",
)


def in_words(problem: Problem) -> str:
    """Return a problem in the words of the pages; the text is not Markdown yet.

    >>> from core.errors import give
    >>> in_words(Problem("Target 'y' has no positive value yet.", "positive", (give("positive"),)))
    "Target 'y' has no positive value yet. Choose “Positive value”."
    """
    return problem.worded(ON_SCREEN)


def _choice(field: FieldName, value: str) -> str:
    return CHANNELS.get(value, value) if field == "label_channel" else value
