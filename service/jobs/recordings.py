"""Recordings of calls are taken over from the supplier, sealed, and removed when their day has come."""

import time
from functools import partial
from pathlib import Path

import structlog

from service.app.recording_keep import (
    awaited,
    keep_recording,
    not_taken,
    of_nothing,
    outlived_recordings,
    purge_recording,
    seal_track,
)
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.gateways.calls import ProviderAway
from service.gateways.recordings import RecordingProvider
from service.store.environment import Environment

EVERY_SECONDS = 30
ABANDONED_SECONDS = 86_400
"""A sealed file that no row speaks of after a day was left by a worker that died between the two."""
_log = structlog.get_logger("kezdesu.jobs")


class RecordingKeeper:
    """Takes over and removes; one worker at a time. `folder` holds sealed files and nothing else."""

    actor = Actor("system", "recordings")

    def __init__(self, provider: RecordingProvider | None, folder: Path) -> None:
        self._provider, self._folder = provider, folder

    def turn(self, environment: Environment) -> int:
        """Takes what is finished, removes what has outlived its day; answers how many calls and files that were.

        What lies unsealed and nobody waits for is removed: a worker died before it could, or nothing was agreed.
        """
        done = self._take(environment) + self._purge(environment)
        self._sweep(environment)
        return done

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
            self._forget(call)  # only now: a worker that dies before leaves it where it was
            done += 1
        return done

    def _forget(self, call: str) -> None:
        try:
            if self._provider is not None:
                self._provider.forget(call)
        except (ProviderAway, OSError) as fault:  # the next turn finds that nobody waits for it
            _log.warning("recording not removed", call=call, why=str(fault))

    def _sweep(self, environment: Environment) -> None:
        try:
            lying = frozenset() if self._provider is None else self._provider.lying()
        except (ProviderAway, OSError) as fault:
            _log.warning("supplier does not say what lies there", why=str(fault))
            return
        day_ago = time.time() - ABANDONED_SECONDS
        old = [one.name for one in self._folder.glob("*") if one.stat().st_mtime < day_ago]
        with environment.database.reading() as session:
            stays = awaited(session, lying, environment.clock())
            gone = of_nothing(session, old)
        for call in sorted(lying - stays):
            _log.warning("recording nobody waits for", call=call)
            self._forget(call)
        for name in sorted(gone):
            (self._folder / name).unlink(missing_ok=True)

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
