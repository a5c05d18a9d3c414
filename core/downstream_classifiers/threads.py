"""Threads for scikit-learn that leave Python's warning filters unchanged."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any


@contextmanager
def workers(count: int | None) -> Iterator[ThreadPoolExecutor]:
    """Open a pool of ``count`` threads, and restore the warning filters on exit.

    scikit-learn checks its input, and works in threads of its own, inside ``warnings.catch_warnings``, which is global.
    Concurrent threads restore each other's filters.
    """
    with warnings.catch_warnings(), ThreadPoolExecutor(count) as pool:
        yield pool


def one_openmp_thread() -> AbstractContextManager[object]:
    """Limit OpenMP to one thread. On small samples several threads wait for each other, up to 100 times longer."""
    limits: AbstractContextManager[object] = _libraries().limit(limits=1, user_api="openmp")
    return limits


@cache
def _libraries() -> Any:
    """Return the loaded libraries, scikit-learn's among them. Finding them takes milliseconds."""
    from sklearn.utils import _openmp_helpers  # noqa: F401  # what is not loaded is not found
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    return ThreadpoolController()
