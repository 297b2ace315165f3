"""Cut off at any point, a client sends the same request again: nothing is done twice, nothing is left undone."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.crash.badnet import FATES, BadNetwork, bad_network
from tests.crash.load import Load


def test_requests_repeated_over_a_bad_network_are_carried_out_once(
    engine_url: str, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    wanted = rounds(120, 1000)
    with ExitStack() as ending:
        networks: list[BadNetwork] = []

        def through(port: int) -> int:
            networks.append(ending.enter_context(bad_network(port, 1)))
            return int(networks[0].server_address[1])

        load = Load(engine_url, tmp_path, ending, workers=2, threads=4, through=through)
        while len(load.told().acts) < wanted:
            load.wait_for_acknowledgements()
            load.check()
        told = load.told()
        assert networks[0].suffered.keys() == set(FATES), "not every cut happened"
        assert told.replayed > 0, "no act was repeated that had been done: this shows nothing"
        print(
            f"\n{len(told.acts)} acts, {told.repeated} sent again, {told.replayed} of them had been done; "
            f"{dict(networks[0].suffered)}"
        )
