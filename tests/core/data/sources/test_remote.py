"""Tables of object stores: read as local ones are, bounded, and without a word of their address."""

import builtins
import io
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from core.data.io.limits import MIB
from core.data.sources.load import load
from core.data.sources.remote import fetched, name_of
from core.errors import DataError

fsspec = pytest.importorskip("fsspec")
PEOPLE = pd.DataFrame({"age": range(100), "sex": ["f", "m"] * 50, "hired": ["yes", "no", "no", "yes"] * 25})


@pytest.fixture(name="store")
def _store() -> Iterator[object]:
    store = fsspec.filesystem("memory")
    yield store
    store.store.clear()
    store.pseudo_dirs[:] = [""]


def put(store: object, place: str, content: bytes) -> None:
    store.pipe(place, content)  # type: ignore[attr-defined]


def parquet(rows: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    rows.to_parquet(stream, index=False)
    return stream.getvalue()


def test_a_file_is_the_same_table_as_on_disk(store: object, tmp_path: Path) -> None:
    PEOPLE.to_csv(tmp_path / "people.csv", index=False)
    put(store, "/bucket/people.csv", (tmp_path / "people.csv").read_bytes())
    remote, local = load("memory://bucket/people.csv"), load(tmp_path / "people.csv")
    pd.testing.assert_frame_equal(remote.frame, local.frame)
    assert (remote.name, remote.schema, remote.notes) == (local.name, local.schema, local.notes)


def test_a_folder_is_one_table(store: object) -> None:
    put(store, "/bucket/people/year=2023/a.parquet", parquet(PEOPLE))
    put(store, "/bucket/people/year=2024/a.parquet", parquet(PEOPLE))
    put(store, "/bucket/people/_SUCCESS", b"")
    found = load("memory://bucket/people/")
    assert found.name == "people"
    assert found.frame["year"].value_counts().to_dict() == {2023: 100, 2024: 100}


def test_the_copy_is_private_and_removed(store: object) -> None:
    put(store, "/bucket/people.csv", b"a,b\n1,2\n")
    with fetched("memory://bucket/people.csv") as path:
        assert path.parent.stat().st_mode & 0o077 == 0
    assert not path.parent.exists()


def test_the_limit_holds_also_if_the_store_tells_no_size(store: object, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, "/bucket/people.csv", b"x" * (2 * MIB))
    monkeypatch.setenv("EVENHAND_MAX_FILE_MIB", "1")
    with pytest.raises(DataError, match="has 2 MiB, and at most 1"):
        load("memory://bucket/people.csv")
    monkeypatch.setattr(type(store), "info", lambda *_args, **_more: {"type": "file", "size": None})
    monkeypatch.setattr(type(store), "isdir", lambda *_args, **_more: False)
    with pytest.raises(DataError, match="has 2 MiB, and at most 1"):
        load("memory://bucket/people.csv")


def test_errors_tell_no_credentials(store: object, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "memory://me:secret@bucket/people.csv?signature=secret"
    with pytest.raises(DataError, match=r"no file 'people\.csv' at its address") as told:
        load(url)
    assert "secret" not in str(told.value)
    assert told.value.__cause__ is None
    monkeypatch.setattr(type(store), "isdir", lambda *_args, **_more: 1 / 0)
    with pytest.raises(DataError, match=r"cannot be read from memory:// \(ZeroDivisionError\)") as told:
        load(url)
    assert "secret" not in str(told.value)
    assert name_of(url) == "people.csv"


@pytest.mark.parametrize(("scheme", "extra"), [("s3", "aws"), ("gs", "gcp"), ("az", "azure"), ("https", "http")])
def test_the_extra_is_named_if_its_library_is_missing(scheme: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_args: object, **_more: object) -> None:
        raise ImportError("Install it to access it")

    monkeypatch.setattr(fsspec.core, "url_to_fs", missing)
    with pytest.raises(DataError, match=rf"pip install 'evenhand\[{extra}\]'"):
        load(f"{scheme}://bucket/people.csv")


def test_other_addresses_are_refused(store: object) -> None:
    with pytest.raises(DataError, match="not from http://"):
        load("http://host/people.csv")
    with pytest.raises(DataError, match=r"need a query.*sql"):
        load("sqlite:///people.db")
    put(store, "/bucket/images.zip", b"PK\x05\x06" + bytes(18))
    with pytest.raises(DataError, match="images, which are read from this machine only"):
        load("memory://bucket/images.zip")


def test_nothing_is_imported_before_it_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refusing(name: str, *args: object, **more: object) -> object:
        assert name.partition(".")[0] not in {"fsspec", "sqlalchemy"}
        return real(name, *args, **more)  # type: ignore[arg-type]

    PEOPLE.to_csv(tmp_path / "people.csv", index=False)
    monkeypatch.setattr(builtins, "__import__", refusing)
    load(tmp_path / "people.csv")
