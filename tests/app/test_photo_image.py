"""What becomes of a file that is said to be a photograph."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from service.app.photo_image import LARGEST_FILE, LARGEST_JPEG, SIZE, clean_photo
from service.domain.refusal import Refusal
from tests.app.photos import PHP, SCRIPT, SVG, ZIP, bomb, face, noise, png, with_exif, written


def opened(octets: bytes) -> Image.Image:
    kept = Image.open(io.BytesIO(octets))
    kept.load()
    return kept


def is_what_is_kept(octets: bytes) -> Image.Image:
    kept = opened(octets)
    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", SIZE)
    assert len(octets) <= LARGEST_JPEG
    assert not kept.getexif()
    assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    return kept


def refused(octets: bytes, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        clean_photo(octets)
    assert [one.code for one in caught.value.reasons] == [code]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_of_each_kind_becomes_the_same_small_jpeg(kind: str) -> None:
    kept = is_what_is_kept(clean_photo(written(face(), kind)))
    red, _, blue = kept.getpixel((int(480 * 0.22), int(600 * 0.43)))  # the spot
    assert red > 150 > blue
    assert kept.getpixel((240, 20))[0] > 200
    assert kept.getpixel((240, 580))[0] < 80


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "RGBA", "LA", "YCbCr", "I;16"])
def test_every_way_to_write_colours_is_read(mode: str) -> None:
    picture = face("L").convert("I").point(lambda grey: grey * 256).convert("I;16") if mode == "I;16" else face(mode)
    kind = {"CMYK": "JPEG", "YCbCr": "JPEG"}.get(mode, "PNG")
    kept = is_what_is_kept(clean_photo(written(picture, kind)))
    above, below = kept.convert("L").getpixel((400, 20)), kept.convert("L").getpixel((400, 580))
    assert above > 180
    assert below < 110


def test_sixteen_bits_a_colour_are_read() -> None:
    row = b"\x00" + b"\xff\xff\x80\x00\x00\x00" * 200
    kept = is_what_is_kept(clean_photo(png(200, 300, row * 300, depth=16, colour=2)))
    red, green, blue = kept.getpixel((240, 300))
    assert red > 240
    assert 110 < green < 145
    assert blue < 15


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_face_stands_upright_however_the_camera_was_held_and_the_place_is_forgotten(orientation: int) -> None:
    octets = with_exif(orientation)
    kept = is_what_is_kept(clean_photo(octets))
    upright = {1: "above", 2: "above", 3: "below", 4: "below", 5: "left", 6: "right", 7: "right", 8: "left"}
    light = {"above": (240, 20), "below": (240, 580), "left": (20, 300), "right": (460, 300)}[upright[orientation]]
    assert kept.getpixel(light)[0] > 180
    assert b"Exif" not in clean_photo(octets)


def test_of_a_moving_picture_the_first_is_kept() -> None:
    frames = [Image.new("RGB", (400, 500), colour) for colour in ("white", "black", "black")]
    for kind in ("PNG", "WEBP"):
        kept = is_what_is_kept(clean_photo(written(frames[0], kind, save_all=True, append_images=frames[1:])))
        assert kept.getpixel((240, 300))[0] > 240


def test_noise_is_made_small_too() -> None:
    is_what_is_kept(clean_photo(written(noise(), "JPEG", quality=90)))


@pytest.mark.parametrize("hidden", [SCRIPT, PHP, ZIP, SVG])
def test_what_hides_behind_a_picture_is_not_carried_over(hidden: bytes) -> None:
    exif = Image.Exif()
    exif[0x010E] = hidden.decode("latin-1")
    for octets in (
        written(face(), "JPEG") + hidden,
        written(face(), "JPEG", comment=hidden),
        written(face(), "JPEG", exif=exif),
        written(face(), "PNG") + hidden,
        written(face(), "WEBP", xmp=hidden),
    ):
        assert hidden in octets or hidden.decode("latin-1").encode() in octets
        kept = clean_photo(octets)
        is_what_is_kept(kept)
        assert hidden not in kept


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x00",
        SVG,
        SCRIPT,
        PHP,
        ZIP,
        b"%PDF-1.7\n" + SCRIPT,
        written(face(), "GIF"),
        written(face(), "BMP"),
        written(face(), "TIFF"),
        written(face(), "ICO"),
        b"\xff\xd8\xff\xe0" + SVG,
        b"\x89PNG\r\n\x1a\n" + SVG,
        b"GIF89a" + written(face(), "JPEG"),
        png(0, 300, b""),
        png(300, 300, b"\x00" * 10),
        written(face(), "JPEG")[:2000],
        written(face(), "PNG")[:-400],
        written(face(), "WEBP")[:200],
    ],
    ids=lambda octets: f"{len(octets)} octets {octets[:6]!r}",
)
def test_what_is_no_whole_picture_is_refused(octets: bytes) -> None:
    refused(octets, "photo-unreadable")


def test_a_small_file_that_unpacks_to_a_thousand_megabytes_is_never_unpacked() -> None:
    octets = bomb()
    assert len(octets) < 2_000_000
    with pytest.raises(Refusal):
        clean_photo(octets)
    refused(png(7000, 7000, b"\x00" * 100), "photo-too-large")


def test_a_picture_of_a_hundred_megabytes_is_not_looked_at() -> None:
    refused(bytes(100 * 1024 * 1024), "photo-too-large")
    refused(written(face(), "JPEG") + bytes(LARGEST_FILE), "photo-too-large")


def test_a_picture_on_which_nobody_is_known_again_is_refused() -> None:
    refused(written(face(size=(159, 900)), "JPEG"), "photo-too-small")
    is_what_is_kept(clean_photo(written(face(size=(160, 160)), "JPEG")))
    is_what_is_kept(clean_photo(written(face(size=(4000, 200)), "JPEG")))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_spoilt_file_is_a_picture_or_a_refusal_and_never_a_fault(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))
    octets = bytearray(written(face(size=(200, 260)), kind))
    for place in data.draw(st.lists(st.integers(0, len(octets) - 1), max_size=8)):
        octets[place] = data.draw(st.integers(0, 255))
    try:
        kept = clean_photo(bytes(octets[: data.draw(st.integers(0, len(octets)))]))
    except Refusal:
        return
    is_what_is_kept(kept)
