"""What the making of rows changed and cost, and whether the student keeps what the teacher had."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric, Place

GENERATION: Final = (
    Metric(
        "labels_changed",
        "outcomes altered",
        "Share of synthetic rows whose outcome the repair altered (by the fair label channel).",
        "It is the price of parity: these rows no longer carry the outcome that the real rows' law gave them.",
        better="lower",
    ),
    Metric(
        "adversary_auc_difference",
        "revealing the group, compact minus full model",
        "How much better a classifier guesses the sensitive attribute from the latents of the compact model (student) "
        "than from those of the full model (teacher).",
        "Another adversary might find another difference.",
        ideal="0 or below",
        bounds=(-1.0, 1.0),
        better="lower",
        interval="delong, paired",
    ),
    Metric(
        "decoded_error",
        "decoded error",
        "How far held-out images are from what they decode to: mean absolute difference of colours, 0 to 1.",
        "A mean over pixels does not see whether what is on the image can still be told.",
        ideal="0",
        better="lower",
    ),
    Metric(
        "decoded_difference",
        "decoded difference, compact and full model",
        "How far what held-out images decode to from the student's latents is from what they decode to from the "
        "teacher's: mean absolute difference of colours, 0 to 1.",
        ideal="0",
        better="lower",
    ),
    Metric(
        "decoded_agreement",
        "decoded agreement",
        "Share of cells drawn alike from the teacher's latents and the student's; of the teacher: from its own, "
        "drawn twice, which is the most to be had.",
        better="higher",
        interval="normal over rows",
    ),
    Metric(
        "decoded_agreement_mode",
        "decoded agreement, likeliest",
        "Share of cells whose most likely value is the same from the teacher's latents and the student's.",
        ideal="1",
        better="higher",
        interval="normal over rows",
    ),
    Metric(
        "decoded_agreement_difference",
        "decoded agreement, compact minus full model",
        "How far the student falls short of the most to be had.",
        ideal="0",
        bounds=(-1.0, 1.0),
        interval="normal over rows",
    ),
    Metric(
        "deviation",
        "deviation over generator draws",
        "Standard deviation of the figure over generator seeds.",
        bounds=(0.0, None),
    ),
    Metric(
        "target_dpr",
        "parity ratio aimed at",
        "The demographic parity ratio that was asked for; the repair level was looked for on validation rows, "
        "drawn from the train rows.",
        "What is reached on other rows, such as those held out, may be more or less.",
    ),
    Metric(
        "repair_level",
        "outcome repair, amount",
        "How far the repair moves outcomes (repair level of the fair label channel): 0 leaves them, 1 moves them as "
        "far as fairness needs.",
    ),
    Metric(
        "seconds_learning",
        "seconds to learn",
        "Wall-clock time of what the method learns from the train rows.",
        "It depends on the machine, its load and the preset.",
        bounds=(0.0, None),
        better="lower",
        places=(Place.METHOD_COST,),
    ),
    Metric(
        "seconds_generating",
        "seconds to generate",
        "Wall-clock time to make the synthetic rows once.",
        bounds=(0.0, None),
        better="lower",
        places=(Place.METHOD_COST,),
    ),
    Metric(
        "seconds_teacher",
        "seconds, full model",
        "Wall-clock time of training the full model (teacher).",
        "It depends on the machine, its load and the preset.",
        bounds=(0.0, None),
        better="lower",
    ),
    Metric(
        "seconds_student",
        "seconds, compact model",
        "Wall-clock time of training the compact model (student).",
        "It depends on the machine, its load and the preset.",
        bounds=(0.0, None),
        better="lower",
    ),
    Metric(
        "seconds_labels",
        "seconds, outcome repair",
        "Wall-clock time of learning how outcomes are repaired (fair label channel).",
        "It depends on the machine, its load and the preset.",
        bounds=(0.0, None),
        better="lower",
    ),
    Metric(
        "parameters",
        "trained parameters",
        "Trained numbers of the networks that make rows.",
        bounds=(0.0, None),
        better="lower",
        places=(Place.METHOD_COST,),
    ),
    Metric(
        "parameters_ratio",
        "size, compact over full model",
        "Weights of the compact model (student) over those of the full model (teacher).",
        bounds=(0.0, None),
        better="lower",
    ),
    Metric(
        "encode_time_ratio",
        "encoding time, compact over full model",
        "Time to encode rows with the compact model (student) over that with the full model (teacher).",
        bounds=(0.0, None),
        better="lower",
    ),
)
