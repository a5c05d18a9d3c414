"""The same work on many items, with results in the order of the items: here, by several processes, or on a cluster.

What the work needs for every item is sent to each process once. It and the items go through pipes (or Ray's memory),
never through a file. A bounded number of items is under way, so memory does not grow with their number.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, TypeVar

from core.cluster import connected
from core.errors import EvenhandError
from core.runs.process import end_with

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Result = TypeVar("Result")
_Workers = tuple[Callable[[Item], Callable[[], Result]], int]

_AHEAD: Final = 2
"""Items under way for each process: one that it works on, and the next."""
_ONE_THREAD: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
_held: Any = None
"""In a process that works: what it needs for every item."""


def in_order(
    work: Callable[[Shared, Item], Result],
    shared: Shared,
    items: Iterable[Item],
    *,
    processes: int = 1,
    cluster: str | None = None,
) -> Generator[Result, None, None]:
    """Yield ``work(shared, item)`` for each item, in their order. Items are taken as they are needed.

    Whoever stops early closes the generator, which ends the processes.

    Args:
        work: A function of a module. What it returns depends on its arguments alone.
        shared: What it needs for every item.
        items: What it is done on.
        processes: Processes of this machine, each with one thread; with 1 this process works, with the threads it has.
        cluster: Address of a Ray cluster that works in their place; see `core.cluster.completed`.

    Raises:
        ConfigError: The cluster cannot be used.
        EvenhandError: A process was ended from outside.
    """
    if cluster is None and processes == 1:
        yield from (work(shared, item) for item in items)
        return
    workers = _processes(work, shared, processes) if cluster is None else _nodes(work, shared, cluster)
    with workers as (send, at_once):
        waiting: deque[Callable[[], Result]] = deque()
        for item in items:
            waiting.append(send(item))
            if len(waiting) == _AHEAD * at_once:
                yield waiting.popleft()()
        while waiting:
            yield waiting.popleft()()


@contextmanager
def _nodes(work: Callable[[Shared, Item], Result], shared: Shared, address: str) -> Iterator[_Workers[Item, Result]]:
    """Yield what sends an item to a cluster and returns what waits for its result, and the number of cores."""
    with connected(address) as cluster:
        yield cluster.sender(work, shared), cluster.cores


@contextmanager
def _processes(work: Callable[[Shared, Item], Result], shared: Shared, count: int) -> Iterator[_Workers[Item, Result]]:
    """Yield the same for processes of this machine."""
    from loky import ProcessPoolExecutor

    pool = ProcessPoolExecutor(count, initializer=_begin, initargs=(os.getpid(), shared), env=_ONE_THREAD)

    def send(item: Item) -> Callable[[], Result]:
        return partial(_result, pool.submit(_work, work, item))

    try:
        yield send, count
    finally:
        pool.shutdown(kill_workers=True)


def _begin(parent: int, shared: Any) -> None:
    """Prepare a process: Ctrl+C ends the one that it works for, and with that this one."""
    global _held  # noqa: PLW0603  # a process works for one generator only
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(parent)
    _held = shared


def _work(work: Callable[[Any, Item], Result], item: Item) -> Result:
    return work(_held, item)


def _result(future: Any) -> Any:
    from loky.process_executor import BrokenProcessPool

    try:
        return future.result()
    except BrokenProcessPool as error:
        raise EvenhandError(
            "A process that helped with the work was ended, most likely because the memory of this machine did not "
            "suffice. Free some, or allow fewer cores (OMP_NUM_THREADS), and try again."
        ) from error
