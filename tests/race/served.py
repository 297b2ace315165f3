"""The interface as gunicorn serves it (`gunicorn tests.race.served:app`), set by environment variables."""

import sys

from service.bootstrap import environment
from service.config import Settings
from service.store.engine import when_it_answers
from service.web.api.app import create_app
from service.web.settings import WebSettings
from tests.race.families import ZONE

_settings = Settings()
print("everything is imported", file=sys.stderr, flush=True)
_world = when_it_answers(lambda: environment(_settings))
app = create_app(
    _world,
    WebSettings(key=_world.keys.read("server"), secure=False, time_zone=ZONE),
    send_code=lambda _: None,
)
