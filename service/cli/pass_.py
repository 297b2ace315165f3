"""`kezdesu pass`: shows the passes of an appointment, checks the text of one."""

import sys
from datetime import datetime
from typing import Any

import click
import sqlalchemy as sa

from service.app.pass_issue import pass_token
from service.app.pass_key_rotate import rotate_pass_key
from service.app.pass_keys import pass_keys
from service.app.transact import transact
from service.cli.installation import answer, as_json, opened, with_settings
from service.config import Settings
from service.domain.access import Actor
from service.domain.passes import MalformedPass, PassRefusal, SignedPass, decode, verify
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Appointment, EntryPass, Institution
from service.store.types import moment_text
from service.web.qr import modules


@click.group("pass")
def command() -> None:
    """Show and check passes."""


@command.command("rotate")
@with_settings
@as_json
def rotate_command(settings: Settings, json_wanted: bool) -> None:
    """Make the next key: it signs passes from now on, the one before stays good for those it signed."""
    world = opened(settings)
    number = transact(world, Actor("system", "console"), rotate_pass_key)
    answer({"number": number}, json_wanted, f"passes are signed with key {number} from now on")


@command.command("show")
@click.argument("identifier")
@with_settings
@as_json
def show_command(settings: Settings, identifier: str, json_wanted: bool) -> None:
    """Show the live passes of an appointment, or one pass, by IDENTIFIER."""
    world = opened(settings)
    row, plain = of(EntryPass), identifier.replace("-", "")
    with world.database.reading() as session:
        found = session.scalars(
            sa.select(EntryPass)
            .where(sa.or_(row.id == plain, sa.and_(row.appointment_id == plain, row.revoked_at.is_(None))))
            .order_by(row.issued_at, row.id)
        ).all()
        shown = [_shown(pass_token(world, session, one), one) for one in found]
    if not shown:
        raise click.ClickException(f"no pass and no appointment with a live pass is called {identifier}")
    answer(shown, json_wanted, "\n".join(_page(one) for one in shown))


@command.command("check")
@click.argument("token")
@with_settings
@as_json
def check_command(settings: Settings, token: str, json_wanted: bool) -> None:
    """Check the TOKEN of a pass as a gate of its own zone would now; exit 1 when it would be refused."""
    world = opened(settings)
    try:
        signed = decode(token)
    except MalformedPass as malformed:
        answer(
            {"good": False, "refusal": PassRefusal.MALFORMED.value, "why": str(malformed)},
            json_wanted,
            f"refused: {PassRefusal.MALFORMED.value}: it {malformed}",
        )
        sys.exit(1)
    refusal = refusal_now(world, signed, world.clock())
    one = signed.pass_
    verdict = {
        "good": refusal is None,
        "refusal": refusal.value if refusal else None,
        "pass": one.pass_id.hex(),
        "institution": one.institution,
        "gate_zone": one.gate_zone,
        "not_before": moment_text(one.not_before),
        "not_after": moment_text(one.not_after),
        "children": one.children,
    }
    answer(verdict, json_wanted, f"refused: {refusal.value}" if refusal else "good")
    sys.exit(1 if refusal else 0)


def refusal_now(world: Environment, signed: SignedPass, at: datetime) -> PassRefusal | None:
    """Why the gate the pass names would refuse it at this moment: key and window first, then the live state."""
    one = signed.pass_
    with world.database.reading() as session:
        found = session.execute(
            sa.select(EntryPass, Appointment, of(Institution).number)
            .join(Appointment, of(Appointment).id == of(EntryPass).appointment_id)
            .join(Institution, of(Institution).id == of(EntryPass).institution_id)
            .where(of(EntryPass).id == one.pass_id.hex())
        ).first()
    refusal = verify(
        signed,
        pass_keys(world, one.key_id),
        institution=found[2] if found else one.institution,
        gate_zone=found[0].gate_zone if found else one.gate_zone,
        at=at,
        revoked=lambda _: found is not None and found[0].revoked_at is not None,
    )
    if refusal is not None:
        return refusal
    if found is None:
        return PassRefusal.UNKNOWN_PASS
    return None if found[1].state in ("granted", "underway") else PassRefusal.NOT_GRANTED


def _shown(token: str, row: EntryPass) -> dict[str, Any]:
    return {
        "pass": row.id,
        "appointment": row.appointment_id,
        "institution": row.institution_id,
        "gate_zone": row.gate_zone,
        "not_before": moment_text(row.not_before),
        "not_after": moment_text(row.not_after),
        "children": row.children,
        "revoked": row.revoked_code,
        "token": token,
    }


def _page(one: dict[str, Any]) -> str:
    rows = modules(one["token"])
    # Two rows of the code to a line of text: a terminal's letters are twice as high as wide. Light on dark, as there.
    pairs = zip(rows[::2], [*rows[1::2], [False] * len(rows)], strict=False)
    lines = ["".join("█▄▀ "[above + 2 * below] for above, below in zip(*pair, strict=True)) for pair in pairs]
    window = f"{one['not_before']} to {one['not_after']}, gate zone {one['gate_zone']}, children {one['children']}"
    state = f"revoked: {one['revoked']}" if one["revoked"] else "live"
    return "\n".join((f"pass {one['pass']} ({state})", window, *lines, one["token"]))
