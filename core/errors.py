"""The one family of errors that bad input raises.

Each carries a sentence for the person at the screen: it names the column, the row or the value, and says what to do.
"""

import os


class EvenhandError(Exception):
    """Base of every error that a user can cause and can mend."""


class DataError(EvenhandError):
    """A file or a table that cannot be used as it is."""


class SchemaError(EvenhandError):
    """Kinds, roles, groups or target values that do not fit the table."""


class ConfigError(EvenhandError):
    """A setting outside its range, or two settings that contradict one another."""


class RunError(EvenhandError):
    """A run folder that is missing, damaged, or not finished."""


def cause(error: OSError) -> str:
    """Why the system refused, in its own words; libraries put theirs around them.

    >>> cause(OSError(28, "Error writing bytes to file. Detail: [errno 28] No space left on device"))
    'No space left on device'
    """
    return os.strerror(error.errno) if error.errno else "the system gives no reason"
