"""The private files of a run: tables of real and synthetic rows, latents of real rows, and network weights.

::

    tables/NAME.parquet           train, holdout, teacher, student, further samples, and tables of the synthesizer
    latents/NAME.safetensors      latents of the real rows, one file an encoder
    weights/NAME.safetensors      weights, one file a network
    images/NAME.npy               images of the rows of table NAME, uint8, (n, height, width, 3)

Only their owner may list these folders (mode 0700) and read these files (mode 0600).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple, Protocol

from core.runs import files
from core.runs.stored_files import StoredFile
from core.runs.table_file import TableFile

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import torch

REAL = ("train", "holdout")
PRIVATE = "private_rows"
"""Table of the rows with a privacy guarantee that stand for the train rows; only runs with a guarantee have it."""
_PATTERNS = ("weights/*.safetensors", "latents/*.safetensors", "tables/*.parquet", "images/*.npy")


class RealLatents(NamedTuple):
    """One encoder's latents of the real rows, float32 where no other type is named.

    Args:
        train: Means, shape (n, d).
        holdout: Means, shape (m, d).
        train_spread: Standard deviations, shape (n, d); ``None`` if the encoder has none.
        holdout_spread: The same, shape (m, d).
        holdout_codes: Codeword of each hold-out row, int64, shape (m,), where the latents are drawn by it alone.
        train_targets: Value of the target of each row, int64, shape (n,), where the latents were made with regard to
            it.
        holdout_targets: The same, shape (m,).
    """

    train: np.ndarray
    holdout: np.ndarray
    train_spread: np.ndarray | None = None
    holdout_spread: np.ndarray | None = None
    holdout_codes: np.ndarray | None = None
    train_targets: np.ndarray | None = None
    holdout_targets: np.ndarray | None = None


class ArtifactStore:
    """Tables, latents, weights and images of a run, by name.

    Args:
        root: The run folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def save_tensors(self, name: str, tensors: Mapping[str, torch.Tensor]) -> None:
        """Save named tensors as ``weights/NAME.safetensors``."""
        from safetensors.torch import save

        content = save({key: tensor.detach().cpu().contiguous().clone() for key, tensor in tensors.items()})
        with files.private_replace(self._weights(name).path) as temporary:
            temporary.write_bytes(content)

    def tensors(self, name: str) -> dict[str, torch.Tensor]:
        """Return the tensors saved under ``name``, on the CPU.

        Raises:
            RunError: The file is missing or damaged.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load

        file = self._weights(name)
        try:
            return dict(load(file.read_bytes()))
        except SafetensorError as error:
            raise file.damaged_error() from error

    def has_tensors(self, name: str) -> bool:
        """Return whether tensors are saved under ``name``."""
        return self._weights(name).exists()

    def save_latents(self, encoder: str, latents: RealLatents) -> None:
        """Save an encoder's latents of the real rows, aligned with the tables."""
        import numpy as np
        from safetensors.numpy import save

        known = {
            name: np.ascontiguousarray(array, dtype=np.float32 if array.dtype.kind == "f" else np.int64)
            for name, array in latents._asdict().items()
            if array is not None
        }
        content = save(known)
        with files.private_replace(self._latents(encoder).path) as temporary:
            temporary.write_bytes(content)

    def latents(self, encoder: str) -> RealLatents:
        """Return the latents of the real rows by an encoder, ``teacher`` or ``student``. This needs no torch.

        Raises:
            RunError: The file is missing or damaged.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        file = self._latents(encoder)
        try:
            arrays = load(file.read_bytes())
            return RealLatents(**arrays)
        except (SafetensorError, TypeError) as error:
            raise file.damaged_error() from error

    def has_latents(self, encoder: str) -> bool:
        """Return whether latents of this encoder are saved."""
        return self._latents(encoder).exists()

    def save_table(self, name: str, frame: pd.DataFrame) -> None:
        """Save a table as ``tables/NAME.parquet``."""
        with files.private_replace(self._table(name).path) as temporary:
            frame.to_parquet(temporary, index=False)

    def table(self, name: str) -> pd.DataFrame:
        """Return the table saved under ``name``, e.g. ``train``, ``holdout``, ``teacher``, ``student``.

        Raises:
            RunError: The file is missing or damaged.
        """
        return self._table(name).read()

    def has_table(self, name: str) -> bool:
        """Return whether a table is saved under ``name``."""
        return self._table(name).exists()

    def save_images(self, name: str, pixels: np.ndarray) -> None:
        """Save the images of the rows of table ``name``, uint8, shape (n, height, width, 3), aligned with the rows."""
        import numpy as np

        with files.private_replace(self._images(name).path) as temporary, temporary.open("wb") as file:
            np.save(file, np.ascontiguousarray(pixels, dtype=np.uint8), allow_pickle=False)

    def images(self, name: str) -> np.ndarray:
        """Return the images saved under ``name`` as a memory map: each access reads its pixels from disk.

        Raises:
            RunError: The file is missing or damaged.
        """
        import numpy as np

        file = self._images(name)
        file.check_exists()
        try:
            pixels: np.ndarray = np.load(file.path, mmap_mode="r", allow_pickle=False)
        except (ValueError, OSError, EOFError) as error:
            raise file.damaged_error() from error
        if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[3] != 3:
            raise file.damaged_error()
        return pixels

    def has_images(self, name: str) -> bool:
        """Return whether images are saved under ``name``."""
        return self._images(name).exists()

    def files(self) -> list[Path]:
        """Return the paths of all artifacts."""
        return [path for pattern in _PATTERNS for path in sorted(self.root.glob(pattern))]

    def generated_files(self) -> list[Path]:
        """Return the paths of the artifacts that hold no real rows, nor their images or latents."""
        return [path for path in self.files() if not holds_real_rows(path.relative_to(self.root).as_posix())]

    def has_real_rows(self) -> bool:
        """Return whether it holds real rows, their images or their latents."""
        return any(holds_real_rows(path.relative_to(self.root).as_posix()) for path in self.files())

    @staticmethod
    def owns(name: str) -> bool:
        """Return whether a file of this name in a run folder is an artifact."""
        return name.count("/") == 1 and any(PurePosixPath(name).match(pattern) for pattern in _PATTERNS)

    def remove(self) -> None:
        """Remove all artifacts, but not their folders."""
        for path in self.files():
            path.unlink(missing_ok=True)

    def _weights(self, name: str) -> StoredFile:
        return StoredFile(self.root, f"weights/{name}.safetensors")

    def _latents(self, encoder: str) -> StoredFile:
        return StoredFile(self.root, f"latents/{encoder}.safetensors")

    def _table(self, name: str) -> TableFile:
        return TableFile(self.root, f"tables/{name}.parquet")

    def _images(self, name: str) -> StoredFile:
        return StoredFile(self.root, f"images/{name}.npy")


class HasArtifacts(Protocol):
    """A folder that keeps rows: of a run, of a later generation, or of a table not yet run."""

    artifacts: ArtifactStore


def holds_real_rows(name: str) -> bool:
    """Return whether the file of this name in a run folder holds real rows, their images or their latents."""
    real = {path for table in REAL for path in (f"tables/{table}.parquet", f"images/{table}.npy")}
    return name in real or name.startswith("latents/")
