"""A WSGI application on a free port of the loopback interface, in a thread of this process."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from werkzeug.serving import make_server


@contextlib.contextmanager
def served(application: Any) -> Iterator[str]:
    """Serves `application` for as long as the block lasts and yields its address (no slash at its end)."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="served")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
