"""Names of the library that are part of the public API."""

from core.data.schema import Schema
from core.errors import ConfigError, DataError, EvenhandError, RunError, SchemaError
from core.events import Event

__all__ = ["ConfigError", "DataError", "EvenhandError", "Event", "RunError", "Schema", "SchemaError"]
