"""The pass as a picture, read back by zxing-cpp."""

from io import BytesIO
from xml.etree import ElementTree

import pytest
import zxingcpp
from hypothesis import given, settings
from PIL import Image, ImageDraw, ImageFilter

from service.domain.passes import Pass
from service.web import qr

from .test_pass import passes
from .vectors import VISIT, written

SVG = "{http://www.w3.org/2000/svg}"


def only_code(picture: Image.Image) -> zxingcpp.Barcode:
    (code,) = zxingcpp.read_barcodes(picture)
    return code


def drawn_from_svg(source: str, pixels: int) -> Image.Image:
    """Draws the two paths of our SVG: an independent reader of `Mx yhNv1h-Nz`."""
    root = ElementTree.fromstring(source)
    size = int(root.attrib["viewBox"].split()[2])
    picture = Image.new("L", (size * pixels, size * pixels), 128)
    draw = ImageDraw.Draw(picture)
    ground, black = root.findall(f"{SVG}path")
    assert ground.attrib == {"fill": "#fff", "d": f"M0 0h{size}v{size}H0z"}
    draw.rectangle((0, 0, size * pixels, size * pixels), fill=255)
    for run in black.attrib["d"].split("z")[:-1]:
        place, rest = run.removeprefix("M").split("h", 1)
        x, y = map(int, place.split())
        length = int(rest.split("v")[0])
        draw.rectangle((x * pixels, y * pixels, (x + length) * pixels - 1, (y + 1) * pixels - 1), fill=0)
    return picture


@pytest.mark.parametrize("module_pixels", [1, 2, 3, 4, 8, 16])
def test_the_png_is_read_at_every_size(module_pixels: int) -> None:
    picture = Image.open(BytesIO(qr.png(written(VISIT), module_pixels=module_pixels)))
    assert picture.size == (49 * module_pixels, 49 * module_pixels)
    code = only_code(picture)
    assert code.text == written(VISIT)
    assert code.ec_level == "M"


@settings(max_examples=60)
@given(passes)
def test_every_pass_is_a_version_6_symbol_that_reads_back(pass_: Pass) -> None:
    text = written(pass_)
    assert len(qr.modules(text)) == 41 + 2 * 4
    assert only_code(Image.open(BytesIO(qr.png(text, module_pixels=4)))).text == text


def test_the_svg_shows_the_same_modules_as_the_png() -> None:
    text = written(VISIT)
    from_svg = drawn_from_svg(qr.svg(text, "Пропуск"), 4)
    from_png = Image.open(BytesIO(qr.png(text, module_pixels=4))).convert("L")
    assert from_svg.tobytes() == from_png.tobytes()
    assert only_code(from_svg).text == text


def test_the_svg_has_a_title_for_screen_readers_and_does_not_blur() -> None:
    source = qr.svg(written(VISIT), 'Рұқсаттама <"14 наурыз">', title_id="pass-1")
    root = ElementTree.fromstring(source)
    assert root.attrib["role"] == "img"
    assert root.attrib["shape-rendering"] == "crispEdges"
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == 'Рұқсаттама <"14 наурыз">'
    assert root.attrib["aria-labelledby"] == title.attrib["id"] == "pass-1"


def test_the_quiet_zone_is_four_white_modules() -> None:
    rows = qr.modules(written(VISIT))
    ring = [row[:4] + row[-4:] for row in rows] + rows[:4] + rows[-4:]
    assert not any(any(part) for part in ring)
    assert any(rows[4])


def test_the_symbol_survives_dark_pages_thumbs_and_blur() -> None:
    text = written(VISIT)
    picture = Image.open(BytesIO(qr.png(text, module_pixels=8))).convert("L")
    dark = Image.new("L", (800, 800), 0)
    dark.paste(picture, (200, 200))
    assert only_code(dark).text == text
    assert only_code(picture.filter(ImageFilter.GaussianBlur(4))).text == text
    thumb = picture.copy()
    ImageDraw.Draw(thumb).ellipse((200, 220, 245, 270), fill=90)
    assert only_code(thumb).text == text


@pytest.mark.parametrize("text", ["", "12345", "kzp1:ab", "Рұқсат", "KZP1:" + "A" * 150])
def test_what_a_gate_reader_should_not_be_asked_to_read_is_not_drawn(text: str) -> None:
    with pytest.raises(qr.DoesNotFit):
        qr.svg(text, "x")
    with pytest.raises(qr.DoesNotFit):
        qr.png(text)
