"""The keywords that the functions share, and their progress reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from typing import Any, TypedDict, cast

import pandas as pd

from core.choices import Channel, Criterion, DateOrder, DecimalMark, DecisionContext, Device, ProjectionDepth
from core.data.periods import PeriodLength
from core.data.schema import Schema
from core.data.weights import WeightKind
from core.downstream_classifiers.default import ClassifierName
from core.errors import ConfigError, is_field
from core.events import Event, Listener, ignore

Label = str | int | float | bool
"""A column's label, or a value of the target."""
Data = pd.DataFrame | str | PathLike[str]
"""A DataFrame, the path of a file or of a folder of Parquet files, a URL, or the name of a built-in dataset."""
Rule = float | str
"""Which rows a score selects: those from a threshold on, or a share, as ``"top10%"``."""
Progress = bool | Callable[[Event], None]
"""Silent, a bar on stderr, or a function that receives every event."""


class DataOptions(TypedDict, total=False):
    """Further keywords on reading the data."""

    threshold: float
    """A numeric target is positive at or above it; instead of ``positive``."""
    strata: Label | Sequence[Label]
    """Columns within whose values groups are compared too, e.g. ``"department"``."""
    reference: Label
    """Column with an outcome that is better founded than the target's, e.g. that of a second reader. Classifiers are
    judged against it too, and none learns from it."""
    favorable: Label
    """A value of the target that is good for the person, e.g. ``0`` where 1 is a new arrest. Ratios count it."""
    margin: float
    """Smallest difference of two rates that matters, above 0 and below 1."""
    decision: DecisionContext
    """Kind of decision that the target records. ``"us-employment"`` adds the four-fifths rule."""
    bin_edges: Mapping[Label, Sequence[float]]
    """Ascending bin edges by column, for numeric sensitive columns: ``{"age": [25, 40, 60]}``."""
    schema: Schema | str | PathLike[str]
    """Kinds and roles of all columns, or the path of their JSON, instead of inference; see `infer_schema`."""
    apply: str | Sequence[str]
    """Changes after a check of the data, by the names that `evenhand.check_data` lists: ``"merge:sex"``."""
    encoding: str
    """Encoding of a CSV file; detected if left out."""
    decimal_mark: DecimalMark
    """Decimal separator of the data, ``"."`` or ``","``, where numbers such as ``12,345`` could be two."""
    date_order: DateOrder
    """What comes first in dates such as ``01/02/2024``: ``"day"`` or ``"month"``."""
    sql: str
    """Query that gives the rows, where the data are named by the URL of a database, as SQLAlchemy writes it."""
    bias: float
    """Share of digits in their own colour, in ``color-digits`` and ``color-mnist``."""
    image_size: int
    """Height and width of the resized images, 8 to 256."""
    labels: str | PathLike[str]
    """Table of labels of a zip of images, if it is not in the zip."""


class AuditOptions(DataOptions, total=False):
    """Further keywords of `evenhand.audit`."""

    classifier: ClassifierName
    """Downstream classifier, which is trained on each source and tested on hold-out rows."""
    confidence: float
    """Confidence level of all intervals, between 0 and 1; by default that of `RunConfig`."""
    min_group_shown: int
    """Rows from which on figures and names of groups are shown in report, zip and tables; by default 10."""
    holdout_fraction: float
    """Share of the rows to hold out if no hold-out is given; by default a fifth."""
    pictures: ProjectionDepth
    """``none``; ``pca`` (the default): SHAP importances and projections by PCA; ``all``: t-SNE and UMAP too, slower."""
    progress: Progress
    """``False`` (the default): silent; ``True``: a bar; or a function that receives every `Event`."""


class DecisionOptions(AuditOptions, total=False):
    """Further keywords of `evenhand.audit`, for the decisions of models that exist. Nothing is trained then."""

    prediction: Label | Sequence[Label] | Mapping[Label, Label | None]
    """Columns with the labels that a model predicted, one column a model. Labels that are not values of the target need
    the one that stands for the positive outcome: ``"decision@approve"`` or ``{"decision": "approve"}``."""
    score: Label | Sequence[Label] | Mapping[Label, Rule | None]
    """Columns with a model's scores of the positive outcome, and which rows they select: ``"risk@0.5"`` or
    ``{"risk": 0.5}`` from this score on, ``{"risk": "top10%"}`` the highest tenth; probabilities from 0.5 on."""
    model_column: Label
    """Column that names the model of each row, if the rows of several models are below one another."""
    weight: Label
    """Column that says how much each row counts."""
    weight_kind: WeightKind
    """``"survey"`` (the default): a drawn row stands for so many people; ``"frequency"``: it summarises so many."""
    replicate_weights: Label | Sequence[Label]
    """Columns of replicate weights, from which intervals come: names, or patterns such as ``"PWGTP*"``."""
    replicate_method: str
    """How the survey made them: ``"successive-difference"``, ``"brr"``, ``"fay"`` (``"fay@0.3"``: another coefficient
    than 0.5), ``"jackknife"`` or ``"bootstrap"``."""
    reference_group: Label | Mapping[Label, Label]
    """The group that others are compared with: ``{"race": "White"}``, or ``"overall"`` for all rows."""
    period_column: Label
    """Column with dates or ordered labels: figures and their changes over time are added; at most 24 periods."""
    period: PeriodLength
    """Length of a period of dates: ``"month"``, ``"quarter"`` or ``"year"``; by default the shortest that fits."""
    onnx: str | PathLike[str] | Sequence[str | PathLike[str]]
    """Files of models in the ONNX format, which decide the rows; each reads the columns that its inputs are named like,
    or all numeric features. Needs the extra ``onnx``."""


class ArrayOptions(TypedDict, total=False):
    """Further keywords of `evenhand.audit_decisions`; most mean what they mean in `DataOptions`."""

    control_features: Any
    """Columns within whose values groups are compared too, e.g. a department: arrays like ``sensitive_features``."""
    y_reference: Any
    """Outcomes that are better founded than ``y_true``, with its values, shape (n,); missing where they are not known.
    The decisions are judged against them too."""
    periods: Any
    """Dates or ordered labels, shape (n,): figures and their changes over time are added; at most 24 periods."""
    period: PeriodLength
    """Length of a period of dates: ``"month"``, ``"quarter"`` or ``"year"``; by default the shortest that fits."""
    reference_group: Label | Mapping[Label, Label]
    """The group that others are compared with: ``{"race": "White"}``, or ``"overall"`` for all rows."""
    weight_kind: WeightKind
    """Of ``sample_weight``. ``"survey"`` (the default): a drawn row stands for so many people; ``"frequency"``: it
    summarises so many equal ones."""
    replicate_weights: Any
    """Replicate weights beside ``sample_weight``, shape (n, R) with R at least 2. Intervals come from them."""
    replicate_method: str
    """How the survey made them: ``"successive-difference"``, ``"brr"``, ``"fay"`` (``"fay@0.3"``: another coefficient
    than 0.5), ``"jackknife"`` or ``"bootstrap"``."""
    threshold: float
    """A numeric ``y_true`` is positive at or above it; instead of ``positive``."""
    favorable: Label
    """A value of ``y_true`` that is good for the person. Ratios count it."""
    margin: float
    """Smallest difference of two rates that matters, above 0 and below 1."""
    decision: DecisionContext
    """Kind of decision. ``"us-employment"`` adds the four-fifths rule."""
    bin_edges: Mapping[Label, Sequence[float]]
    """Ascending bin edges by name of a numeric sensitive feature."""
    confidence: float
    """Confidence level of all intervals."""
    out: str | PathLike[str]
    """Folder of the run. By default a temporary folder, which exists as long as the result."""
    progress: Progress
    """``False`` (the default): silent; ``True``: a bar; or a function that receives every `Event`."""


class RunSettings(TypedDict, total=False):
    """Settings of synthesis and audit; `core.config.RunConfig` describes each one."""

    method: str
    hyperparameters: Mapping[str, Any]
    device: Device
    rows: int
    label_channel: Channel
    criterion: Criterion
    repair_level: float
    target_dpr: float
    epsilon: float
    epsilon_dp: float
    proportions: Mapping[str, float]
    epochs: int
    fairness_weight: float
    student_kl_weight: float
    quality: str
    student_hidden: int
    audit_seeds: Sequence[int]
    audit_refits: int
    generator_draws: int


class RunOptions(RunSettings, AuditOptions, total=False):
    """Further keywords of `evenhand.run`."""


def split_options(
    function: str, allowed: type, given: Mapping[str, Any]
) -> tuple[DataOptions, dict[str, Any], Progress]:
    """Split further keywords into those on the data, all others, and progress.

    Raises:
        TypeError: The function has no such keyword.
    """
    check_keywords(function, allowed, given)
    data = {name: value for name, value in given.items() if name in DataOptions.__annotations__}
    others = {name: value for name, value in given.items() if name not in data and name != "progress"}
    return cast("DataOptions", data), others, given.get("progress", False)


def check_keywords(function: str, allowed: type, given: Mapping[str, Any]) -> None:
    """Raise a `TypeError` about the first keyword that the function does not have."""
    for name in given:
        if name not in allowed.__annotations__:
            raise TypeError(f"{function}() got an unexpected keyword argument {name!r}")


@contextmanager
def listening(progress: Progress) -> Iterator[Listener]:
    """Provide the listener that ``progress`` selects."""
    if callable(progress):
        yield progress
    elif progress:
        from core.report.output.console import progress as bars

        with bars() as listener:
            yield listener
    else:
        yield ignore


def whole_number(value: object, name: str) -> int:
    """Return any integer, e.g. of numpy, as an ``int``.

    Raises:
        ConfigError: The value is not an integer, or is below 0.

    >>> whole_number(3, "seed")
    3
    """
    from numbers import Integral

    if not isinstance(value, Integral) or isinstance(value, bool) or int(value) < 0:
        sentence = f"must be a whole number of at least 0, not {value!r}."
        if is_field(name):
            raise ConfigError(f"The value {sentence}", field=name)
        raise ConfigError(f"{name} {sentence}")
    return int(value)
