"""A photograph as it arrives, made into the one small JPEG that is kept: by its content, never by its name.

Nothing of the file is kept but its picture: what hides before, behind or beside it (another format, a script, the place
where it was taken) is not carried over, because every pixel is drawn anew.
"""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from service.domain.refusal import refuse

LARGEST_FILE = 10 * 1024 * 1024
"""Octets of a file that is looked at at all: what a phone of today takes."""
MOST_PIXELS = 40_000_000
SMALLEST_SIDE = 160
"""Pixels; on less a face is not known again."""
SIZE = (480, 600)
LARGEST_JPEG = 40 * 1024
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITIES = (85, 75, 65, 55, 45, 35, 25, 15)
WHITE = (255, 255, 255)


def clean_photo(octets: bytes) -> bytes:
    """A JPEG of 480 by 600 pixels, at most 40 KB, without metadata, turned as its camera was held.

    The middle is kept where the sides do not fit. Raises Refusal 'photo-too-large', 'photo-unreadable' or
    'photo-too-small'.
    """
    if len(octets) > LARGEST_FILE:
        raise refuse("not-possible", "photo-too-large", count=LARGEST_FILE // (1024 * 1024))
    picture = _drawn(octets)
    if min(picture.size) < SMALLEST_SIDE:
        raise refuse("not-possible", "photo-too-small", count=SMALLEST_SIDE)
    return _small(ImageOps.fit(picture, SIZE, Image.Resampling.LANCZOS, centering=(0.5, 0.4)))


def _drawn(octets: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # A file that asks for more memory than its size allows, or that is half wrong, is not looked at further.
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(octets), formats=FORMATS) as opened:
                width, height = opened.size
                if width * height > MOST_PIXELS:
                    raise refuse("not-possible", "photo-too-large", count=LARGEST_FILE // (1024 * 1024))
                if opened.format == "JPEG":  # decodes a large one at a fraction of its size
                    opened.draft("RGB", (2 * SIZE[0], 2 * SIZE[1]))
                opened.seek(0)
                opened.load()
                return _plain(ImageOps.exif_transpose(opened))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError) as error:
        raise refuse("not-possible", "photo-unreadable") from error
    except (Image.DecompressionBombError, Warning, MemoryError, OverflowError, IndexError, AttributeError) as error:
        raise refuse("not-possible", "photo-unreadable") from error


def _plain(picture: Image.Image) -> Image.Image:
    """Red, green and blue, eight bits each; what is transparent lies on white."""
    if picture.mode.startswith("I") or picture.mode == "F":  # sixteen bits of grey: the upper eight
        picture = picture.convert("I").point(lambda grey: grey / 256).convert("L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        see_through = picture.convert("RGBA")
        ground = Image.new("RGB", picture.size, WHITE)
        ground.paste(see_through, mask=see_through.getchannel("A"))
        return ground
    return picture.convert("RGB")


def _small(picture: Image.Image) -> bytes:
    picture.info.clear()  # a comment or a colour profile would be written again
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True, progressive=False)
        if out.tell() <= LARGEST_JPEG:
            return out.getvalue()
    # Noise that no quality makes small is no face.
    raise refuse("not-possible", "photo-unreadable")
