"""A family books without a browser's help."""

from tests.browser.faces import Faces


def test_smoke(faces: Faces) -> None:
    client = faces.public.test_client()
    assert client.get("/").status_code == 200
    print(client.get("/sign-in").text)
