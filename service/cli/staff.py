"""`kezdesu staff`: the first officers of an institution, made by whoever has the machine's console."""

import secrets
from datetime import datetime
from typing import Any

import click
import sqlalchemy as sa

from service.app.officer_appoint import appoint_officer, clean_login
from service.app.officer_sign_in import choose_password, hash_password
from service.app.role_give import end_role, found_role
from service.app.transact import transact
from service.bootstrap import CONSOLE
from service.cli.installation import answer, as_json, opened, refused, with_settings
from service.config import Settings
from service.domain.access import INSTITUTION_BODY, OVERSIGHT_BODIES, ROLES
from service.domain.identity import Identity
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Officer, OfficerRole, Person

PASSWORD_BYTES = 15


@click.group("staff")
def command() -> None:
    """Add officers, give the first roles, list who holds what.

    Later roles are asked and approved by two people at the staff desk.
    """


@command.command("add")
@click.argument("login")
@click.option("--employee-number", required=True)
@click.option("--family-name", required=True)
@click.option("--given-name", required=True)
@click.option("--patronymic")
@click.option("--birth-date", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="YYYY-MM-DD")
@click.option("--iin", help="individual identification number")
@click.option("--document", help="a foreign document instead, such as 'KGZ passport AN123456'")
@click.option("--body", type=click.Choice((INSTITUTION_BODY, *OVERSIGHT_BODIES)), default=INSTITUTION_BODY)
@click.option("--institution", help="where the roles are held")
@click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, help="may be given several times")
@click.option("--print-password", is_flag=True, help="make a password and print it once, instead of asking for one")
@with_settings
@as_json
def add_command(
    settings: Settings,
    login: str,
    employee_number: str,
    family_name: str,
    given_name: str,
    patronymic: str | None,
    birth_date: datetime,
    iin: str | None,
    document: str | None,
    body: str,
    institution: str | None,
    roles: tuple[str, ...],
    print_password: bool,
    json_wanted: bool,
) -> None:
    """Add the officer LOGIN, with a password and the roles named."""
    if roles and institution is None:
        raise click.UsageError("a role is held at an institution: name it with --institution")
    identity = Identity(family_name, given_name, birth_date.date(), patronymic, iin, document)
    world = opened(settings)
    try:
        password = secrets.token_urlsafe(PASSWORD_BYTES) if print_password else _asked_password()
        added = transact(
            world,
            CONSOLE,
            lambda unit: appoint_officer(
                unit, identity=identity, employee_number=employee_number, login=login, body=body
            ),
        )
        choose_password(world, invitation=added.invitation, password=password)
        for role in roles:
            _found(world, added.officer, institution or "", role)
    except Refusal as refusal:
        refused(refusal, json_wanted)
    said: dict[str, Any] = {"officer": added.officer, "login": clean_login(login), "roles": list(roles)}
    words = f"{said['login']} is added" + (f" with the roles {', '.join(roles)}" if roles else "")
    if print_password:
        said["password"] = password
        words += f"\npassword, shown this once: {password}"
    answer(said, json_wanted, words)


@command.command("role")
@click.argument("login")
@click.option("--institution", required=True)
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--end", "reason", metavar="REASON", help="end the role: left, moved, misconduct, lost-access")
@with_settings
@as_json
def role_command(
    settings: Settings, login: str, institution: str, role: str, reason: str | None, json_wanted: bool
) -> None:
    """Give the officer LOGIN a role at an institution, or end it."""
    world = opened(settings)
    officer = next((one for one in _officers(world) if one["login"] == clean_login(login)), None)
    if officer is None:
        raise click.ClickException(f"no officer has the login {login}")
    try:
        if reason is None:
            _found(world, officer["officer"], institution, role)
        else:
            live = next(
                (one for one in officer["roles"] if (one["institution"], one["role"]) == (institution, role)), None
            )
            if live is None:
                raise click.ClickException(f"{login} does not hold {role} at {institution}")
            transact(world, CONSOLE, lambda unit: end_role(unit, role=live["id"], reason=reason))
    except Refusal as refusal:
        refused(refusal, json_wanted)
    words = f"{login} {'holds' if reason is None else 'no longer holds'} {role} at {institution}"
    answer(
        {"login": clean_login(login), "institution": institution, "role": role, "held": not reason}, json_wanted, words
    )


@command.command("list")
@with_settings
@as_json
def list_command(settings: Settings, json_wanted: bool) -> None:
    """Every officer with an account, and the roles they hold or are asked for."""
    officers = _officers(opened(settings))
    lines = [f"{one['login']:24} {', '.join(map(_words, one['roles'])) or 'no role'}" for one in officers]
    answer(officers, json_wanted, "\n".join(lines) or "no officer is added yet")


def _asked_password() -> str:
    password: str = click.prompt("password", hide_input=True, confirmation_prompt=True, err=True)
    hash_password(password)  # refused before anybody is added
    return password


def _found(world: Environment, officer: str, institution: str, role: str) -> None:
    transact(world, CONSOLE, lambda unit: found_role(unit, officer=officer, institution=institution, role=role))


def _officers(world: Environment) -> list[dict[str, Any]]:
    officer, role = of(Officer), of(OfficerRole)
    with world.database.reading() as session:
        people = session.scalars(
            sa.select(Officer)
            .join(Person, of(Person).id == officer.person_id)
            .where(officer.closed_at.is_(None))
            .order_by(officer.login)
        ).all()
        roles = session.scalars(
            sa.select(OfficerRole).where(role.ended_at.is_(None)).order_by(role.institution_id, role.role)
        ).all()
    return [
        {
            "officer": one.id,
            "login": one.login,
            "employee_number": one.employee_number,
            "body": one.body,
            "roles": [
                {
                    "id": held.id,
                    "institution": held.institution_id,
                    "role": held.role,
                    "state": "held" if held.started_at else "asked",
                }
                for held in roles
                if held.officer_id == one.id
            ],
        }
        for one in people
    ]


def _words(role: dict[str, str]) -> str:
    asked = " (asked)" if role["state"] == "asked" else ""
    return f"{role['role']} at {role['institution']}{asked}"
