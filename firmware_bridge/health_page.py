"""Health page and metrics, on loopback only: `/` to look at, `/health` as JSON, `/metrics` for Prometheus."""

import json
from collections.abc import Callable, Iterator
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from firmware_bridge.clock import Clock
from firmware_bridge.health import Health

HERE = "127.0.0.1"
NAMES = (HERE, "localhost", "[::1]")


class HealthPage:
    """A small server of its own thread. It answers 503 while anything is wrong, so that a monitor needs no parser."""

    def __init__(self, port: int, health: Health, clock: Clock) -> None:
        pages: dict[str, Callable[[], tuple[str, str]]] = {
            "/": lambda: ("text/html; charset=utf-8", page(health, clock.monotonic())),
            "/health": lambda: ("application/json", json.dumps(facts(health, clock.monotonic()))),
            "/metrics": lambda: ("text/plain; version=0.0.4", "\n".join(metrics(health, clock.monotonic())) + "\n"),
        }

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def do_GET(self) -> None:
                # A page elsewhere that makes a browser ask by another name (DNS rebinding) learns nothing.
                host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
                made = pages.get(self.path) if host in NAMES else None
                if made is None:
                    self.send_error(HTTPStatus.NOT_FOUND)
                    return
                kind, text = made()
                octets = text.encode()
                good = self.path == "/metrics" or not health.troubles(clock.monotonic())
                self.send_response(HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(octets)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(octets)

            def log_message(self, format: str, *args: object) -> None:
                """The log is for what happens at the gate."""

        self._server = ThreadingHTTPServer((HERE, port), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=[0.2], daemon=True)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{HERE}:{self._server.server_port}"

    def start(self) -> None:
        """Serves until `close`."""
        self._thread.start()

    def close(self) -> None:
        """Stops serving."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


def facts(health: Health, now: float) -> dict[str, Any]:
    """Everything that is counted; moments as seconds ago."""

    def ago(moment: float | None) -> float | None:
        return None if moment is None else round(now - moment, 1)

    return {
        "alive": health.is_alive(now),
        "troubles": health.troubles(now),
        "recording": health.recording,
        "unheard": health.unheard,
        "inside": health.inside,
        "last_uploaded": ago(health.last_uploaded),
        "lines": {
            name: {
                "path": line.path,
                "state": line.state,
                "why": line.why,
                "openings": line.openings,
                "octets": line.octets,
                "last_octet": ago(line.last_octet),
                "last_step": ago(line.last_step),
                "readers": {
                    reader: {
                        "gate": one.gate,
                        "online": one.online,
                        "why_offline": one.why_offline,
                        "answers": {" ".join(key): count for key, count in sorted(one.answers.copy().items())},
                        "refusals": dict(sorted(one.refusals.copy().items())),
                        "dropped": dict(sorted(one.dropped.copy().items())),
                        "muted": one.muted,
                        "busy": one.busy,
                        "faults": one.faults,
                        "unwritten": one.unwritten,
                        "slowest_ms": one.slowest_ms,
                        "last_answer": ago(one.last_answer),
                    }
                    for reader, one in line.readers.copy().items()
                },
            }
            for name, line in health.lines.copy().items()
        },
    }


def metrics(health: Health, now: float) -> Iterator[str]:
    """The counts in Prometheus' text format 0.0.4."""
    yield from _metric("bridge_alive", "gauge", "1 while every line's thread comes round", [({}, health.is_alive(now))])
    yield from _metric("bridge_recording", "gauge", "1 while the journal can be written", [({}, health.recording)])
    yield from _metric("bridge_unheard_scans", "gauge", "Scans the service has not heard of", [({}, health.unheard)])
    yield from _metric("bridge_inside", "gauge", "Passes let in here and not out", [({}, health.inside)])
    lines = list(health.lines.copy().items())
    by_line = [({"line": name}, line) for name, line in lines]
    yield from _metric(
        "bridge_line_open", "gauge", "1 while the port is open", [(k, v.state == "open") for k, v in by_line]
    )
    yield from _metric(
        "bridge_line_openings_total", "counter", "Times the port was opened", [(k, v.openings) for k, v in by_line]
    )
    yield from _metric("bridge_line_octets_total", "counter", "Octets read", [(k, v.octets) for k, v in by_line])
    yield from _metric(
        "bridge_line_last_octet_seconds",
        "gauge",
        "Seconds since the last octet",
        [(k, round(now - v.last_octet, 3)) for k, v in by_line if v.last_octet is not None],
    )
    readers = [({"reader": name}, one) for _, line in lines for name, one in line.readers.copy().items()]
    yield from _metric(
        "bridge_answers_total",
        "counter",
        "Answers given",
        [({**k, "verdict": w, "source": s}, n) for k, v in readers for (w, s), n in sorted(v.answers.copy().items())],
    )
    yield from _metric(
        "bridge_dropped_total",
        "counter",
        "Octet runs that were no code",
        [({**k, "why": why}, n) for k, v in readers for why, n in sorted(v.dropped.copy().items())],
    )
    yield from _metric("bridge_muted_total", "counter", "Codes still in view", [(k, v.muted) for k, v in readers])
    yield from _metric("bridge_busy_total", "counter", "Codes shown while deciding", [(k, v.busy) for k, v in readers])
    yield from _metric("bridge_faults_total", "counter", "Faults of the program", [(k, v.faults) for k, v in readers])
    yield from _metric(
        "bridge_reader_online",
        "gauge",
        "1 while the reader is under its session (OSDP)",
        [(k, v.online) for k, v in readers if v.online is not None],
    )


def _metric(name: str, kind: str, about: str, samples: list[tuple[dict[str, str], float]]) -> Iterator[str]:
    yield f"# HELP kezdesu_{name} {about}"
    yield f"# TYPE kezdesu_{name} {kind}"
    for labels, value in samples:
        inside = ",".join(f'{label}="{_label(text)}"' for label, text in labels.items())
        yield f"kezdesu_{name}{{{inside}}} {float(value):g}" if inside else f"kezdesu_{name} {float(value):g}"


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def page(health: Health, now: float) -> str:
    """A page for whoever stands before the machine. No script, nothing from elsewhere."""
    troubles = health.troubles(now)
    told = "".join(f"<li>{escape(trouble)}</li>" for trouble in troubles) or "<li>nothing</li>"
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(line.path)}</td><td>{escape(line.state)}</td>"
        f"<td>{'' if line.last_octet is None else round(now - line.last_octet)}</td><td>{line.openings}</td>"
        f"<td>{sum(sum(one.answers.values()) for one in line.readers.copy().values())}</td>"
        f"<td>{sum(sum(one.dropped.values()) for one in line.readers.copy().values())}</td></tr>"
        for name, line in sorted(health.lines.copy().items())
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="5">'
        "<title>Gate bridge</title><h1>Gate bridge</h1>"
        f"<p>Inside: {health.inside}. Not uploaded: {health.unheard}.</p><h2>What is wrong</h2><ul>{told}</ul>"
        "<table><thead><tr><th>line<th>path<th>state<th>last octet, s ago<th>opened<th>answers<th>dropped</tr></thead>"
        f"<tbody>{rows}</tbody></table></html>"
    )
