"""Style, fonts and scripts: our own, with their content in their address, so that a browser fetches each once."""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request

from service.web.audience import declare

FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    """One file as it is sent: `packed` is its gzip form, None where that is no smaller."""

    url: str
    content: bytes
    packed: bytes | None
    media_type: str


def load(folder: Path = FOLDER) -> Mapping[str, StaticFile]:
    """All files below `folder` by their name ("fonts/sans.woff2"), read once.

    A style sheet may name others as `url("fonts/sans.woff2")`; the names are replaced by their addresses, so that the
    address of the sheet changes when a font does.
    """
    found: dict[str, StaticFile] = {}
    paths = [path for path in folder.rglob("*") if path.suffix in _TYPES]
    for path in sorted(paths, key=lambda path: (path.suffix == ".css", path)):
        name = path.relative_to(folder).as_posix()
        content = path.read_bytes()
        if path.suffix == ".css":
            for other, file in found.items():
                content = content.replace(f'url("{other}")'.encode(), f'url("{file.url}")'.encode())
        found[name] = _sent(name, content)
    return found


def read(path: Path) -> StaticFile:
    """One file of somebody else's that was installed beside ours. Raises OSError."""
    return _sent(path.name, path.read_bytes())


def _sent(name: str, content: bytes) -> StaticFile:
    mark = hashlib.sha256(content).hexdigest()[:12]
    stem, dot, suffix = name.rpartition(".")
    packed = gzip.compress(content, 9, mtime=0)
    return StaticFile(
        url=f"/static/{stem}.{mark}{dot}{suffix}",
        content=content,
        packed=packed if len(packed) < len(content) else None,
        media_type=_TYPES.get(dot + suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
    )


def install(app: Flask, files: Mapping[str, StaticFile]) -> None:
    """Serve `files`, and give templates `static("kezdesu.css")`, which is KeyError for a file that does not exist."""
    by_url = {file.url: file for file in files.values()}

    @declare("anyone")
    def static(name: str) -> Response:
        file = by_url.get(f"/static/{name}")
        if file is None:
            abort(404)
        packed = file.packed if request.accept_encodings["gzip"] > 0 else None
        response = Response(packed or file.content, content_type=file.media_type)
        if file.media_type.startswith("text/"):
            response.content_type = f"{file.media_type}; charset=utf-8"
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        response.headers["Cache-Control"] = _FOREVER
        return response

    def address(name: str) -> str:
        return files[name].url

    app.add_url_rule("/static/<path:name>", "static", static)
    app.jinja_env.globals["static"] = address
