"""`kezdesu worker`: what happens by the clock."""

import signal
from threading import Event
from zoneinfo import ZoneInfo

import click

from service.call_suppliers import call_provider
from service.cli.installation import opened, with_settings
from service.config import Settings
from service.gateways.registry import LocalRegistry
from service.gateways.witness import HttpWitnesses
from service.jobs.call_costs import cost_jobs
from service.jobs.machine import this_machine
from service.jobs.runner import Job, Worker, call_jobs, jobs, recording_jobs, registry_jobs, stamp_jobs, witness_jobs
from service.record.refusals import RecordRefused
from service.suppliers import suppliers
from service.web.logs import configure


@click.command("worker")
@with_settings
def command(settings: Settings) -> None:
    """Deliver notices, lapse holds, publish heads, feed witnesses, review appointments: until SIGTERM.

    Several may run, on several machines; one of them works. When it dies, one of the same machine takes over within two
    seconds, one of another within 30.
    """
    configure()
    world = opened(settings)
    stopped = Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stopped.set())
    machine = this_machine()
    registry = LocalRegistry(settings.data_dir / "registry.json")
    provider = call_provider(settings, world)
    work = (
        *jobs(suppliers(settings)),
        *registry_jobs(registry),
        *call_jobs(provider),
        *recording_jobs(provider, settings.data_dir / "recordings"),
        *cost_jobs({str(kind): tiyn for kind, tiyn in settings.call_tariffs.items()}, settings.call_rounding),
        *witness_jobs(world.witness_policy, HttpWitnesses()),
        *_stamps(settings),
    )
    holder = machine.holder(world.random_bytes(8).hex())
    Worker(world, holder, ZoneInfo(settings.time_zone), work, machine).work(stopped)


def _stamps(settings: Settings) -> tuple[Job, ...]:
    try:
        return stamp_jobs(settings.stamp_url, settings.stamp_roots)
    except (RecordRefused, OSError) as fault:
        raise click.ClickException(f"KEZDESU_STAMP_ROOTS: {fault}") from fault
