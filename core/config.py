"""What a run is asked to do: one object that the command line, the app and a script all fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.audit.statistics.confidence import DEFAULT_CONFIDENCE, MAX_CONFIDENCE, MIN_CONFIDENCE
from core.data.schema import Schema
from core.data.split import HOLDOUT_FRACTION
from core.errors import ConfigError, as_field, change, leave_out, validation_problem
from core.learning.catalog import DEFAULT_CLASSIFIER, ClassifierName
from core.synthesis.methods.catalog import (
    CATALOG,
    EVENHAND,
    MethodInfo,
    changed_settings,
    implementations,
    method_info,
)
from core.synthesis.run_fields import with_fields
from core.synthesis.settings import Channel, Criterion, LabelSettings, Quality, Settings, SynthesisSettings

if TYPE_CHECKING:
    from core.synthesis.base import Synthesizer

ProjectionDepth = Literal["none", "pca", "all"]


class RunConfig(BaseModel):
    """A run's settings. What is left ``None`` comes from the preset."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    preset: Literal["paper", "default", "fast"] = Field(
        default="default", description="paper: the authors' settings; default: the best measured here; fast: seconds."
    )
    method: str = Field(
        default=EVENHAND, description="Which system makes the rows; see `core.synthesis.methods.catalog`."
    )
    hyperparameters: dict[str, Any] = Field(
        default_factory=dict, description="Dials of another method than Evenhand's own."
    )
    seed: int = Field(default=0, ge=0, description="Seeds split, networks, batches and generation.")
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(default="auto", description="Where the networks run.")
    rows: int | None = Field(default=None, ge=1, description="Rows to generate; as many as the train rows if left out.")
    label_channel: Channel | None = Field(default=None, description="How labels are made.")
    criterion: Criterion | None = Field(default=None, description="What the labels make alike.")
    repair_level: float | None = Field(default=None, ge=0, le=1, description="Repair level.")
    target_dpr: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Demographic parity ratio to aim at: the repair level is then searched on some train rows.",
    )
    proportions: dict[str, float] = Field(
        default_factory=dict,
        description="Share by group, crossed or of one sensitive column; the others divide the rest.",
    )
    epochs: int | None = Field(default=None, ge=1, description="Epochs of teacher and student alike.")
    fairness_weight: float | None = Field(
        default=None, ge=0, description="beta: weight of the teacher's independence term."
    )
    student_kl_weight: float | None = Field(default=None, ge=0, description="lambda: weight of the student's KL term.")
    quality: Quality | None = Field(default=None, description="Q: how the student's latents are held to the teacher's.")
    student_hidden: int | None = Field(default=None, ge=1, description="Units of the student's hidden layer.")
    holdout_fraction: float = Field(
        default=HOLDOUT_FRACTION, gt=0, lt=1, description="Share of rows held out, if none are given."
    )
    confidence: float = Field(
        default=DEFAULT_CONFIDENCE,
        ge=MIN_CONFIDENCE,
        le=MAX_CONFIDENCE,
        description="Nominal coverage of all intervals of the audit.",
    )
    classifier: ClassifierName = Field(
        default=DEFAULT_CLASSIFIER,
        description="Downstream classifier of tables: what the audit trains, and what the making takes into account.",
    )
    audit_seeds: tuple[int, ...] = Field(default=(0, 1, 2), min_length=1, description="Seeds of the classifiers.")
    generator_draws: int = Field(
        default=3, ge=1, le=100, description="Draws of synthetic rows that the audit compares, each with its own seed."
    )
    pictures: ProjectionDepth = Field(
        default="pca",
        description="none; pca: SHAP importances and overlays by PCA; all: overlays by t-SNE and UMAP too, which take "
        "longer than all else in the audit.",
    )

    @model_validator(mode="after")
    def _method_takes_its_fields(self) -> Self:
        known, given = implementations(self.method), self._given()
        one = next(iter(known.values()))
        if self.hyperparameters and one.takes:
            raise ConfigError(
                f"{one.title} has settings of its own, and takes no hyperparameters of the compared methods.",
                field="hyperparameters",
                remedies=[change("method"), leave_out("hyperparameters")],
            )
        for name in given:
            if not any(name in each.takes for each in known.values()):
                raise ConfigError(
                    f"{one.title} does not take this setting; it goes with {_who_takes(name)} only.",
                    field=as_field(name),
                    remedies=[leave_out(as_field(name))],
                )
        if self.rows is not None and one.makes != "rows":
            raise ConfigError(
                f"{one.title} makes no rows, so their number cannot be chosen.",
                field="rows",
                remedies=[leave_out("rows")],
            )
        for each in known.values():
            if given.keys() <= each.takes.keys():
                self._settings(each)
        return self

    @model_validator(mode="after")
    def _target_can_be_aimed_at(self) -> Self:
        if self.target_dpr is None:
            return self
        if self.repair_level is not None:
            raise ConfigError(
                "A parity ratio to aim at decides the repair level, so only one of them can be given.",
                field="target_dpr",
                remedies=[leave_out("repair_level"), leave_out("target_dpr")],
            )
        for one in implementations(self.method).values():
            settings = self._settings(one) if "target_dpr" in one.takes else None
            if isinstance(settings, SynthesisSettings):
                settings.labels.check_target()
        return self

    def method_info(self, schema: Schema) -> MethodInfo:
        """What is known of the run's method for data of this schema.

        Raises:
            ConfigError: The method cannot learn this kind of data.
        """
        return method_info(self.method, schema.data_kind)

    def settings_for(self, schema: Schema) -> Settings:
        """The preset's hyperparameters with the run's own put in.

        Raises:
            ConfigError: The method cannot learn this kind of data, or a field of the run does not go with it.
        """
        one = self.method_info(schema)
        for name in self._given():
            if name not in one.takes:
                raise ConfigError(
                    f"This setting goes with {_kinds_that_take(name)} only, and these are {schema.data_kind}s.",
                    field=as_field(name),
                    remedies=[leave_out(as_field(name))],
                )
        return self._settings(one)

    def label_settings(self, schema: Schema) -> LabelSettings | None:
        """How outcomes are repaired; ``None`` where the run's method does not repair them.

        Raises:
            ConfigError: As `settings_for`.
        """
        settings = self.settings_for(schema)
        return settings.labels if isinstance(settings, SynthesisSettings) else None

    def synthesizer(self, schema: Schema) -> Synthesizer[Any]:
        """What makes the run's product, not fitted yet; the one choice by method and kind of data.

        Raises:
            ConfigError: As `settings_for`.
        """
        return self.method_info(schema).build(self.settings_for(schema))

    def _given(self) -> dict[str, Any]:
        """Fields that only some methods take, where they are set."""
        taken = {name for known in CATALOG.values() for one in known.values() for name in one.takes}
        fields = {name: getattr(self, name) for name in type(self).model_fields if name in taken}
        return {name: value for name, value in fields.items() if value not in (None, {})}

    def _settings(self, one: MethodInfo) -> Settings:
        if one.takes:
            settings = with_fields(one.presets[self.preset], one.takes, self._given())
        else:
            settings = changed_settings(one, self.preset, self.hyperparameters)
        if "classifier" in type(settings).model_fields and "classifier" not in self.hyperparameters:
            return settings.model_copy(update={"classifier": self.classifier})
        return settings


def _who_takes(name: str) -> str:
    """Titles of the methods that take a field of a run."""
    return " or ".join({one.title: None for known in CATALOG.values() for one in known.values() if name in one.takes})


def _kinds_that_take(name: str) -> str:
    """Kinds of data for which some method takes a field of a run."""
    return " or ".join(
        f"{kind}s" for kind, known in CATALOG.items() if any(name in one.takes for one in known.values())
    )


def run_config(**fields: Any) -> RunConfig:
    """A checked ``RunConfig``.

    Raises:
        ConfigError: A setting is unknown or out of its range; the sentence names it.
    """
    try:
        return RunConfig.model_validate(fields)
    except ValidationError as error:
        raise ConfigError.of(validation_problem(error)) from error


def with_repair_level(config: RunConfig, repair_level: float) -> RunConfig:
    """The same settings with another repair level, whatever had been aimed at."""
    return run_config(**{**config.model_dump(), "repair_level": repair_level, "target_dpr": None})
