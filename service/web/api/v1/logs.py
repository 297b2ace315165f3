"""The record, published as C2SP tlog-tiles: anybody's tools that verify such logs verify these."""

from datetime import datetime

from pydantic import Field

from service.app.log_show import list_logs, show_checkpoint, show_tile
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Media
from service.web.api.v1.interface import Interface

TILE = Media("application/octet-stream")


class Log(Answer):
    id: str = Field(description="An institution's code, or `national`.")
    origin: str
    verifier_key: str = Field(description="A signed-note verifier key: keep it from elsewhere, and compare.")
    size: int
    head_size: int = Field(description="How many events the newest signed head covers.")
    head_at: datetime | None


class Logs(Answer):
    logs: list[Log]


def install(face: Interface) -> None:
    """Declare the resource."""
    api, environment = face.api, face.environment

    @api.endpoint("GET", "/logs", summary="Every log of the record", principals=("auditor",), answer=Logs)
    def list_all_logs(caller: SignedIn) -> Logs:
        return Logs(
            logs=[
                Log(
                    id=one.id,
                    origin=one.origin,
                    verifier_key=one.verifier_key,
                    size=one.size,
                    head_size=one.head_size,
                    head_at=one.head_at,
                )
                for one in list_logs(environment, caller.actor)
            ]
        )

    @api.endpoint(
        "GET", "/logs/<log>/checkpoint", summary="The newest signed head", principals=("auditor",),
        answer=Media("text/plain"),
    )  # fmt: skip
    def give_checkpoint(caller: SignedIn, log: str) -> bytes:
        return show_checkpoint(environment, caller.actor, log)

    @api.endpoint(
        "GET", "/logs/<log>/tile/<level>/<index>", summary="A full tile, or a bundle of entries",
        principals=("auditor",), answer=TILE,
    )  # fmt: skip
    def give_tile(caller: SignedIn, log: str, level: str, index: str) -> bytes:
        """`level` is `entries` or a number; `index` has three digits."""
        return show_tile(environment, caller.actor, log, f"tile/{level}/{index}")

    @api.endpoint(
        "GET", "/logs/<log>/tile/<level>/<index>/<rest>", summary="A partial tile, or a full one from the 1000th on",
        principals=("auditor",), answer=TILE,
    )  # fmt: skip
    def give_partial_tile(caller: SignedIn, log: str, level: str, index: str, rest: str) -> bytes:
        """`005.p/17`, or `x001/234`."""
        return show_tile(environment, caller.actor, log, f"tile/{level}/{index}/{rest}")

    @api.endpoint(
        "GET", "/logs/<log>/tile/<level>/<index>/<rest>/<width>", summary="A partial tile from the 1000th on",
        principals=("auditor",), answer=TILE,
    )  # fmt: skip
    def give_far_partial_tile(caller: SignedIn, log: str, level: str, index: str, rest: str, width: str) -> bytes:
        """`x001/234.p/17`."""
        return show_tile(environment, caller.actor, log, f"tile/{level}/{index}/{rest}/{width}")
