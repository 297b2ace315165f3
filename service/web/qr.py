"""The pass as a QR code, for the phone's page, the printed sheet and the receipt slip.

ISO/IEC 18004, error correction M, alphanumeric mode, version 6 at most: larger symbols are not read from a
blurred or distant phone. Black on white with the quiet zone drawn in, so that a dark page cannot spoil it.
"""

from html import escape
from io import BytesIO

from qrcode import constants, util
from qrcode.image.pil import PilImage
from qrcode.main import QRCode

LARGEST_VERSION = 6
QUIET_MODULES = 4
MASK = 3
"""Readers take any mask. What a pass holds looks like chance, so that weighing all eight, most of the work of drawing
one, wins nothing."""


class DoesNotFit(ValueError):
    """The text needs other characters or a larger symbol than a gate reader is asked to read."""


def modules(text: str) -> list[list[bool]]:
    """Rows of modules, True where black, quiet zone included. Raises DoesNotFit."""
    matrix: list[list[bool]] = _symbol(text, module_pixels=1).get_matrix()
    return matrix


def svg(text: str, title: str, *, title_id: str = "pass-code") -> str:
    """An inline SVG that scales without blur; `title` is what a screen reader says. Raises DoesNotFit.

    `title_id` is the title's id on the page: give each code on one page its own.
    """
    rows = modules(text)
    size = len(rows)
    drawn = "".join(f"M{start} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for start, length in runs(row))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img"'
        f' aria-labelledby="{escape(title_id)}" shape-rendering="crispEdges">'
        f'<title id="{escape(title_id)}">{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{drawn}"/></svg>'
    )


def png(text: str, *, module_pixels: int = 8) -> bytes:
    """A PNG of two colours, `module_pixels` pixels to the module. Raises DoesNotFit."""
    if module_pixels < 1:
        raise ValueError("a module needs at least one pixel")
    written = BytesIO()
    _symbol(text, module_pixels).make_image().save(written, format="PNG")
    return written.getvalue()


def _symbol(text: str, module_pixels: int) -> QRCode[PilImage]:
    data = util.QRData(text.encode())
    if not text or data.mode != util.MODE_ALPHA_NUM:
        raise DoesNotFit("a pass is written in the 45 alphanumeric characters of QR codes")
    symbol = QRCode(
        error_correction=constants.ERROR_CORRECT_M,
        box_size=module_pixels,
        border=QUIET_MODULES,
        image_factory=PilImage,
        mask_pattern=MASK,
    )
    # One stretch in one mode: left to itself the library splits off long runs of digits.
    symbol.add_data(data, optimize=0)
    symbol.make(fit=True)
    if symbol.version > LARGEST_VERSION:
        raise DoesNotFit(f"needs version {symbol.version}, the largest a gate reads is {LARGEST_VERSION}")
    return symbol


def runs(row: list[bool]) -> list[tuple[int, int]]:
    """Start and length of each black stretch of the row."""
    edges = [x for x in range(len(row) + 1) if (x < len(row) and row[x]) != (x > 0 and row[x - 1])]
    return [(start, end - start) for start, end in zip(edges[::2], edges[1::2], strict=True)]
