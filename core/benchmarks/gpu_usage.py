"""How busy a GPU is, and how much of its memory is used, while something runs."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch

INTERVAL = 0.5
_QUERY = ("nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits")


@dataclass
class Usage:
    """What was seen of a GPU.

    Args:
        utilisation: Share of time with work on the GPU, in per cent, seen every half second; empty if unknown.
        peak_bytes: Most memory of the GPU that tensors held at once; ``None`` on a CPU.
    """

    utilisation: list[float] = field(default_factory=list)
    peak_bytes: int | None = None

    @property
    def mean_utilisation(self) -> float | None:
        """The mean utilisation in per cent; ``None`` if it is unknown."""
        return sum(self.utilisation) / len(self.utilisation) if self.utilisation else None


@contextmanager
def watched(device: torch.device) -> Iterator[Usage]:
    """Watch the device inside the block; the peak is known when the block ends."""
    usage = Usage()
    if device.type != "cuda":
        yield usage
        return
    ended = threading.Event()
    thread = threading.Thread(target=_watch, args=(usage, ended), daemon=True)
    torch.cuda.reset_peak_memory_stats(device)
    thread.start()
    try:
        yield usage
    finally:
        ended.set()
        thread.join()
        usage.peak_bytes = int(torch.cuda.max_memory_allocated(device))


def _watch(usage: Usage, ended: threading.Event) -> None:
    while not ended.wait(INTERVAL):
        seen = utilisation()
        if seen is None:
            return
        usage.utilisation.append(seen)


def utilisation() -> float | None:
    """Return the utilisation of the first GPU in per cent; ``None`` if neither torch nor ``nvidia-smi`` can tell."""
    try:
        return float(torch.cuda.utilization())
    except (ImportError, RuntimeError, AssertionError):  # torch asks a package that need not be installed
        pass
    try:
        found = subprocess.run(_QUERY, capture_output=True, text=True, check=True, timeout=5)  # noqa: S603
        return float(found.stdout.split()[0])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None
