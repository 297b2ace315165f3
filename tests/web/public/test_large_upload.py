"""A hundred megabytes through a real socket: the answer is there before they are, and nothing of them is read."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.faces import make_faces, sqlite_world
from tests.browser.serving import served
from tests.cast import Made
from tests.web.clicking import signed_in

WHOLE = 100 * 1024 * 1024
PATIENCE = 60.0


@pytest.mark.parametrize("sent", [0, 64 * 1024])
def test_a_hundred_megabytes_are_refused_before_they_are_sent(sqlite_cast: Made, tmp_path: Path, sent: int) -> None:
    """The sender states the length, sends a beginning or nothing, and waits: 413 comes without the rest."""
    with sqlite_world(sqlite_cast, tmp_path) as world:
        faces = make_faces(world, tmp_path)
        mother = signed_in(faces, "Айгүл")
        cookie = mother.client.get_cookie("kezdesu_public")
        assert cookie is not None
        with served(faces.public) as address:
            place = urlsplit(address)
            head = [
                "POST /account/photo HTTP/1.1",
                f"Host: {place.netloc}",
                f"Origin: {address}",
                f"Cookie: kezdesu_public={cookie.value}",
                "Content-Type: multipart/form-data; boundary=part",
                f"Content-Length: {WHOLE}",
                "Connection: close",
            ]
            part = '--part\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
            with socket.create_connection((place.hostname or "", place.port or 0), timeout=PATIENCE) as line:
                line.sendall("\r\n".join([*head, "", part if sent else ""]).encode() + bytes(sent))
                status = line.makefile("rb").readline()
        assert status.split()[1] == b"413"
