"""The tables of a run folder, in Parquet format. They are read and written whole or in part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.runs import files
from core.runs.stored_files import NO_FILE, StoredFile

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow.parquet as pq


class TableFile(StoredFile):
    """A table in Parquet format."""

    def save(self, frame: pd.DataFrame) -> None:
        """Save the rows, without their index."""
        with self.appending() as append:
            append(frame)

    @contextmanager
    def appending(self) -> Iterator[Callable[[pd.DataFrame], None]]:
        """Yield what appends rows, a row group each. The file is saved once the block has ended without an error."""
        from core.data.io.table_writer import parquet_rows

        with files.atomic_replace(self.path, private=self.private) as temporary, parquet_rows(temporary) as append:
            yield append
        self._saved()

    def read(self) -> pd.DataFrame:
        """Return the rows.

        Raises:
            RunError: The file is missing or damaged.
        """
        import pandas as pd

        with self._errors():
            return pd.read_parquet(self.path)

    def first(self, count: int) -> pd.DataFrame:
        """Return the first ``count`` rows, all if there are fewer; the others stay on disk.

        Raises:
            RunError: The file is missing or damaged.
        """
        import pyarrow as pa

        batches, lacking = [], count
        with self._opened() as file:
            for batch in file.iter_batches(batch_size=count):
                batches.append(batch.slice(0, lacking))
                lacking -= len(batches[-1])
                if not lacking:
                    break
            frame: pd.DataFrame = pa.Table.from_batches(batches, file.schema_arrow).to_pandas()
        return frame

    def row_count(self) -> int:
        """Return the number of rows, which stay on disk.

        Raises:
            RunError: The file is missing or damaged.
        """
        with self._opened() as file:
            return int(file.metadata.num_rows)

    @contextmanager
    def _opened(self) -> Iterator[pq.ParquetFile]:
        import pyarrow.parquet as pq

        with self._errors(), pq.ParquetFile(self.path) as file:
            yield file

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn errors of reading into those of a run."""
        from pyarrow.lib import ArrowInvalid

        try:
            yield
        except NO_FILE as error:
            raise self._missing_error() from error
        except (ArrowInvalid, OSError) as error:
            raise self.damaged_error() from error
