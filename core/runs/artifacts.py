"""What a run keeps of people: real and made tables, latents of real rows, and the networks that saw them.

::

    tables/NAME.parquet           train, holdout, teacher, student, further draws, and what the synthesizer keeps
    latents/NAME.safetensors      of the real rows, by encoder
    weights/NAME.safetensors      by network
    images/NAME.npy               of the rows of the table of that name, uint8, (n, height, width, 3)

Only its owner may list the folders (mode 0700) and read the files (0600).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from core.runs import files
from core.runs.job_folder import JobFolder

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import torch

REAL = ("train", "holdout")


class KeptLatents(NamedTuple):
    """Latents of the real rows by one encoder: ``train`` of shape (n, d), ``holdout`` of shape (m, d), float32."""

    train: np.ndarray
    holdout: np.ndarray


class ArtifactStore(JobFolder):
    """A folder that keeps tables, latents and weights.

    Args:
        path: The folder.
    """

    def save_tensors(self, name: str, tensors: Mapping[str, torch.Tensor]) -> None:
        """Keep named tensors as ``weights/NAME.safetensors``."""
        from safetensors.torch import save

        content = save({key: tensor.detach().cpu().contiguous().clone() for key, tensor in tensors.items()})
        with self._private(_weights(name)) as temporary:
            temporary.write_bytes(content)

    def tensors(self, name: str) -> dict[str, torch.Tensor]:
        """The tensors kept under ``name``, on the CPU."""
        from safetensors import SafetensorError
        from safetensors.torch import load

        try:
            return dict(load(self._bytes(_weights(name))))
        except SafetensorError as error:
            raise self._damaged(_weights(name)) from error

    def has_tensors(self, name: str) -> bool:
        """Whether tensors are kept under ``name``."""
        return self._at(_weights(name)).is_file()

    def save_latents(self, encoder: str, train: np.ndarray, holdout: np.ndarray) -> None:
        """Keep an encoder's latents of the real rows, shapes (n, d) and (m, d), aligned with the tables."""
        import numpy as np
        from safetensors.numpy import save

        arrays = {"train": train, "holdout": holdout}
        content = save({name: np.ascontiguousarray(array, dtype=np.float32) for name, array in arrays.items()})
        with self._private(_latents(encoder)) as temporary:
            temporary.write_bytes(content)

    def latents(self, encoder: str) -> KeptLatents:
        """Latents of the real rows by the ``teacher`` or the ``student``; reading them needs no torch."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            found = load(self._bytes(_latents(encoder)))
            return KeptLatents(found["train"], found["holdout"])
        except (SafetensorError, KeyError) as error:
            raise self._damaged(_latents(encoder)) from error

    def has_latents(self, encoder: str) -> bool:
        """Whether latents by this encoder are kept."""
        return self._at(_latents(encoder)).is_file()

    def save_table(self, name: str, frame: pd.DataFrame) -> None:
        """Keep a table as ``tables/NAME.parquet``."""
        with self._private(f"tables/{name}.parquet") as temporary:
            frame.to_parquet(temporary, index=False)

    def table(self, name: str) -> pd.DataFrame:
        """The table kept under ``name``: ``train``, ``holdout``, ``teacher``, ``student``."""
        return self._read_table(f"tables/{name}.parquet")

    def has_table(self, name: str) -> bool:
        """Whether a table is kept under ``name``."""
        return self._at(f"tables/{name}.parquet").is_file()

    def save_images(self, name: str, pixels: np.ndarray) -> None:
        """Keep the images of the rows of table ``name``, uint8, shape (n, height, width, 3), aligned with the rows."""
        import numpy as np

        with self._private(_images(name)) as temporary, temporary.open("wb") as file:
            np.save(file, np.ascontiguousarray(pixels, dtype=np.uint8), allow_pickle=False)

    def images(self, name: str) -> np.ndarray:
        """The images kept under ``name``; read from disk as they are looked at, not before."""
        import numpy as np

        self._check_there(_images(name))
        try:
            found: np.ndarray = np.load(self._at(_images(name)), mmap_mode="r", allow_pickle=False)
        except (ValueError, OSError, EOFError) as error:
            raise self._damaged(_images(name)) from error
        if found.dtype != np.uint8 or found.ndim != 4 or found.shape[3] != 3:
            raise self._damaged(_images(name))
        return found

    def has_images(self, name: str) -> bool:
        """Whether images are kept under ``name``."""
        return self._at(_images(name)).is_file()

    def private_files(self) -> list[Path]:
        """All that is kept here."""
        patterns = ("weights/*.safetensors", "latents/*.safetensors", "tables/*.parquet", "images/*.npy")
        return [path for pattern in patterns for path in sorted(self.path.glob(pattern))]

    def made_files(self) -> list[Path]:
        """What of it was made: all but the tables and images of the real rows and their latents."""
        real = {self._at(place) for name in REAL for place in (f"tables/{name}.parquet", _images(name))}
        return [path for path in self.private_files() if path not in real and path.parent.name != "latents"]

    @contextmanager
    def _private(self, place: str) -> Iterator[Path]:
        """Like :func:`core.runs.files.replacing`, for a file that nobody but its owner may read or list."""
        path = self._at(place)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        with files.replacing(path) as temporary:
            temporary.touch(mode=0o600)
            yield temporary


def _weights(name: str) -> str:
    return f"weights/{name}.safetensors"


def _images(name: str) -> str:
    return f"images/{name}.npy"


def _latents(encoder: str) -> str:
    return f"latents/{encoder}.safetensors"
