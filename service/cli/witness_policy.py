"""`kezdesu witness check`: is a policy sound, and could the institution reach its quorum among its own?"""

import json
import sys
from pathlib import Path

import click

from service.record.policy import OUTSIDE
from service.record.policy_text import PolicyFault, check_policy, read_policy

WORDS = {
    "control": "it has a control character",
    "keyword": "a line begins with log, witness, group or quorum, not with {about}",
    "arguments": "this {about} line has too few or too many words",
    "key": "this is not a verifier key that can be used here: {about}",
    "key-twice": "this key stands in the file already: {about}",
    "name-twice": "the name {about} is taken",
    "name-unknown": "{about} is not defined above this line",
    "member-twice": "{about} is a member of a group already: nobody counts twice",
    "threshold": "{about} is not a number of members: all, any, or from 1 to as many as are listed",
    "url": "this is not the address of a web server: {about}",
    "quorum-twice": "there is a quorum already",
    "quorum-missing": "there is no quorum line: what suffices is not said",
    "outside-missing": (
        f"there is no group {OUTSIDE}: list in it the witnesses that do not answer to the ministry, at least one"
    ),
    "outside-not-needed": (
        f"{{about}} can be reached without anybody of the group {OUTSIDE}: the ministry's own would suffice"
    ),
}


@click.command("check")
@click.argument("policy", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "json_wanted", is_flag=True, help="answer for a program")
def check_command(policy: Path, json_wanted: bool) -> None:
    """Say what is wrong with the file POLICY (C2SP tlog-policy).

    Beyond its form: there must be a group `outside` of witnesses that do not answer to the ministry, and no quorum may
    be reached without one of them. Exit status: 0 sound, 1 not, 2 not readable.
    """
    try:
        data = policy.read_bytes()
    except OSError as fault:
        click.echo(f"kezdesu witness check: {fault}", err=True)
        sys.exit(2)
    faults = check_policy(data)
    if json_wanted:
        told = [{"line": one.line, "code": one.code, "about": _shown(one), "text": sentence(one)} for one in faults]
        click.echo(json.dumps({"sound": not faults, "faults": told}, ensure_ascii=False, sort_keys=True))
    elif faults:
        click.echo("\n".join(f"{policy}:{f'{one.line}:' if one.line else ''} {sentence(one)}" for one in faults))
    else:
        sound = read_policy(data)
        click.echo(
            f"{policy}: {len(sound.logs)} logs, {len(sound.witnesses)} witnesses; "
            f"no quorum without one of {', '.join(sorted(sound.members(OUTSIDE)))}"
        )
    sys.exit(1 if faults else 0)


def sentence(fault: PolicyFault) -> str:
    """What is wrong, in words."""
    return WORDS[fault.code].format(about=_shown(fault))


def _shown(fault: PolicyFault) -> str:
    return fault.about.encode(errors="surrogateescape").decode(errors="replace")


COMMANDS = {"check": check_command}
