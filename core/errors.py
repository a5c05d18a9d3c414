"""The one family of errors that bad input raises, and how a front end words them.

An error holds a sentence in neutral words, the field it is about, and what would mend it as data: give a field, change
it, or leave it out. The library never says ``--target`` or “Outcome”. Each front end has a `Wording`: a name for every
field and a few phrases. `PYTHON` is the wording of the Python API, and of ``str(error)``.

>>> error = SchemaError("Target 'y' has no positive value yet.", field="positive", remedies=[give("positive")])
>>> str(error)
"Target 'y' has no positive value yet. Pass positive."
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Self, TypeGuard, get_args

if TYPE_CHECKING:
    from pydantic import ValidationError

FieldName = Literal[
    # What the data are and how they are read.
    "data",
    "target",
    "positive",
    "threshold",
    "sensitive",
    "bin_edges",
    "schema",
    "holdout",
    "encoding",
    "labels",
    "image_size",
    "bias",
    "synthetic",
    # What a run or a request for rows is asked to do; the names are those of `core.config.RunConfig`.
    "preset",
    "method",
    "hyperparameters",
    "seed",
    "device",
    "rows",
    "label_channel",
    "criterion",
    "repair_level",
    "target_dpr",
    "proportions",
    "group",
    "epochs",
    "fairness_weight",
    "student_kl_weight",
    "quality",
    "student_hidden",
    "holdout_fraction",
    "classifier",
    "confidence",
    "audit_seeds",
    "generator_draws",
    "pictures",
    # Where things are and go, and what is required of figures.
    "run",
    "out",
    "tables",
    "answers",
    "local_law_144",
    "selection",
    "require",
]
"""What an error can be about: everything that a person gives. Python's keywords have these names."""
FIELDS: Final[tuple[FieldName, ...]] = get_args(FieldName)
_MAX_SHOWN: Final = 60
_NOT_SHOWN: Final = frozenset({"extra_forbidden", "missing", "json_invalid"})
"""Of pydantic's findings, those in which the value itself says nothing."""


@dataclass(frozen=True)
class Remedy:
    """One way to mend a problem by what is given; see `give`, `change` and `leave_out`.

    Args:
        action: What to do with the field.
        field: Which field.
        value: What to give, if it is known.
        why: What that value is, e.g. ``its median``.
    """

    action: Literal["give", "change", "leave_out"]
    field: FieldName
    value: float | str | None = None
    why: str = ""


def give(field: FieldName, value: float | str | None = None, why: str = "") -> Remedy:
    """Give this field, with this value if one is known."""
    return Remedy("give", field, value, why)


def change(field: FieldName) -> Remedy:
    """Give another value of this field."""
    return Remedy("change", field)


def leave_out(field: FieldName) -> Remedy:
    """Do not give this field."""
    return Remedy("leave_out", field)


@dataclass(frozen=True)
class Wording:
    """How one front end words remedies. ``{name}`` and ``{value}`` in a phrase are replaced.

    Args:
        names: What the front end calls each field.
        give: Phrase for a field that is to be given.
        give_value: The same with a value.
        change: Phrase for another value.
        leave_out: Phrase for a field that is not to be given.
        value: How a value of a field is written.
    """

    names: Mapping[FieldName, str]
    give: str
    give_value: str
    change: str
    leave_out: str
    value: Callable[[FieldName, float | str], str] = lambda _field, value: repr(value)

    def remedy(self, remedy: Remedy) -> str:
        """One remedy as a phrase.

        >>> PYTHON.remedy(give("threshold", 35.0, "its median"))
        'pass threshold=35.0 (its median)'
        """
        name = self.names[remedy.field]
        if remedy.action == "change":
            return self.change.format(name=name)
        if remedy.action == "leave_out":
            return self.leave_out.format(name=name)
        if remedy.value is None:
            return self.give.format(name=name)
        phrase = self.give_value.format(name=name, value=self.value(remedy.field, remedy.value))
        return f"{phrase} ({remedy.why})" if remedy.why else phrase


PYTHON: Final = Wording(
    names={field: field for field in FIELDS},
    give="pass {name}",
    give_value="pass {name}={value}",
    change="pass another {name}",
    leave_out="leave {name} out",
)
"""The wording of the Python API: fields are keywords."""


@dataclass(frozen=True)
class Problem:
    """What an error says, as data: it can be kept with a run and worded later.

    Args:
        sentence: What is wrong and why, in words of no front end: it names the column, the row or the value.
        field: What it is about; ``None`` if it is about the content of a file.
        remedies: Ways to mend it by what is given, any one of which will do.
    """

    sentence: str
    field: FieldName | None = None
    remedies: tuple[Remedy, ...] = ()

    def worded(self, wording: Wording) -> str:
        """The sentence and its remedies in a front end's words; the field is named if no remedy does.

        >>> Problem("The seed must be at least 0, not -1.", "seed").worded(PYTHON)
        'seed: The seed must be at least 0, not -1.'
        """
        named = self.field is None or any(remedy.field == self.field for remedy in self.remedies)
        head = "" if named or self.field is None else f"{wording.names[self.field]}: "
        if not self.remedies:
            return head + self.sentence
        phrases = ", or ".join(wording.remedy(remedy) for remedy in self.remedies)
        return f"{head}{self.sentence} {phrases[0].upper()}{phrases[1:]}."


class EvenhandError(Exception):
    """Base of every error that a user can cause and can mend.

    Args:
        sentence: What is wrong and why, in neutral words; it ends with a full stop.
        field: What it is about.
        remedies: Ways to mend it by what is given.
    """

    def __init__(self, sentence: str, *, field: FieldName | None = None, remedies: Sequence[Remedy] = ()) -> None:
        super().__init__(sentence)
        self.problem = Problem(sentence, field, tuple(remedies))

    def __str__(self) -> str:
        """In the words of the Python API."""
        return self.problem.worded(PYTHON)

    @property
    def sentence(self) -> str:
        """What is wrong and why, in words of no front end."""
        return self.problem.sentence

    @property
    def field(self) -> FieldName | None:
        """What it is about."""
        return self.problem.field

    @classmethod
    def of(cls, problem: Problem, before: str = "") -> Self:
        """An error of this class that says the same, after words on where it was met."""
        return cls(f"{before}{problem.sentence}", field=problem.field, remedies=problem.remedies)


class DataError(EvenhandError):
    """A file or a table that cannot be used as it is."""


class SchemaError(EvenhandError, ValueError):
    """Kinds, roles, groups or target values that do not fit the table.

    It is a ``ValueError`` too, so that pydantic's validators can raise it; the same holds for `ConfigError`.
    """


class ConfigError(EvenhandError, ValueError):
    """A setting outside its range, or two settings that contradict one another."""


class RunError(EvenhandError):
    """A run folder that is missing, damaged, or not finished."""


def is_field(name: object) -> TypeGuard[FieldName]:
    """Whether an error can be about this name."""
    return name in FIELDS


def as_field(name: str) -> FieldName:
    """The field of this name, where it is known to be one.

    Raises:
        KeyError: There is no such field.
    """
    if not is_field(name):
        raise KeyError(name)
    return name


def validation_problem(error: ValidationError, field: FieldName | None = None) -> Problem:
    """The first finding of a pydantic error: where, what is wrong, and the value if it is short.

    Args:
        error: As pydantic raised it.
        field: What the whole model was given as; if left out, the model's own fields are fields here.
    """
    first = error.errors(include_url=False)[0]
    raised = first.get("ctx", {}).get("error")
    if isinstance(raised, EvenhandError):
        return raised.problem
    if isinstance(raised, type(error)):  # a validator built another model
        return validation_problem(raised, field)
    what = first["msg"].removeprefix("Value error, ").replace("Input should be", "the value must be", 1)
    given = first["input"]
    if isinstance(given, str | int | float) and first["type"] not in _NOT_SHOWN and len(repr(given)) <= _MAX_SHOWN:
        what = f"{what}, not {given!r}"
    place = first["loc"]
    if field is None and place and is_field(place[0]):
        field, place = place[0], place[1:]
    where = ".".join(map(str, place))
    return Problem(f"{where}: {what}." if where else f"{what[0].upper()}{what[1:]}.", field)


def os_error_reason(error: OSError) -> str:
    """Why the system refused, in its own words; libraries put theirs around them.

    >>> os_error_reason(OSError(28, "Error writing bytes to file. Detail: [errno 28] No space left on device"))
    'No space left on device'
    """
    return os.strerror(error.errno) if error.errno else "the system gives no reason"
