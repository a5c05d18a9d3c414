"""What `compose.yaml` and `Caddyfile` promise, without Docker."""

import json
import re
import shutil
import subprocess

import pytest
import yaml

from core.app.proxy_secret import HEADER, SECRET
from core.cli.app_command import SERVER_ENVIRONMENT
from core.location import ROOT
from core.runs.process import GRACE_SECONDS
from core.runs.stopping import ON_STOP, REQUEUE, STOP_SECONDS

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
APP, PROXY = COMPOSE["services"]["app"], COMPOSE["services"]["proxy"]


def test_only_the_proxy_is_reached_from_outside():
    assert "ports" not in APP
    assert PROXY["ports"] == ["80:80", "443:443"]


@pytest.mark.parametrize("service", [APP, PROXY], ids=["app", "proxy"])
def test_a_container_writes_nothing_but_its_volumes_and_gains_no_rights(service):
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_app_has_a_numeric_user_and_bounds():
    assert APP["user"] == "10001:10001"
    assert {"mem_limit", "pids_limit", "stop_grace_period"} <= set(APP)
    assert APP["volumes"] == ["runs:/runs"]


def test_every_image_is_named_by_its_content():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    named = [line.split()[1] for line in lines if line.startswith("FROM ")]
    named += [service["image"] for service in COMPOSE["services"].values() if "build" not in service]
    assert len(named) == 2
    assert all(re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+-[a-z-]+@sha256:[0-9a-f]{64}", one) for one in named), named


def test_the_user_of_the_image_is_that_of_the_deployment():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001"]


def test_the_command_is_that_of_the_image_with_the_name_of_the_host():
    last = (ROOT / "Dockerfile").read_text().split("CMD")[-1]
    assert all(f'"{part}"' in last for part in APP["command"][:-2])
    assert APP["command"][-2].startswith("--browser.serverAddress=")


def test_people_are_told_apart_by_a_header_that_the_proxy_alone_writes():
    (setting,) = [part for part in APP["command"] if part.startswith("--server.trustedUserHeaders=")]
    (header,) = json.loads(setting.partition("=")[2])
    assert APP["environment"]["EVENHAND_ACCESS"] == "${EVENHAND_ACCESS:-login}"
    text = (ROOT / "Caddyfile").read_text()
    assert f"header_up {header} {{http.auth.user.id}}" in text
    assert f"header_up {HEADER} {{env.{SECRET.variable}}}" in text
    assert {service["environment"][SECRET.variable].split("?")[0] for service in (APP, PROXY)} == {
        f"${{{SECRET.variable}:"  # without one it does not start
    }


def test_the_log_is_json_and_nothing_else_is_written_beside_it():
    assert APP["environment"]["EVENHAND_LOG"] == "${EVENHAND_LOG:-json}"
    assert "STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE=true" in (ROOT / "Dockerfile").read_text()


def test_memory_is_taken_as_by_the_command():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert {f"ENV {name}={value}" for name, value in SERVER_ENVIRONMENT.items()} <= set(lines)


def test_runs_are_put_back_before_the_container_is_killed():
    assert f"ENV {ON_STOP.variable}={REQUEUE}\n" in (ROOT / "Dockerfile").read_text()
    assert APP["init"] is True  # the signal reaches the server
    assert int(APP["stop_grace_period"].removesuffix("s")) > STOP_SECONDS.default + 2 * GRACE_SECONDS


def test_every_variable_is_explained():
    guide = (ROOT / "docs/how-to/deploy.md").read_text()
    text = (ROOT / "compose.yaml").read_text() + (ROOT / "Caddyfile").read_text()
    names = {part.split("}")[0].split(":")[0] for part in text.split("{$")[1:]}
    names |= {part.split("}")[0].split(":")[0] for part in text.split("${")[1:]}
    assert [name for name in sorted(names - {"EVENHAND_APP"}) if name not in guide] == []


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed.")
def test_caddy_reads_its_file():
    environment = {
        "HOME": "/nonexistent",
        "EVENHAND_HOST": "evenhand.example.org",
        "EVENHAND_USER": "audit",
        "EVENHAND_PASSWORD_HASH": "JDJhJDE0JHp6cXFvV3FzdHV2d3h5emFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6QUJDREVGRw==",
    }
    command = ["caddy", "adapt", "--config", str(ROOT / "Caddyfile"), "--adapter", "caddyfile"]
    done = subprocess.run(  # noqa: S603
        command, env={**environment, "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
