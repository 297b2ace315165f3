"""The interface as gunicorn serves it (`gunicorn tests.race.served:app`), set by environment variables."""

from service.bootstrap import environment
from service.config import Settings
from service.web.api.app import create_app
from service.web.settings import WebSettings
from tests.race.families import ZONE

_world = environment(Settings())
app = create_app(
    _world,
    WebSettings(key=_world.keys.read("server"), secure=False, time_zone=ZONE),
    send_code=lambda _: None,
)
