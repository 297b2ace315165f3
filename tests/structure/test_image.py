"""The image of docs/deploy/Containerfile gets everything the package is made of, and its account owns its volumes."""

import json
import re
import tomllib

from tests.structure.tree import ROOT, tracked

STAGES = re.split(r"^FROM .*\n", (ROOT / "docs/deploy/Containerfile").read_text().replace("\\\n", " "), flags=re.M)[1:]


def test_everything_the_package_is_made_of_is_copied_before_it_is_made() -> None:
    made = STAGES[0]
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = told["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {
        "pyproject.toml",
        "requirements.lock",
        told["project"]["readme"],
        *told["project"]["license-files"],
        *wheel["packages"],
        *wheel["force-include"],
    }
    before, found, _ = made.partition("pip install --no-cache-dir --no-deps --no-build-isolation .")
    assert found
    copied = {name for line in re.findall(r"^COPY (.+)$", before, re.MULTILINE) for name in line.split()[:-1]}
    assert copied == needed
    names = {path.parts[0] for path in tracked()}
    assert copied <= names


def test_the_account_of_the_image_owns_every_volume_and_not_the_program() -> None:
    image = STAGES[1]
    found = re.search(r"install -d -o (\d+) -g (\d+) -m 0700 (.+)", image)
    assert found
    user, group, folders = found.groups()
    volumes = re.search(r"^VOLUME (.+)$", image, re.MULTILINE)
    assert volumes
    assert set(json.loads(volumes[1])) == set(folders.split())
    assert f"\nUSER {user}:{group}\n" in image
    assert "--chown" not in image
    settings = dict(re.findall(r"(KEZDESU_\w+)=(\S+)", image))
    assert {settings["KEZDESU_DATA_DIR"], settings["KEZDESU_KEYS_DIR"]} == set(folders.split())


def test_the_page_names_the_number_of_the_account_by_which_postgresql_admits_the_image() -> None:
    page = (ROOT / "docs/operate.md").read_text().partition("**Or a container.**")[2].partition("\n**PostgreSQL.**")[0]
    user = re.search(r"^USER (\d+):", STAGES[1], re.MULTILINE)
    assert user
    assert f"`useradd --uid {user[1]} …`" in page
    assert set(re.findall(r"\b1\d{4}\b", page)) == {user[1]}
