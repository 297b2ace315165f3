"""Which worker runs the jobs: a row held for seconds, renewed while its holder lives, taken over when it does not.

On the machine of the one that died it is taken over at once; another machine cannot know, and waits until it runs out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from service.jobs.machine import Machine
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import JobLease

LASTS = timedelta(seconds=30)
RENEWED_EVERY = timedelta(seconds=10)
"""Two renewals may fail before anybody else may take over."""
LOOKED_EVERY = timedelta(seconds=2)
"""How often a worker that waits looks whether it may begin: one read."""
NAME = "jobs"


@dataclass(frozen=True)
class Lease:
    """The wish of one worker, known by `holder` (at most 64 characters, another for each start), to run the jobs.

    With a `machine`, holders are named by `Machine.holder`, and one that has died there is waited for no longer.
    """

    environment: Environment
    holder: str
    name: str = NAME
    machine: Machine | None = None

    def take(self) -> bool:
        """Takes the lease or renews it; False while another worker holds it."""
        now, row = self.environment.clock(), of(JobLease)
        found = self._found()
        dead = [] if found is None or self.machine is None or not self.machine.is_dead(found[0]) else [found[0]]
        if found is not None and found[0] not in (self.holder, *dead) and found[1] > now:
            return False
        # It may be another's by now: only from the very one that was looked at is it taken before its time.
        free = sa.or_(row.holder.in_([self.holder, *dead]), row.until <= now)
        with self.environment.database.writes() as session:
            taken = session.execute(
                sa.update(JobLease)
                .where(row.name == self.name, free)
                .values(holder=self.holder, until=now + LASTS)
                .returning(row.name)
            ).first()
            if taken is None:
                try:
                    session.execute(sa.insert(JobLease).values(name=self.name, holder=self.holder, until=now + LASTS))
                except IntegrityError:  # the row is there: somebody holds it
                    return False
            session.commit()
        return True

    def keep_until(self, until: datetime) -> None:
        """Holds on to what is ours until a moment of our choice: a nightly job is not done again before it."""
        row = of(JobLease)
        with self.environment.database.writes() as session:
            session.execute(
                sa.update(JobLease).where(row.name == self.name, row.holder == self.holder).values(until=until)
            )
            session.commit()

    def held(self) -> bool:
        """Whether it is ours now, without renewing it."""
        found = self._found()
        return found is not None and found[0] == self.holder and found[1] > self.environment.clock()

    def give_back(self) -> None:
        """Lets another worker begin at once; does nothing when it is not ours."""
        row = of(JobLease)
        with self.environment.database.writes() as session:
            session.execute(sa.delete(JobLease).where(row.name == self.name, row.holder == self.holder))
            session.commit()

    def _found(self) -> tuple[str, datetime] | None:
        """Who holds it, and until when; read without a lock, so that whoever waits is in nobody's way."""
        row = of(JobLease)
        with self.environment.database.reading() as session:
            found = session.execute(sa.select(row.holder, row.until).where(row.name == self.name)).first()
        return None if found is None else (found.holder, found.until)
