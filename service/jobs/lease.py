"""Which worker runs the jobs: a row held for seconds, renewed while its holder lives, taken over when it does not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import JobLease

LASTS = timedelta(seconds=30)
RENEWED_EVERY = timedelta(seconds=10)
"""Two renewals may fail before anybody else may take over."""
NAME = "jobs"


@dataclass(frozen=True)
class Lease:
    """The wish of one worker, known by `holder` (at most 64 characters, another for each start), to run the jobs."""

    environment: Environment
    holder: str
    name: str = NAME

    def take(self) -> bool:
        """Takes the lease or renews it; False while another worker holds it."""
        now, row = self.environment.clock(), of(JobLease)
        free = sa.or_(row.holder == self.holder, row.until <= now)
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
        row = of(JobLease)
        with self.environment.database.reading() as session:
            found = session.execute(sa.select(row.holder, row.until).where(row.name == self.name)).first()
        return found is not None and found.holder == self.holder and found.until > self.environment.clock()

    def give_back(self) -> None:
        """Lets another worker begin at once; does nothing when it is not ours."""
        row = of(JobLease)
        with self.environment.database.writes() as session:
            session.execute(sa.delete(JobLease).where(row.name == self.name, row.holder == self.holder))
            session.commit()
