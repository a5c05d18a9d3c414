"""Threads in which scikit-learn can work without leaving Python's warning filters changed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager


@contextmanager
def workers(count: int | None) -> Iterator[ThreadPoolExecutor]:
    """A pool of ``count`` threads; when it is left, the warning filters are as they were when it was entered.

    scikit-learn checks its input inside ``warnings.catch_warnings``, which is global: threads that do so at once
    restore one another's filters.
    """
    with warnings.catch_warnings(), ThreadPoolExecutor(count) as pool:
        yield pool


def one_thread() -> AbstractContextManager[object]:
    """One OpenMP thread: on small samples several wait for one another, and on busy cores they wait a hundredfold."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    limits: AbstractContextManager[object] = threadpool_limits(1, user_api="openmp")
    return limits
