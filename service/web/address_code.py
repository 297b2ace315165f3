"""An address as a QR code: what an officer's app reads once, when a code by time is set up."""

from html import escape

from qrcode import constants
from qrcode.main import QRCode

QUIET_MODULES = 4


def address_svg(address: str, title: str = "QR", *, title_id: str = "address-code") -> str:
    """An inline SVG, black on white with its quiet zone, whatever the page is like."""
    symbol: QRCode = QRCode(error_correction=constants.ERROR_CORRECT_M, border=QUIET_MODULES)  # type: ignore[type-arg]
    symbol.add_data(address.encode())
    symbol.make(fit=True)
    rows: list[list[bool]] = symbol.get_matrix()
    size = len(rows)
    drawn = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, black in enumerate(row) if black)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" class="address-code"'
        f' aria-labelledby="{escape(title_id)}" shape-rendering="crispEdges">'
        f'<title id="{escape(title_id)}">{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{drawn}"/></svg>'
    )
