"""`kezdesu monitor`: the operators' port, or the same questions asked once."""

import signal
import sys
from functools import cache

import click

from service.bootstrap import environment
from service.cli.installation import answer, as_json, with_settings
from service.config import Settings
from service.monitor.figures import figures
from service.monitor.page import server
from service.monitor.ready import not_ready
from service.monitor.text import as_text
from service.store.environment import Environment
from service.web.logs import configure

PORT = 9464


@click.command("monitor")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="where it listens")
@click.option(
    "--address", default="127.0.0.1", show_default=True, help="on which address; never one that families reach"
)
@click.option(
    "--host", "hosts", multiple=True, help="a further name it answers to, where it listens beyond this machine"
)
@click.option("--check", is_flag=True, help="ask once whether the installation is ready; exit 1 when it is not")
@with_settings
@as_json
def command(
    settings: Settings, port: int, address: str, hosts: tuple[str, ...], check: bool, json_wanted: bool
) -> None:
    """Serve `/health`, `/ready` and `/metrics` (Prometheus) for operators, until SIGTERM."""
    if check:
        faults = not_ready(settings)
        answer({"ready": not faults, "faults": faults}, json_wanted, "\n".join(faults) or "ready")
        sys.exit(1 if faults else 0)
    configure()

    @cache
    def world() -> Environment:
        # Made when first asked for: the port is up before the database is.
        return environment(settings)

    serving = server(address, port, lambda: not_ready(settings), lambda: as_text(figures(world())), hosts)
    click.echo(f"http://{address}:{serving.server_port}/metrics")

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    try:
        serving.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        pass
    finally:
        serving.server_close()
