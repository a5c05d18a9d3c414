"""Threads for scikit-learn that leave Python's warning filters unchanged."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager


@contextmanager
def workers(count: int | None) -> Iterator[ThreadPoolExecutor]:
    """Open a pool of ``count`` threads, and restore the warning filters on exit.

    scikit-learn checks its input inside ``warnings.catch_warnings``, which is global. Concurrent threads restore each
    other's filters.
    """
    with warnings.catch_warnings(), ThreadPoolExecutor(count) as pool:
        yield pool


def one_thread() -> AbstractContextManager[object]:
    """Limit OpenMP to one thread. On small samples several threads wait for each other, up to 100 times longer."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    limits: AbstractContextManager[object] = threadpool_limits(1, user_api="openmp")
    return limits
