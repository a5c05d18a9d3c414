import getpass
import json
import platform
from pathlib import Path

from core.runs import environment


def test_names_versions_device_and_threads():
    found = environment.describe("cpu", 2)
    assert found["packages"]["numpy"]
    assert (found["device"], found["threads"]) == ("cpu", 2)


def test_names_no_host_no_user_no_path():
    text = json.dumps(environment.describe("cpu"))
    assert platform.node() not in text
    assert f'"{getpass.getuser()}"' not in text
    assert str(Path.home()) not in text
    assert "/" not in text


def test_a_package_that_is_absent_has_no_version():
    assert environment.version("no-such-package-here") is None


def test_without_git_there_is_no_commit(monkeypatch):
    monkeypatch.setattr(environment.shutil, "which", lambda _: None)
    assert environment.commit() is None
