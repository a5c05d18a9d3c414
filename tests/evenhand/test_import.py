"""`import evenhand` costs nothing: what is slow is imported when it is used."""

import subprocess
import sys

import pytest

import evenhand as eh

SLOW = ("torch", "sklearn", "shap", "umap", "streamlit", "pandas", "numpy", "pydantic", "core")


def loaded(code: str, names: tuple[str, ...] = SLOW) -> list[str]:
    ask = f"import sys; {code}; print(*(name for name in {names} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.split()


def test_nothing_slow_is_imported():
    assert loaded("import evenhand") == []
    assert loaded("import evenhand; evenhand.__version__; dir(evenhand)") == []


def test_an_audit_needs_neither_torch_nor_streamlit():
    code = "import evenhand; evenhand.audit(evenhand.load('demo', rows=120).frame, target='approved', pictures='none')"
    assert loaded(code, ("torch", "streamlit")) == []


@pytest.mark.parametrize("name", eh.__all__)
def test_every_public_name_is_there(name):
    assert getattr(eh, name) is not None
    assert name in dir(eh)


def test_another_name_is_refused_as_python_does():
    with pytest.raises(AttributeError, match="no attribute 'audits_'"):
        _ = eh.audits_


def test_the_errors_are_one_family():
    assert all(issubclass(one, eh.EvenhandError) for one in (eh.ConfigError, eh.DataError, eh.RunError, eh.SchemaError))
