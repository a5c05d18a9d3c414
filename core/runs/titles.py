"""The title of a run: a text of its user, beside the folder's name, which stays because links lead to it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from core.data.plain_text import plain_text
from core.errors import ConfigError
from core.runs import access_log
from core.runs.locks import locked
from core.runs.run_folder import RunFolder
from core.validation import validation_problem

MAX_TITLE: Final = 100  # characters


def _one_line(text: str) -> str:
    return " ".join(plain_text(text).split())


class RunTitle(BaseModel):
    """The content of ``title.json``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[str, AfterValidator(_one_line), Field(max_length=MAX_TITLE)] = ""


def read_title(folder: RunFolder) -> str:
    """Return the title of a run; empty if it has none.

    Raises:
        RunError: The file is damaged.
    """
    return folder.title.read(RunTitle).text


def run_name(folder: RunFolder) -> str:
    """Return what people call a run: its title with the folder's name, or that name alone.

    Raises:
        RunError: The file of the title is damaged.
    """
    title = read_title(folder)
    return f"{title} ({folder.path.name})" if title else folder.path.name


def rename(path: Path, title: str) -> str:
    """Give a run a title, or take its title away with an empty one; returns the title as it is kept, in one line.

    Raises:
        RunError: There is no run.
        ConfigError: The title is too long or holds control characters; the old one is kept.
    """
    try:
        content = RunTitle(text=title)
    except ValidationError as error:
        raise ConfigError(f"The title cannot be kept: {validation_problem(error).sentence}") from error
    folder = RunFolder.open(path)
    with locked(folder):
        access_log.record(access_log.RENAMED, folder.path)
        if content.text:
            folder.title.save(content)
        else:
            folder.title.remove()
    return content.text
