"""What a family's pages cost the server, and how much they are over the wire (gzip, as a proxy sends them)."""

import gzip
import re
import statistics
from collections import defaultdict
from uuid import UUID

import sqlalchemy as sa

from service.app.session_open import open_session
from service.app.transact import transact
from service.domain.access import Actor
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Appointment, AppointmentVisitor
from service.web.public import create_app
from service.web.settings import WebSettings
from tests.bench.figures import Figure, cpu_ms, figure
from tests.bench.national import families, population
from tests.bench.stage import ZONE

FAMILIES = 30
VIEWS = 3
ASSETS = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def figures() -> list[Figure]:
    """page.cpu_ms of every page of a booking, in the population of the country, beside that of a page of plain words
    by the same server; kilobytes of a first visit to the month (page, style, fonts, scripts) and of a later page."""
    world = population("national")
    settings = WebSettings(key=world.keys.read("server"), secure=False, time_zone=ZONE)
    app = create_app(world, settings, send_code=lambda _: None)
    name = app.extensions["sign_in_cookie"].name
    spent: dict[str, list[float]] = defaultdict(list)
    later, first = [], []
    for actor, relationship, granted in _families(world):
        client = app.test_client()
        client.set_cookie(name, _signed_in(world, actor))
        month = f"/ties/{UUID(relationship)}/short"
        pages = {
            "bare": "/help/bring",
            "home": "/",
            "tie": f"/ties/{UUID(relationship)}",
            "month": month,
            "visits": "/appointments",
        }
        if granted is not None:
            here = f"/appointments/{UUID(granted)}"
            pages |= {"visit": here, "move": f"{here}/move", "pass": f"{here}/pass"}
        for page, address in pages.items():
            answers = [client.get(address)]
            for _ in range(VIEWS):
                spent[page].append(cpu_ms(lambda a=address, found=answers, c=client: found.append(c.get(a))))  # type: ignore[misc]
            assert {one.status_code for one in answers} == {200}, (address, [one.status_code for one in answers])
        html = client.get(month).get_data()
        weight = len(gzip.compress(html))
        later.append(weight / 1024)
        assets = {found: client.get(found).get_data() for found in set(ASSETS.findall(html.decode()))}
        styles = b"".join(body for found, body in assets.items() if ".css" in found)
        fonts = set(re.findall(r"url\(['\"]?(/static/[^'\")]+)", styles.decode())) - assets.keys()
        carried = sum(len(gzip.compress(body)) for body in assets.values())
        first.append((weight + carried + sum(len(client.get(font).get_data()) for font in fonts)) / 1024)
    world.database.close()
    bare = statistics.median(spent["bare"])
    return [
        *(
            figure(
                f"page.cpu_ms[{page}]", took, "ms", against="a page of plain words in the same run", compared_with=bare
            )
            for page, took in spent.items()
        ),
        figure("page.kilobytes[first]", first, "KB"),
        figure("page.kilobytes[later]", later, "KB"),
    ]


def _families(world: Environment) -> list[tuple[Actor, str, str | None]]:
    """Families, each with a visit to come that is granted, where they have one; those who have one first."""
    row, visitor = of(Appointment), of(AppointmentVisitor)
    found = []
    with world.database.reading() as session:
        for actor, relationship in families(world):
            granted = session.execute(
                sa.select(row.id)
                .join(AppointmentVisitor, visitor.appointment_id == row.id)
                .where(visitor.person_id == actor.person, row.state == "granted", row.starts_at > world.clock())
                .limit(1)
            ).scalar()
            found.append((actor, relationship, granted))
    return sorted(found, key=lambda one: one[2] is None)[:FAMILIES]


def _signed_in(world: object, actor: Actor) -> str:
    def once(unit: object) -> str:
        return open_session(unit, "relative", actor.id)  # type: ignore[arg-type]

    return transact(world, Actor("system", "bench"), once)  # type: ignore[arg-type]
