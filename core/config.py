"""The settings of a run. The command line, the app and the Python API all fill in the same object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.audit.statistics.confidence import DEFAULT_CONFIDENCE, MAX_CONFIDENCE, MIN_CONFIDENCE
from core.choices import (
    DEFAULT_DEPTH,
    DEFAULT_DEVICE,
    DEFAULT_GROUP_SHOWN,
    DEFAULT_PRESET,
    Channel,
    Criterion,
    Device,
    Preset,
    ProjectionDepth,
)
from core.data.holdout_fraction import HOLDOUT_FRACTION
from core.data.schema import Schema
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER, ClassifierName
from core.errors import ConfigError, as_field, change, leave_out
from core.synthesis.methods.method_info import (
    EVENHAND,
    MethodInfo,
    changed_settings,
    implementations,
    method_info,
    methods_by_kind,
)
from core.synthesis.run_fields import with_fields
from core.synthesis.settings import SEARCHES, LabelSettings, Quality, Settings, SynthesisSettings
from core.validation import validation_problem

if TYPE_CHECKING:
    from core.synthesis.base import Synthesizer


class RunConfig(BaseModel):
    """The settings of a run. A field that is ``None`` takes its value from the preset."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    preset: Preset = Field(
        default=DEFAULT_PRESET,
        description="paper: the authors' settings; default: the best in our benchmarks; fast: takes seconds.",
    )
    method: str = Field(
        default=EVENHAND, description="Method that generates the rows; see `core.synthesis.methods.method_info`."
    )
    hyperparameters: dict[str, Any] = Field(
        default_factory=dict, description="Hyperparameters of a compared method, by name."
    )
    seed: int = Field(default=0, ge=0, description="Seed of split, networks, batches and generation.")
    device: Device = Field(default=DEFAULT_DEVICE, description="Device that the networks run on.")
    rows: int | None = Field(default=None, ge=1, description="Rows to generate; by default as many as train rows.")
    label_channel: Channel | None = Field(default=None, description="How outcomes are repaired.")
    criterion: Criterion | None = Field(default=None, description="Fairness criterion of the label repair.")
    repair_level: float | None = Field(default=None, ge=0, le=1, description="Repair level, 0 to 1.")
    target_dpr: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Demographic parity ratio to reach. A search on part of the train rows then sets the repair level.",
    )
    epsilon: float | None = Field(
        default=None,
        ge=0,
        lt=1,
        description="Difference of the compared rates between groups that suffices. A search on part of the train rows "
        "then sets the lowest repair level that reaches it.",
    )
    epsilon_dp: float | None = Field(
        default=None,
        gt=0,
        le=100,
        description="epsilon of a differential privacy guarantee for each train row. The method then learns from "
        "private rows in place of the train rows; delta is 1 / (10 n) for n train rows, at most 1e-5.",
    )
    proportions: dict[str, float] = Field(
        default_factory=dict,
        description="Share by group or intersection. The other groups divide the rest.",
    )
    epochs: int | None = Field(default=None, ge=1, description="Epochs of teacher and student.")
    fairness_weight: float | None = Field(
        default=None, ge=0, description="beta: weight of the teacher's independence term."
    )
    student_kl_weight: float | None = Field(default=None, ge=0, description="lambda: weight of the student's KL term.")
    quality: Quality | None = Field(default=None, description="Q: loss between the latents of student and teacher.")
    student_hidden: int | None = Field(default=None, ge=1, description="Units of the student's hidden layer.")
    holdout_fraction: float = Field(
        default=HOLDOUT_FRACTION, gt=0, lt=1, description="Share of rows to hold out, unless hold-out rows are given."
    )
    confidence: float = Field(
        default=DEFAULT_CONFIDENCE,
        ge=MIN_CONFIDENCE,
        le=MAX_CONFIDENCE,
        description="Confidence level of all intervals of the audit.",
    )
    classifier: ClassifierName = Field(
        default=DEFAULT_CLASSIFIER,
        description="Downstream classifier of tables. The audit trains it; the label repair takes it into account.",
    )
    audit_seeds: tuple[int, ...] = Field(default=(0, 1, 2), min_length=1, description="Seeds of the classifiers.")
    audit_refits: int | None = Field(
        default=None,
        ge=0,
        le=200,
        description="Refits of each classifier on resampled training rows, which its intervals include; 0: they hold "
        "for one classifier. By default 8 for tables and 0 for images.",
    )
    generator_draws: int = Field(
        default=3, ge=1, le=100, description="Synthetic samples that the audit compares, each with its own seed."
    )
    min_group_shown: int = Field(
        default=DEFAULT_GROUP_SHOWN,
        ge=1,
        le=1000,
        description="Rows from which on figures and names of groups are shown in what is handed on: report, one page, "
        "zip, tables. The pages of the app show all.",
    )
    pictures: ProjectionDepth = Field(
        default=DEFAULT_DEPTH,
        description="none; pca: SHAP importances and projections by PCA; all: projections by t-SNE and UMAP too. Those "
        "take longer than the rest of the audit.",
    )

    @model_validator(mode="after")
    def _method_takes_its_fields(self) -> Self:
        methods, fields = implementations(self.method), self._method_fields()
        info = next(iter(methods.values()))
        if self.hyperparameters and info.takes:
            raise ConfigError(
                f"{info.title} has its own settings. It takes no hyperparameters of the compared methods.",
                field="hyperparameters",
                remedies=[change("method"), leave_out("hyperparameters")],
            )
        for name in fields:
            if not any(name in each.takes for each in methods.values()):
                raise ConfigError(
                    f"{info.title} does not take this setting. It is for {_methods_taking(name)} only.",
                    field=as_field(name),
                    remedies=[leave_out(as_field(name))],
                )
        if self.rows is not None and info.makes != "rows":
            raise ConfigError(
                f"{info.title} makes no rows, so you cannot choose their number.",
                field="rows",
                remedies=[leave_out("rows")],
            )
        for each in methods.values():
            if fields.keys() <= each.takes.keys():
                self._settings(each)
        return self

    @model_validator(mode="after")
    def _repair_level_can_be_searched(self) -> Self:
        aims = [name for name in SEARCHES if getattr(self, name) is not None]
        given = [*(["repair_level"] if self.repair_level is not None else []), *aims]
        if aims and len(given) > 1:
            raise ConfigError(
                f"{SEARCHES[aims[0]]} determines the repair level. Give only one of the two.",
                field=aims[0],
                remedies=[leave_out(as_field(name)) for name in given[:2]],
            )
        for aim in aims:
            for info in implementations(self.method).values():
                settings = self._settings(info) if aim in info.takes else None
                if isinstance(settings, SynthesisSettings):
                    settings.labels.check_aim(aim)
        return self

    @property
    def searches_repair_level(self) -> bool:
        """Whether a search on part of the train rows sets the repair level."""
        return self.target_dpr is not None or self.epsilon is not None

    def method_info(self, schema: Schema) -> MethodInfo:
        """Return the info of the run's method for data of this schema.

        Raises:
            ConfigError: The method cannot learn this kind of data.
        """
        return method_info(self.method, schema.data_kind)

    def settings_for(self, schema: Schema) -> Settings:
        """Return the preset's hyperparameters, overridden by those of the run.

        Raises:
            ConfigError: The method cannot learn this kind of data, or does not take a field that the run sets.
        """
        info = self.method_info(schema)
        for name in self._method_fields():
            if name not in info.takes:
                raise ConfigError(
                    f"This setting is for {_data_kinds_taking(name)} only, and the data are {schema.data_kind}s.",
                    field=as_field(name),
                    remedies=[leave_out(as_field(name))],
                )
        return self._settings(info)

    def label_settings(self, schema: Schema) -> LabelSettings | None:
        """Return the settings of the label repair; ``None`` if the run's method repairs no outcomes.

        Raises:
            ConfigError: As `settings_for`.
        """
        settings = self.settings_for(schema)
        return settings.labels if isinstance(settings, SynthesisSettings) else None

    def synthesizer(self, schema: Schema) -> Synthesizer[Any]:
        """Return the run's synthesizer, unfitted. Only this function chooses it by method and kind of data.

        Raises:
            ConfigError: As `settings_for`.
        """
        return self.method_info(schema).build(self.settings_for(schema))

    def _method_fields(self) -> dict[str, Any]:
        """Return the fields that are set and that only some methods take."""
        names = {name for methods in methods_by_kind().values() for info in methods.values() for name in info.takes}
        fields = {name: getattr(self, name) for name in type(self).model_fields if name in names}
        return {name: value for name, value in fields.items() if value not in (None, {})}

    def _settings(self, info: MethodInfo) -> Settings:
        if info.takes:
            settings = with_fields(info.presets[self.preset], info.takes, self._method_fields())
        else:
            settings = changed_settings(info, self.preset, self.hyperparameters)
        if "classifier" in type(settings).model_fields and "classifier" not in self.hyperparameters:
            return settings.model_copy(update={"classifier": self.classifier})
        return settings


def _methods_taking(name: str) -> str:
    """Return the titles of the methods that take a field of a run."""
    infos = (info for methods in methods_by_kind().values() for info in methods.values())
    return " or ".join({info.title: None for info in infos if name in info.takes})


def _data_kinds_taking(name: str) -> str:
    """Return the kinds of data for which some method takes a field of a run."""
    by_kind = methods_by_kind().items()
    return " or ".join(f"{kind}s" for kind, infos in by_kind if any(name in info.takes for info in infos.values()))


def run_config(**fields: Any) -> RunConfig:
    """Return a validated ``RunConfig``.

    Raises:
        ConfigError: A setting is unknown or out of range. The sentence names it.
    """
    try:
        return RunConfig.model_validate(fields)
    except ValidationError as error:
        raise ConfigError.of(validation_problem(error)) from error


def with_repair_level(config: RunConfig, repair_level: float) -> RunConfig:
    """Return the same settings with a fixed repair level and nothing that a search aims at."""
    return run_config(**config.model_dump() | dict.fromkeys(SEARCHES) | {"repair_level": repair_level})
