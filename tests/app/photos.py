"""Pictures as phones make them, and files as those make them who mean harm."""

import io
import struct
import zlib

from PIL import Image, ImageDraw

EXIF_ORIENTATION = 0x0112
EXIF_GPS = 0x8825


def face(mode: str = "RGB", size: tuple[int, int] = (900, 1200)) -> Image.Image:
    """A drawing with something to see: light above, dark below, and a spot left of the middle."""
    drawn = Image.new("RGB", size, (230, 220, 210))
    pen = ImageDraw.Draw(drawn)
    width, height = size
    pen.rectangle((0, height // 2, width, height), fill=(40, 50, 70))
    pen.ellipse((width // 8, height // 3, width // 8 + width // 5, height // 3 + height // 5), fill=(200, 30, 30))
    return drawn if mode == "RGB" else drawn.convert(mode)


def written(picture: Image.Image, kind: str, **more: object) -> bytes:
    """A picture as a file of a kind."""
    out = io.BytesIO()
    picture.save(out, kind, **more)  # type: ignore[arg-type]
    return out.getvalue()


def noise(size: tuple[int, int] = (1200, 1600)) -> Image.Image:
    """Every dot of another colour: what no compression makes small."""
    return Image.effect_noise(size, 200).convert("RGB")


def with_exif(orientation: int) -> bytes:
    """A photograph that was taken with the camera turned, and says where."""
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    exif[EXIF_GPS] = {1: "N", 2: (43.0, 14.0, 0.0)}
    return written(face(), "JPEG", exif=exif)


def png(width: int, height: int, rows: bytes, depth: int = 8, colour: int = 0) -> bytes:
    """A PNG whose header says what it is told to say."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def bomb(side: int = 30_000) -> bytes:
    """A few hundred kilobytes that unpack to nearly a thousand megabytes."""
    packer = zlib.compressobj(9)
    row = bytes(side + 1)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)

    def chunk(name: bytes, inside: bytes) -> bytes:
        return struct.pack(">I", len(inside)) + name + inside + struct.pack(">I", zlib.crc32(name + inside))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


SCRIPT = b"<script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900">' + SCRIPT + b"</svg>"
PHP = b"<?php system($_GET['c']); ?>"
ZIP = b"PK\x05\x06" + bytes(18)
