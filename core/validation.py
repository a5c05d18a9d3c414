"""What pydantic found wrong, as a problem that every front end can word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.errors import EvenhandError, FieldName, Problem, is_field

if TYPE_CHECKING:
    from pydantic import ValidationError

_MAX_SHOWN: Final = 60
_NOT_SHOWN: Final = frozenset({"extra_forbidden", "missing", "json_invalid"})
"""Types of pydantic errors for which the input value does not help the reader."""


def validation_problem(error: ValidationError, field: FieldName | None = None) -> Problem:
    """Return the first problem of a pydantic error: the place, what is wrong, and the value if it is short.

    Args:
        error: The error of pydantic.
        field: The field that holds the whole model. If left out, the model's own fields are the fields.
    """
    first = error.errors(include_url=False)[0]
    raised = first.get("ctx", {}).get("error")
    if isinstance(raised, EvenhandError):
        return raised.problem
    if isinstance(raised, type(error)):  # a validator built another model
        return validation_problem(raised, field)
    message = first["msg"].removeprefix("Value error, ").replace("Input should be", "the value must be", 1)
    value = first["input"]
    if isinstance(value, str | int | float) and first["type"] not in _NOT_SHOWN and len(repr(value)) <= _MAX_SHOWN:
        message = f"{message}, not {value!r}"
    path = first["loc"]
    if field is None and path and is_field(path[0]):
        field, path = path[0], path[1:]
    location = ".".join(map(str, path))
    return Problem(f"{location}: {message}." if location else f"{message[0].upper()}{message[1:]}.", field)
