"""Recordings of calls are taken over from the supplier, sealed, and removed when their day has come."""

from functools import partial
from pathlib import Path

import structlog

from service.app.recording_keep import keep_recording, not_taken, outlived_recordings, purge_recording, seal_track
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.gateways.calls import ProviderAway
from service.gateways.recordings import RecordingProvider
from service.store.environment import Environment

EVERY_SECONDS = 30
_log = structlog.get_logger("kezdesu.jobs")


class RecordingKeeper:
    """Takes over and removes; one worker at a time. `folder` holds sealed files and nothing else."""

    actor = Actor("system", "recordings")

    def __init__(self, provider: RecordingProvider | None, folder: Path) -> None:
        self._provider, self._folder = provider, folder

    def turn(self, environment: Environment) -> int:
        """Takes what is finished, removes what has outlived its day; answers how many calls and files that were."""
        return self._take(environment) + self._purge(environment)

    def _take(self, environment: Environment) -> int:
        if self._provider is None:
            return 0
        with environment.database.reading() as session:
            found = not_taken(session, environment.clock())
        done = 0
        for call in found:
            try:
                tracks = self._provider.tracks(call)
                if not tracks:
                    continue
                sealed = [seal_track(environment, self._folder, one) for one in tracks]
                transact(environment, self.actor, partial(keep_recording, call=call, sealed=sealed))
            except (Refusal, ProviderAway, OSError) as fault:
                _log.warning("recording not taken", call=call, why=str(fault))
                continue
            for one in tracks:  # only now: a worker that dies before leaves it where it was
                self._provider.forget(one)
            done += 1
        return done

    def _purge(self, environment: Environment) -> int:
        with environment.database.reading() as session:
            found = outlived_recordings(session, environment.clock())
        done = 0
        for one in found:
            try:
                transact(environment, self.actor, partial(purge_recording, recording=one, folder=self._folder))
                done += 1
            except Refusal:
                _log.info("left", recording=one)
        return done
