"""docker-compose.yml and Dockerfile where no engine is at hand: what they say; test_compose_services runs it."""

import re
from fnmatch import fnmatch

import pytest
import yaml
from django.conf import settings as portal

ROOT = portal.BASE_DIR
PORTALS = {"web", "worker", "worker-mail", "worker-pdf", "beat", "upgrade", "backup"}


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with their arguments, continued lines put together."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [tuple(line.split(maxsplit=1)) for line in lines if line.strip()]


def test_every_variable_that_must_be_set_is_named_where_one_installs():
    required = set(re.findall(r"\$\{(\w+):\?\}", (ROOT / "docker-compose.yml").read_text()))
    told = set(re.findall(r"^ +([A-Z_]+)=", (ROOT / "docs/deployment.md").read_text(), re.MULTILINE))
    assert required <= told
    assert len(required) > 5


def test_every_setting_can_be_given_without_touching_the_file(compose):
    """A contact that the law asks for must not get lost between a file of the host and the processes."""
    for name in PORTALS:
        assert compose["services"][name]["env_file"] == [{"path": "portal.env", "required": False}], name
    assert "/portal.env" in (ROOT / ".gitignore").read_text().split()


def test_nobody_has_more_rights_than_it_needs(compose):
    for name in PORTALS:
        service = compose["services"][name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "ports" not in service, name
    for name, service in compose["services"].items():
        assert "no-new-privileges:true" in service["security_opt"], name
    assert {name for name, each in compose["services"].items() if "ports" in each} == {"proxy"}


def test_whoever_is_reached_from_outside_reaches_no_data(compose):
    networks = {name: set(each.get("networks", ["default"])) for name, each in compose["services"].items()}
    assert {name for name, where in networks.items() if "data" in where} == PORTALS | {"postgres", "redis"}
    assert networks["postgres"] == networks["redis"] == {"data"}
    assert compose["networks"]["data"] == {"internal": True}
    assert all("default" in networks[name] for name in PORTALS)  # to the proxy, the mail server


def test_everybody_waits_for_what_it_needs(compose):
    services = compose["services"]
    for name in PORTALS - {"upgrade"}:
        assert services[name]["depends_on"]["upgrade"]["condition"] == "service_completed_successfully", name
    assert services["upgrade"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name, service in services.items():
        waits = service.get("depends_on", {})
        assert waits.keys() <= services.keys(), name
        for other, how in waits.items():
            assert how["condition"] != "service_healthy" or "healthcheck" in services[other], (name, other)
        volumes = {
            each.split(":")[0] for each in service.get("volumes", ()) if not each.startswith((".", "/"))
        }
        assert volumes <= compose["volumes"].keys(), name


def test_the_image_runs_as_nobody_and_holds_what_it_needs():
    found = instructions()
    names = [name for name, _ in found]
    assert {*names} <= {"FROM", "RUN", "COPY", "WORKDIR", "ENV", "USER", "EXPOSE", "CMD"}
    assert names.index("USER") > max(index for index, name in enumerate(names) if name in ("RUN", "COPY"))
    assert dict(found)["USER"] == "hoinghi"
    for name, what in found:
        if name == "COPY" and not what.startswith("--from"):
            *sources, _ = what.split()
            assert all((ROOT / source).exists() for source in sources)
    # What the image leaves out is in the lock under these names, or nothing would be left out.
    (left_out,) = re.findall(r"grep -vE '\^\(([\w|-]+)\)=='", (ROOT / "Dockerfile").read_text())
    for package in left_out.split("|"):
        assert re.search(rf"^{package}==", (ROOT / "requirements.txt").read_text(), re.MULTILINE), package
    version = re.search(r"python:3\.(\d+)-", dict(found)["FROM"])[1]
    assert int(version) >= int(
        re.search(r'requires-python = ">=3\.(\d+)"', (ROOT / "pyproject.toml").read_text())[1]
    )


def test_nothing_secret_goes_into_the_image():
    ignored = (ROOT / ".dockerignore").read_text().split()
    for name in (".env", "portal.env", ".git", ".local", ".venv", "tls", "backups"):
        assert any(fnmatch(name, line) for line in ignored), name
