"""The bare floor of the rush: a page that is only words, and one quota-checked insert, under the same server.

Run as `python -m tests.bench.rush_floor PLAN ANSWERS`, it asks them of a served floor, as often as the rush asks its
servers: five pages and two inserts a booking, open-loop.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import Flask, Response

from tests.bench import floor
from tests.bench.rush_client import Answers, Crowd, Plan
from tests.bench.rush_scene import Scene

PAGE = "<!doctype html><title>page</title>" + "<p>The place is kept for fifteen minutes.</p>" * 200
STEPS = ("page", "page", "page", "booking", "page", "booking", "page")


def create_app() -> Flask:
    """The floor's app with a page of eight kilobytes."""
    app = floor.create_app()

    @app.get("/page")
    def page() -> Response:
        return Response(PAGE, mimetype="text/html")

    return app


class Passers(Crowd):
    """Asks for the same number of pages and writes, all of them bare."""

    async def run(self) -> Answers:
        """Until the last answer."""
        self._began = time.monotonic()
        many = int(self.plan.seconds * self.plan.bookings_a_second * 2)
        await self._come(self.plan.bookings_a_second * len(STEPS), list(range(many * len(STEPS))), self._one)
        return self.answers

    async def _one(self, number: Any) -> None:
        kind, due = STEPS[number % len(STEPS)], time.monotonic()
        if kind == "page":
            await self._request(kind, self.plan.public, "GET", "/page", {}, "", due)
        else:
            await self._request(kind, self.plan.public, "POST", f"/book/{number % 78}", {}, "", due)


def main(plan: str, answers: str) -> None:
    """See the module."""
    found = asyncio.run(Passers(Scene("", (), ()), Plan.read(Path(plan))).run())
    Path(answers).write_text(json.dumps(asdict(found)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
