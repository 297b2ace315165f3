"""The desk over the cast, driven by a client without a browser."""

from tests.web.public.conftest import faces

__all__ = ["faces"]
