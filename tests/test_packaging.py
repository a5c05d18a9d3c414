"""What the wheel holds: everything under `evenhand`, every import rewritten, and it works without the checkout."""

import ast
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOVED = ("core", "models", "pages")
SCRIPTS = ("app.py", "server.py")
SOURCES = [
    *(ROOT / name for name in SCRIPTS),
    *(path for name in (*MOVED, "evenhand") for path in (ROOT / name).rglob("*.py")),
]


def _setup():
    found = importlib.util.spec_from_file_location("evenhand_setup", ROOT / "setup.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


relocate = _setup().relocate


def imported(source: str) -> set[str]:
    """The top packages that a module imports absolutely."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module.partition(".")[0])
    return found


def other_than_imports(source: str) -> str:
    """The module's syntax with the names of imported modules taken out."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            node.module = ""
        elif isinstance(node, ast.Import):
            for alias in node.names:
                alias.name = ""
    return ast.dump(tree)


def test_every_import_of_what_moves_is_rewritten_and_nothing_else():
    assert len(SOURCES) > 200
    for path in SOURCES:
        before = path.read_text(encoding="utf-8")
        after = relocate(before)
        assert not imported(after) & set(MOVED), path
        assert imported(after) - {"evenhand"} == imported(before) - {*MOVED, "evenhand"}, path
        assert other_than_imports(after) == other_than_imports(before), path


@pytest.mark.parametrize(
    ("source", "moved"),
    [
        ("from core.data import x", "from evenhand.core.data import x"),
        ("from  models import table", "from  evenhand.models import table"),
        ("é = 1; from core import errors", "é = 1; from evenhand.core import errors"),
        ("import core.config as c, os", "import evenhand.core.config as c, os"),
        (
            "def f():\n    from core.a import (\n        b,\n    )\n",
            "def f():\n    from evenhand.core.a import (\n        b,\n    )\n",
        ),
        ("from . import core", "from . import core"),
        ("from corelib import core", "from corelib import core"),
        ("'''core.data is a package'''", "'''core.data is a package'''"),
    ],
)
def test_relocate(source, moved):
    assert relocate(source) == moved


@pytest.mark.parametrize(
    "source", ["import core.config", "import os, models", "x = 'core.pipeline'", "from \\\n core import x"]
)
def test_what_cannot_be_rewritten_stops_the_build(source):
    with pytest.raises(ValueError, match="line 1"):
        relocate(source)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from the source distribution, as an index would."""
    pytest.importorskip("setuptools", reason="setuptools builds the wheel; install it to run this.")
    work = checkout(tmp_path_factory.mktemp("build"))
    build = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"
    _run([sys.executable, "-c", build, str(work / "dist")], work)
    (source,) = (work / "dist").glob("*.tar.gz")
    shutil.unpack_archive(source, work / "source", filter="data")
    (unpacked,) = (work / "source").iterdir()
    build = build.replace("sdist", "wheel")
    _run([sys.executable, "-c", build, str(work / "dist")], unpacked)
    (made,) = (work / "dist").glob("*.whl")
    return made


def checkout(work):
    """A copy of what is packed, as building leaves files beside it."""
    names = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE", "constraints.txt")
    for name in (*SCRIPTS, *names):
        shutil.copy(ROOT / name, work)
    for name in (*MOVED, "evenhand", ".streamlit"):
        shutil.copytree(ROOT / name, work / name, ignore=shutil.ignore_patterns("__pycache__"))
    return work


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """An interpreter that has the wheel, and all else from the environment of the tests, but not the checkout."""
    place = tmp_path_factory.mktemp("venv")
    _run([sys.executable, "-m", "venv", "--without-pip", str(place)], place)
    (packages,) = place.glob("lib/python*/site-packages")
    (packages / "all-else.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    return place / "bin" / "python"


def _run(command, folder, **environment):
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, env={**clean, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_wheel_holds_one_package(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"evenhand", next(top for top in tops if top.endswith(".dist-info"))}
    assert {
        "evenhand/py.typed",
        "evenhand/app.py",
        "evenhand/server.py",
        "evenhand/pages/train.py",
        "evenhand/.streamlit/config.toml",
    } <= {*names}
    assert "evenhand/core/report/output/templates/report.html.j2" in names
    inside = {path.relative_to(ROOT).as_posix() for path in SOURCES} - {"evenhand/__init__.py"}
    lacking = [name for name in inside if f"evenhand/{name.removeprefix('evenhand/')}" not in names]
    assert not lacking


@pytest.mark.slow
def test_an_editable_install_leaves_the_checkout_as_it_is(tmp_path):
    work = checkout(tmp_path)
    build = "import sys; from setuptools import build_meta; build_meta.build_editable(sys.argv[1])"
    _run([sys.executable, "-c", build, str(tmp_path / "dist")], work)
    (made,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        archive.extractall(tmp_path / "site")
    (finder,) = (tmp_path / "site").glob("__editable__*finder.py")
    mapping = ast.literal_eval(
        next(line for line in finder.read_text().splitlines() if line.startswith("MAPPING")).partition(" = ")[2]
    )
    assert mapping == {name: str(work / name) for name in ("core", "models", "evenhand")}


@pytest.mark.slow
def test_the_installed_package_works_without_the_checkout(python, tmp_path):
    code = "import evenhand; print(evenhand.__file__, evenhand.__version__)"
    assert str(python.parents[1]) in _run([python, "-c", code], tmp_path)
    find = "[importlib.util.find_spec(name) for name in ('core', 'models', 'pages')]"
    code = f"import importlib.util, evenhand.core, evenhand.pages; print({find})"
    assert _run([python, "-c", code], tmp_path).strip() == "[None, None, None]"
    _run([python, "-m", "evenhand", "demo", "--preset", "fast", "--out", "runs/demo"], tmp_path)
    assert (tmp_path / "runs" / "demo" / "report.html").is_file()
    _run([python, "-m", "evenhand", "verify", "runs/demo"], tmp_path)
    code = (
        "import evenhand as eh; t = eh.load('demo', rows=200); "
        "s = eh.FairSynthesizer(**t.roles, preset='fast', options={'epochs': 1}).fit(t.frame); print(len(s.sample(7)))"
    )
    assert _run([python, "-c", code], tmp_path).strip() == "7"


@pytest.mark.slow
def test_a_job_runs_in_a_process_of_the_installed_package(python, tmp_path):
    code = """
import sys, time
from pathlib import Path
from evenhand.core.config import run_config
from evenhand.core.data.sources.load import load
from evenhand.core.pipeline import prepare
from evenhand.core.runs.jobs import status, submit
path = prepare(load("demo", rows=200), run_config(preset="fast", epochs=1, pictures="none"), Path("run")).path
submit(path)
while status(path).alive: time.sleep(0.2)
print(status(path).state.status)
"""
    assert _run([python, "-c", code], tmp_path).strip() == "done"


@pytest.mark.slow
def test_the_installed_app_answers(python, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    server = subprocess.Popen(  # noqa: S603
        [python, "-m", "evenhand", "app", "--port", str(port)],
        cwd=tmp_path,
        env={**clean, "STREAMLIT_SERVER_HEADLESS": "true"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert _answer(f"http://localhost:{port}/_stcore/health") == "ok"
        assert "<title>" in _answer(f"http://localhost:{port}/train")
    finally:
        os.killpg(server.pid, 15)
        server.wait(timeout=20)
    page = (
        "from streamlit.testing.v1 import AppTest; import evenhand; from pathlib import Path; "
        "app = AppTest.from_file(str(Path(evenhand.__file__).with_name('app.py')), default_timeout=120).run(); "
        "assert not app.exception, app.exception; "
        "app.switch_page('pages/data.py').run(); assert not app.exception, app.exception; print(app.title[0].value)"
    )
    assert _run([python, "-c", page], tmp_path, EVENHAND_RUNS=str(tmp_path / "runs")).split()


def _answer(address):
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)
