"""No file ties the project to the machine or the package host it was written on."""

import re

from tests.structure.tree import ROOT, tracked

# Written in two halves so that this file is not its own finding.
HOSTS = (
    "pypi" + r"\.org",
    "python" + r"hosted\.org",
    "npm" + r"js\.(org|com)",
    "deb" + r"ian\.org/debian",
    "proxy.go" + r"lang",
)
PLACES = ("/wor" + r"k/(main|shared|\.library)", "/ro" + "ot/", "/op" + "t/(pypi|wheels)", r"/home/[a-z]+/")

FOREIGN = re.compile("|".join((*HOSTS, *PLACES)).encode())


def test_no_tracked_file_names_a_package_host_or_a_place_on_the_authors_machine() -> None:
    found = {
        (str(path), match[0].decode()) for path in tracked() for match in FOREIGN.finditer((ROOT / path).read_bytes())
    }
    assert found == set()
