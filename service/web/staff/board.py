"""The week board of the rooms: what a duty officer keeps open all day. It opens itself again; no connection is held."""

import hashlib
from datetime import date, timedelta

from flask import Response, make_response, render_template, request

from service.app.board_show import Board, show_board
from service.web.entitled import day_or_none
from service.web.face import SignedIn
from service.web.i18n import words
from service.web.pages import Pages
from service.web.staff.face import StaffFace

EVERY, REFRESH = 20, 60
"""Seconds after which a page asks whether it has changed, and without script opens itself again."""


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("board")
    environment = face.environment

    @part.page("/board", audience=("officer",))
    def week(caller: SignedIn) -> Response:
        place = face.enter(caller, "board.see")
        asked: date | None = day_or_none(request.args.get("from"))
        board = show_board(environment, caller.actor, asked)
        begin, mark = board.days[0], mark_of(board)
        if request.if_none_match.contains_weak(mark):
            return _tagged(Response(status=304), mark)
        page = render_template(
            "staff/board.html",
            place=place,
            board=board,
            earlier=begin - timedelta(days=7),
            later=begin + timedelta(days=7),
            every=EVERY,
            refresh=REFRESH,
            mark=mark,
        )
        return _tagged(make_response(page), mark)

    return part


def mark_of(board: Board) -> str:
    """A text that is another one whenever the board shows something else; the hour of its making is left out."""
    shown = [
        (one.room.id, day.blocked, [(sitting.paused, sitting.places) for sitting in day.sittings],
         [(seat.row.id, seat.row.state, seat.place) for sitting in day.sittings for seat in sitting.booked],
         [(seat.row.id, seat.row.state) for seat in day.others])
        for one in board.rooms
        for day in one.days
    ]  # fmt: skip
    return hashlib.sha256(repr((words().language, board.today, board.days, shown)).encode()).hexdigest()[:24]


def _tagged(response: Response, mark: str) -> Response:
    response.set_etag(mark, weak=True)
    response.headers["Cache-Control"] = "no-cache, private"
    return response
