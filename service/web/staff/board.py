"""The week board of the rooms: what a duty officer keeps open all day. It opens itself again; no connection is held."""

from datetime import date, timedelta

from flask import render_template, request

from service.app.board_show import show_board
from service.web.entitled import day_or_none
from service.web.face import SignedIn
from service.web.pages import Pages
from service.web.staff.face import StaffFace

REFRESH = 60
"""Seconds after which the page asks for itself again."""


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("board")
    environment = face.environment

    @part.page("/board", audience=("officer",))
    def week(caller: SignedIn) -> str:
        place = face.enter(caller, "board.see")
        asked: date | None = day_or_none(request.args.get("from"))
        board = show_board(environment, caller.actor, asked)
        begin = board.days[0]
        return render_template(
            "staff/board.html",
            place=place,
            board=board,
            earlier=begin - timedelta(days=7),
            later=begin + timedelta(days=7),
            refresh=REFRESH,
        )

    return part
