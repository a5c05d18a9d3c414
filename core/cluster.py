"""Independent tasks: here, one after another, or on the nodes of a Ray cluster.

Ray (extra ``cluster``) is imported only where an address is given. Each task takes one core and computes with one
thread. A task whose node dies is computed again on another, and a task gives the same bytes wherever it runs: what it
draws depends on its own seed alone. What it reads must be there on every node, and each node must run this version of
Evenhand and of the libraries that its figures depend on; a node that does not is refused.
"""

from __future__ import annotations

import hashlib
import platform
import signal
import socket
import threading
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Final, TypeVar

from core.errors import ConfigError, EvenhandError
from core.events import Event, Listener, ignore
from core.runs.environment import version
from core.settings import Text

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Result = TypeVar("Result")
_PACKAGES: Final = ("numpy", "pandas", "scikit-learn", "scipy", "torch")
_ROOT: Final = Path(__file__).resolve().parents[1]
ADDRESS: Final = Text("EVENHAND_CLUSTER")
"""Address of the cluster of runs: of those of the app, of `evenhand run` and of `evenhand resume`."""
LOCAL: Final = "local"
"""In place of an address: a cluster of this machine's cores, for as long as the tasks run."""
_ANSWER_SECONDS: Final = 5.0
_RETRIES: Final = 5
"""How often a task is begun again whose node died."""


class LocalListener:
    """A listener that stays in its process: a task that is sent elsewhere takes one along that hears nothing.

    Args:
        listener: Receives the events of tasks that run here.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def __call__(self, event: Event) -> None:
        """Hand the event on."""
        self._listener(event)

    def __reduce__(self) -> tuple[type[LocalListener], tuple[Listener]]:
        """Return how it is made elsewhere."""
        return LocalListener, (ignore,)


def completed(
    tasks: Sequence[Callable[[], Result]], address: str | None = None
) -> Generator[tuple[int, Callable[[], Result]], None, None]:
    """Yield the place of each task, and a function that returns its result or raises its error.

    Without an address the function computes the result, in the order of the tasks. With one the tasks run on the
    cluster at once, and are yielded as they end; whoever stops early closes the generator, which ends the rest.

    Args:
        tasks: What is computed, without arguments. For a cluster each is sent by value.
        address: Address of a Ray cluster, such as ``10.0.0.5:6379``, or `LOCAL`.

    Raises:
        ConfigError: Ray is not installed, no cluster answers, or one of its nodes has other software.
    """
    if address is None or not tasks:
        yield from enumerate(tasks)
        return
    with connected(address) as cluster:
        places = {cluster.begun(task): place for place, task in enumerate(tasks)}
        pending = list(places)
        while pending:
            (done,), pending = cluster.ray.wait(pending, num_returns=1)
            yield places[done], partial(_result, cluster.ray, done)


class Cluster:
    """A cluster that this process is connected to; see `connected`.

    Args:
        ray: Ray.
    """

    def __init__(self, ray: Any) -> None:
        self.ray = ray
        self._run = ray.remote(num_cpus=1, max_retries=_RETRIES)(_checked)

    @property
    def cores(self) -> int:
        """Number of its cores, at least 1."""
        return max(int(self.ray.cluster_resources().get("CPU", 1)), 1)

    def begun(self, task: Callable[[], Any]) -> Any:
        """Begin a task; return Ray's reference to its result."""
        return self._run.remote(task, _software())

    def sender(self, work: Callable[[Shared, Item], Result], shared: Shared) -> Callable[[Item], Callable[[], Result]]:
        """Return what begins ``work(shared, item)`` for an item, and returns what waits for its result.

        Args:
            work: A function of a module.
            shared: What it needs for every item. A process of the cluster fetches it once for the items that follow
                each other there.
        """
        held = [self.ray.put(shared)]  # in a list, so that Ray does not fetch it for each task
        return lambda item: partial(_result, self.ray, self.begun(partial(_with_shared, work, held, item)))


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Connect to a cluster; what still runs there at the end of the block is ended.

    Args:
        address: See `completed`.

    Raises:
        ConfigError: See `completed`.
    """
    ray = _ray(address)
    try:
        yield Cluster(ray)
    finally:
        ray.shutdown()


def _with_shared(work: Callable[[Any, Item], Result], held: Sequence[Any], item: Item) -> Result:
    return work(_fetched(held[0]), item)


@lru_cache(maxsize=1)
def _fetched(reference: Any) -> Any:
    """Return what a reference stands for. A process of a cluster works for one program, on one thing at a time."""
    import ray

    return ray.get(reference)


def _ray(address: str) -> Any:
    try:
        import ray
    except ImportError as error:
        raise ConfigError(
            "A cluster needs Ray, which is not installed here. Install it with: pip install 'evenhand[cluster]'."
        ) from error
    if address != LOCAL:
        _check_answers(address)
    with warnings.catch_warnings(), _own_stop():
        warnings.simplefilter("ignore", FutureWarning)  # a tip of Ray's on accelerators
        ray.init(address, log_to_driver=False, configure_logging=False, include_dashboard=False)
    return ray


@contextmanager
def _own_stop() -> Iterator[None]:
    """Keep what SIGTERM does here: Ray would exit at once, and a run that is asked to stop could not record it."""
    own = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread() and own is not None:
            signal.signal(signal.SIGTERM, own)


def _check_answers(address: str) -> None:
    """Raise if nothing listens at an address: Ray itself would try for minutes."""
    host, _, port = address.rpartition(":")
    if not (host and port.isdecimal() and int(port) < 2**16):
        raise ConfigError(f"The address of a cluster is HOST:PORT or {LOCAL}, not {address!r}.")
    try:
        socket.create_connection((host, int(port)), _ANSWER_SECONDS).close()
    except OSError as error:
        raise ConfigError(f"No Ray cluster answers at {address!r}. Start one there first.") from error


def _result(ray: Any, reference: Any) -> Any:
    try:
        return ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, EvenhandError):
            raise error.cause from None  # as it would be raised here
        raise
    except ray.exceptions.RayError as error:
        raise ConfigError(f"The cluster lost a task {_RETRIES} times: its nodes died or ran out of memory.") from error


def _checked(task: Callable[[], Result], software: str) -> Result:
    """Compute a task on a node, if that has the software of the process that sent it."""
    if _software() != software:
        raise ConfigError(
            f"The node {platform.node()!r} has another version of Evenhand, Python or a library than this machine. "
            "Install the same on all nodes."
        )
    return task()


@cache
def _software() -> str:
    """Return a hash of Evenhand's code and of the versions that figures depend on."""
    digest = hashlib.sha256(f"{platform.python_version()} {[version(name) for name in _PACKAGES]}".encode())
    for path in sorted(path for folder in ("core", "models") for path in (_ROOT / folder).rglob("*.py")):
        digest.update(path.relative_to(_ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
