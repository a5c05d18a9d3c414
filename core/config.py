"""What a run is asked to do: one object that the command line, the app and a script all fill in."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.audit.statistics.confidence import DEFAULT_CONFIDENCE, MAX_CONFIDENCE, MIN_CONFIDENCE
from core.data.schema import Schema
from core.data.split import HOLDOUT_FRACTION
from core.errors import ConfigError, as_field, change, give, invalid, leave_out
from core.learning.catalog import DEFAULT_CLASSIFIER, ClassifierName
from core.synthesis.image_settings import IMAGE_PRESETS, ImageSettings
from core.synthesis.methods.catalog import EVENHAND, method_info, method_settings
from core.synthesis.settings import PRESETS, Channel, Criterion, Quality, Settings, SynthesisSettings

Depth = Literal["none", "pca", "all"]


_TABLE_ONLY = ("label_channel", "criterion", "repair_level", "target_dpr", "student_hidden", "settings")
"""What images do not have: no label channel, and networks of another kind."""
_EVENHAND_ONLY = (*_TABLE_ONLY, "proportions", "epochs", "fairness_weight", "student_kl_weight", "quality")
"""What only Evenhand's own method has."""


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
    pictures: Depth = Field(
        default="pca",
        description="none; pca: SHAP importances and overlays by PCA; all: overlays by t-SNE and UMAP too, which take "
        "longer than all else in the audit.",
    )
    settings: SynthesisSettings | None = Field(default=None, description="All dials at once, instead of a preset.")

    @model_validator(mode="after")
    def _method_has_its_dials(self) -> Self:
        title = method_info(self.method).title
        if self.method == EVENHAND:
            if self.hyperparameters:
                raise ConfigError(
                    f"{title} has settings of its own, and takes no hyperparameters of the compared methods.",
                    field="hyperparameters",
                    remedies=[change("method"), leave_out("hyperparameters")],
                )
            return self
        for name in _EVENHAND_ONLY:
            if getattr(self, name) not in (None, {}):
                raise ConfigError(
                    f"{title} does not take this setting; it goes with Evenhand's own method only.",
                    field=as_field(name),
                    remedies=[leave_out(as_field(name))],
                )
        if self.rows is not None and method_info(self.method).makes != "rows":
            raise ConfigError(
                f"{title} makes no rows, so their number cannot be chosen.", field="rows", remedies=[leave_out("rows")]
            )
        method_settings(self.method, self.preset, self.hyperparameters)
        return self

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        labels = self.synthesis().labels
        if self.target_dpr is None:
            return self
        if self.repair_level is not None:
            raise ConfigError(
                "A parity ratio to aim at decides the repair level, so only one of them can be given.",
                field="target_dpr",
                remedies=[leave_out("repair_level"), leave_out("target_dpr")],
            )
        if labels.criterion != "demographic_parity":
            raise ConfigError(
                "A parity ratio can be aimed at only with equal selection rates as the criterion, which is "
                "equal error rates here.",
                field="target_dpr",
                remedies=[give("criterion", "demographic_parity"), leave_out("target_dpr")],
            )
        if labels.channel == "off":
            raise ConfigError(
                "A parity ratio can be aimed at only with the fair label channel, which is off here.",
                field="target_dpr",
                remedies=[give("label_channel", "attribute_blind"), leave_out("target_dpr")],
            )
        return self

    def method_settings(self) -> Settings:
        """All dials of the method that makes the rows."""
        if self.method == EVENHAND:
            return self.synthesis()
        settings = method_settings(self.method, self.preset, self.hyperparameters)
        if "classifier" in type(settings).model_fields and "classifier" not in self.hyperparameters:
            return settings.model_copy(update={"classifier": self.classifier})
        return settings

    def image_settings(self) -> ImageSettings:
        """The preset's dials for images with this run's own put in.

        Raises:
            ConfigError: A setting is of tables alone; the sentence names it.
        """
        if self.classifier != DEFAULT_CLASSIFIER:
            raise ConfigError(
                "The classifier can be chosen for tables only, and these are images.",
                field="classifier",
                remedies=[leave_out("classifier")],
            )
        for name in _TABLE_ONLY:
            if getattr(self, name) is not None:
                raise ConfigError(
                    "This setting goes with tables only, and these are images.",
                    field=as_field(name),
                    remedies=[leave_out(as_field(name))],
                )
        if self.method != EVENHAND:
            raise ConfigError(
                f"{method_info(self.method).title} is made for tables, and these are images.",
                field="method",
                remedies=[leave_out("method")],
            )
        hyperparameters = IMAGE_PRESETS[self.preset].model_dump()
        return ImageSettings.model_validate(self._with_own(hyperparameters))

    def _with_own(self, hyperparameters: dict[str, Any]) -> dict[str, Any]:
        """What table and image settings call alike."""
        if self.epochs is not None:
            for network in ("teacher", "student"):
                hyperparameters[network]["optimisation"] |= {"epochs": self.epochs, "least_steps": 0}
        if self.fairness_weight is not None:
            hyperparameters["teacher"]["independence_weight"] = self.fairness_weight
        own = {"kl_weight": self.student_kl_weight, "quality": self.quality}
        hyperparameters["student"] |= {name: value for name, value in own.items() if value is not None}
        return hyperparameters

    def settings_for(self, schema: Schema) -> Settings:
        """All dials of what makes rows like these: a table's or images'.

        Raises:
            ConfigError: A setting does not go with them.
        """
        return self.method_settings() if schema.image is None else self.image_settings()

    def synthesis(self) -> SynthesisSettings:
        """The preset's dials with this run's own put in."""
        hyperparameters = (self.settings or PRESETS[self.preset]).model_dump()
        labels = {"channel": self.label_channel, "criterion": self.criterion}
        hyperparameters["labels"] |= {name: value for name, value in labels.items() if value is not None}
        if self.repair_level is not None:
            hyperparameters["labels"]["repair_level"] = self.repair_level
        if self.student_hidden is not None:
            hyperparameters["student"]["hidden"] = self.student_hidden
        hyperparameters["classifier"] = self.classifier
        return SynthesisSettings.model_validate(self._with_own(hyperparameters))


def run_config(**fields: Any) -> RunConfig:
    """A checked ``RunConfig``.

    Raises:
        ConfigError: A setting is unknown or out of its range; the sentence names it.
    """
    try:
        return RunConfig.model_validate(fields)
    except ValidationError as error:
        raise ConfigError.of(invalid(error)) from error


def with_repair_level(config: RunConfig, repair_level: float) -> RunConfig:
    """The same settings with another repair level, whatever had been aimed at."""
    return run_config(**{**config.model_dump(), "repair_level": repair_level, "target_dpr": None})
