"""What generating rows changed and cost, and whether the student keeps what the teacher had."""

from __future__ import annotations

from typing import Final

from core.audit.metrics.declaration import Metric, Place

GENERATION: Final = (
    Metric(
        "labels_changed",
        "labels changed",
        "Share of synthetic rows whose outcome label repair changed.",
        "This is the price of parity: these rows no longer have the outcome that the real distribution gave them.",
        better="lower",
    ),
    Metric(
        "adversary_auc_difference",
        "adversary AUC, student minus teacher",
        "How much better a classifier guesses the sensitive attribute from the student's latents than from the "
        "teacher's.",
        "Another adversary might find another difference.",
        ideal="0 or below",
        bounds=(-1.0, 1.0),
        better="lower",
        interval="delong, paired",
    ),
    Metric(
        "decoded_error",
        "decoded error",
        "Distance between hold-out images and their reconstructions: mean absolute difference of colours, 0 to 1.",
        "A mean over pixels does not show whether the content of the image can still be recognised.",
        ideal="0",
        better="lower",
    ),
    Metric(
        "decoded_difference",
        "decoded difference, student and teacher",
        "Distance between reconstructions of hold-out images from the student's latents and from the teacher's: mean "
        "absolute difference of colours, 0 to 1.",
        ideal="0",
        better="lower",
    ),
    Metric(
        "decoded_agreement",
        "decoded agreement",
        "Share of table cells with equal values drawn from the teacher's latents and the student's. For the teacher: "
        "from its own latents, drawn twice, which is the ceiling.",
        better="higher",
        interval="normal over rows",
    ),
    Metric(
        "decoded_agreement_mode",
        "decoded agreement, most likely",
        "Share of table cells whose most likely value is the same from the teacher's latents and the student's.",
        ideal="1",
        better="higher",
        interval="normal over rows",
    ),
    Metric(
        "decoded_agreement_difference",
        "decoded agreement, student minus teacher",
        "How far the student falls short of the ceiling.",
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
        "target DPR",
        "The target of the repair-level search, which uses validation rows drawn from the train rows.",
        "The ratio on other rows, such as the hold-out, may be higher or lower.",
    ),
    Metric(
        "repair_level",
        "repair level",
        "How far label repair moves outcomes: 0 leaves them unchanged, 1 moves them as far as fairness needs.",
    ),
    Metric(
        "seconds_learning",
        "seconds learning",
        "Wall-clock time of training the method on the train rows.",
        "It depends on the machine, its load and the preset.",
        bounds=(0.0, None),
        better="lower",
        places=(Place.METHOD_COST,),
    ),
    Metric(
        "seconds_generating",
        "seconds generating",
        "Wall-clock time to generate the synthetic rows once.",
        bounds=(0.0, None),
        better="lower",
        places=(Place.METHOD_COST,),
    ),
    Metric(
        "seconds_teacher",
        "seconds, teacher",
        "Wall-clock time of training the teacher.",
        "It depends on the machine, its load and the preset.",
        bounds=(0.0, None),
        better="lower",
    ),
    Metric(
        "seconds_student",
        "seconds, student",
        "Wall-clock time of training the student.",
        "It depends on the machine, its load and the preset.",
        bounds=(0.0, None),
        better="lower",
    ),
    Metric(
        "seconds_labels",
        "seconds, outcomes",
        "Wall-clock time of learning the label repair.",
        "It depends on the machine, its load and the preset.",
        bounds=(0.0, None),
        better="lower",
    ),
    Metric(
        "parameters",
        "trained parameters",
        "Number of trained parameters of the networks that generate rows.",
        bounds=(0.0, None),
        better="lower",
        places=(Place.METHOD_COST,),
    ),
    Metric(
        "parameters_ratio",
        "parameters",
        "Parameters of the student over those of the teacher.",
        bounds=(0.0, None),
        better="lower",
    ),
    Metric(
        "encode_time_ratio",
        "encoding time",
        "Time to encode rows with the student over that with the teacher.",
        bounds=(0.0, None),
        better="lower",
    ),
)
