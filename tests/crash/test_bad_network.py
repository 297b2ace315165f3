"""Cut off at any point, a client sends the same request again: nothing is done twice, nothing is left undone."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.crash.badnet import FATES, BadNetwork, bad_network
from tests.crash.ledger import Told
from tests.crash.load import Load


def test_requests_repeated_over_a_bad_network_are_carried_out_once(
    engine_url: str, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    wanted = rounds(20, 1000)
    with ExitStack() as ending:
        networks: list[BadNetwork] = []

        def through(port: int) -> int:
            networks.append(ending.enter_context(bad_network(port, 1)))
            return int(networks[0].server_address[1])

        load = Load(engine_url, tmp_path, ending, workers=2, threads=4, through=through)
        while booked(load.told()) < wanted:
            load.wait_for_acknowledgements()
            load.check()
        told = load.told()
        assert networks[0].suffered.keys() == set(FATES), "not every cut happened"
        assert told.replayed > 0, "no act was repeated that had been done: this shows nothing"
        print(
            f"\n{booked(told)} bookings, {len(told.acts)} acts, {told.repeated} sent again, "
            f"{told.replayed} of them had been done; {dict(networks[0].suffered)}"
        )


def booked(told: Told) -> int:
    """How many families were told that their visit is asked for."""
    return sum(one["act"] == "requested" for one in told.acts)
