"""What generating rows changed and cost, and whether the student keeps what the teacher had."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric, Place

GENERATION: Final = (
    Metric(
        "labels_changed",
        "outcomes altered",
        "Share of synthetic rows with another outcome than the decoder, which follows the real rows, drew for them.",
        "This is the price of parity: these rows no longer have the outcome that the real distribution gave them.",
        either_outcome=True,
    ),
    Metric(
        "repair_towards",
        "outcome repair towards",
        "The repair level: 0 keeps the outcomes, 1 repairs them until the named difference between groups is closed.",
        "It says what was aimed at. The figures on test rows say what was reached.",
    ),
    Metric(
        "labels_corrected",
        "outcomes altered by calibration",
        "Share of synthetic rows whose outcome differs from the one drawn from the fair code, because outcomes were "
        "made less noisy and calibrated for the model that is tested.",
        "A part of the outcomes altered. The rest follows from the code, in which all groups are alike.",
        either_outcome=True,
    ),
    Metric(
        "outcomes_lowered",
        "positive outcomes taken",
        "Of the synthetic rows for which the decoder drew the positive outcome, the share that lost it.",
        "The outcomes before repair are those that the generator drew, not those of real people.",
        interval="wilson",
    ),
    Metric(
        "outcomes_raised",
        "positive outcomes given",
        "Of the synthetic rows for which the decoder drew the negative outcome, the share that got the positive one.",
        "The outcomes before repair are those that the generator drew, not those of real people.",
        interval="wilson",
    ),
    Metric(
        "adversary_auc_difference",
        "revealing the group, compact minus full model",
        "How much better a classifier guesses the sensitive attribute from the latents of the compact model (student) "
        "than from those of the full model (teacher).",
        "Another adversary might find another difference.",
        ideal="0 or below",
        bounds=(-1.0, 1.0),
        interval="delong, paired",
    ),
    Metric(
        "decoded_error",
        "decoded error",
        "Distance between hold-out images and their reconstructions: mean absolute difference of colours, 0 to 1.",
        "A mean over pixels does not show whether the content of the image can still be recognised.",
        ideal="0",
    ),
    Metric(
        "decoded_difference",
        "decoded difference, compact and full model",
        "Distance between reconstructions of hold-out images from the latents of the compact model (student) and of "
        "the full model (teacher): mean absolute difference of colours, 0 to 1.",
        ideal="0",
    ),
    Metric(
        "decoded_agreement",
        "decoded agreement",
        "Share of table cells with equal values drawn from the teacher's latents and the student's. For the teacher: "
        "from its own latents, drawn twice, which is the ceiling.",
        interval="normal over rows",
    ),
    Metric(
        "decoded_agreement_mode",
        "decoded agreement, most likely",
        "Share of table cells whose most likely value is the same from the teacher's latents and the student's.",
        ideal="1",
        interval="normal over rows",
    ),
    Metric(
        "decoded_agreement_difference",
        "decoded agreement, compact minus full model",
        "How far the compact model (student) falls short of the ceiling.",
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
        "The target of the repair-level search, which uses validation rows drawn from the train rows.",
        "The ratio on other rows, such as the test rows, may be higher or lower.",
    ),
    Metric(
        "epsilon",
        "difference that suffices",
        "The tolerance of the repair-level search: the largest difference of the compared rates between groups that is "
        "accepted. The search uses validation rows drawn from the train rows.",
        "The difference on other rows, such as the test rows, may be lower or higher.",
    ),
    Metric(
        "repair_level",
        "outcome repair, amount",
        "How far the repair moves outcomes (repair level of the fair label channel): 0 leaves them unchanged, 1 moves "
        "them as far as fairness needs.",
    ),
    Metric(
        "seconds_learning",
        "seconds to learn",
        "Wall-clock time of training the method on the train rows.",
        "It depends on the machine, its load and the preset.",
        bounds=(0.0, None),
        timed=True,
        places=(Place.METHOD_COST,),
    ),
    Metric(
        "seconds_generating",
        "seconds to generate",
        "Wall-clock time to generate the synthetic rows once.",
        bounds=(0.0, None),
        timed=True,
        places=(Place.METHOD_COST,),
    ),
    Metric(
        "seconds_teacher",
        "seconds, full model",
        "Wall-clock time of training the full model (teacher).",
        "It depends on the machine, its load and the preset.",
        bounds=(0.0, None),
        timed=True,
    ),
    Metric(
        "seconds_student",
        "seconds, compact model",
        "Wall-clock time of training the compact model (student).",
        "It depends on the machine, its load and the preset.",
        bounds=(0.0, None),
        timed=True,
    ),
    Metric(
        "seconds_labels",
        "seconds, outcome repair",
        "Wall-clock time of learning how outcomes are repaired (fair label channel).",
        "It depends on the machine, its load and the preset.",
        bounds=(0.0, None),
        timed=True,
    ),
    Metric(
        "parameters",
        "trained parameters",
        "Number of trained parameters of the networks that generate rows.",
        bounds=(0.0, None),
        places=(Place.METHOD_COST,),
    ),
    Metric(
        "parameters_ratio",
        "size, compact over full model",
        "Parameters of the compact model (student) over those of the full model (teacher).",
        bounds=(0.0, None),
    ),
    Metric(
        "encode_time_ratio",
        "encoding time, compact over full model",
        "Time to encode rows with the compact model (student) over that with the full model (teacher).",
        bounds=(0.0, None),
        timed=True,
    ),
)
