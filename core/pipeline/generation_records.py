"""Records of what making cost, the same for every kind of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.audit.records import Record

if TYPE_CHECKING:
    from core.synthesis.image import ImageSynthesizer
    from core.synthesis.table import TableSynthesizer

PRODUCT = "synthetic"


def made_record(source: str, metric: str, value: float, note: str) -> Record:
    """One figure of the making."""
    return Record(source=source, protocol="generation", metric=metric, split="train", value=value, note=note)


def generating_records(source: str, count: int, seconds: float, parameters: int) -> list[Record]:
    """What it takes to make so many rows once."""
    return [
        made_record(source, "seconds_generating", seconds, f"Wall-clock seconds for {count:,} rows."),
        made_record(source, "parameters", parameters, "Trained numbers of the networks that make rows."),
    ]


def distillation_costs(made: TableSynthesizer | ImageSynthesizer, count: int, generating: float) -> list[Record]:
    """Size and time of the student beside its teacher, and what learning and making took."""
    from core.synthesis.table import parameter_count, size_ratio

    size, learning = size_ratio(made.networks), sum(made.seconds.values())
    parameters = sum(parameter_count(made.networks[name]) for name in ("student", "decoder"))
    return [
        made_record("student", "parameters_ratio", size, "Parameters of the student's encoder over the teacher's."),
        made_record("student", "encode_time_ratio", made.encode_time_ratio(), "Median of 5 passes, in turn."),
        *(
            made_record("student", f"seconds_{stage}", spent, "Wall-clock seconds.")
            for stage, spent in made.seconds.items()
        ),
        made_record(PRODUCT, "seconds_learning", learning, "Wall-clock seconds."),
        *generating_records(PRODUCT, count, generating, parameters),
    ]
