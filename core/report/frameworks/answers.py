"""A reader's additions to a run: texts in the fields of its sheets, and the columns of a bias audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from core.audit.metrics.local_law_144 import BiasAuditColumns
from core.data.plain_text import plain_text
from core.errors import ConfigError
from core.validation import validation_problem

MAX_CHARACTERS: Final = 5_000
MAX_TEXTS: Final = 300
Text = Annotated[str, Field(max_length=MAX_CHARACTERS), AfterValidator(plain_text)]


class Answers(BaseModel):
    """All of it; kept as ``answers.json`` in the run folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    texts: dict[str, Text] = Field(default_factory=dict, max_length=MAX_TEXTS, description="By key of the field.")
    local_law_144: BiasAuditColumns | None = Field(default=None, description="Columns of the bias audit, if mapped.")

    def filled(self, texts: Mapping[str, str]) -> Answers:
        """Return a copy with these texts put in; an empty text takes the reader's own away again.

        Raises:
            ConfigError: A text is too long or not plain.

        >>> Answers(texts={"a": "x"}).filled({"a": " ", "b": "y"}).texts
        {'b': 'y'}
        """
        merged = {**self.texts, **texts}
        try:
            new = Answers(texts=merged, local_law_144=self.local_law_144)
        except ValidationError as error:
            what = validation_problem(error, "answers").sentence.removeprefix("texts.")
            raise ConfigError(f"An answer cannot be kept: {what}", field="answers") from error
        return new.model_copy(update={"texts": {key: text for key, text in new.texts.items() if text}})


def from_json(text: str) -> dict[str, str]:
    """Parse texts by key of the field, from a JSON file that a person wrote.

    Raises:
        ConfigError: It is no JSON object of texts.
    """
    try:
        return TypeAdapter(dict[str, str]).validate_json(text)
    except ValidationError as error:
        what = validation_problem(error, "answers").sentence
        raise ConfigError(
            f'The file of answers cannot be used. {what} Write it like {{"eu_ai_act.origin": "…"}}.', field="answers"
        ) from error
