"""Prism for the tests of this folder, laid once a run."""

from pathlib import Path

import pytest

from tests.carrier.prism_proxy import lay_prism


@pytest.fixture(scope="session")
def prism(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The program; processes of one run share it."""
    base = tmp_path_factory.getbasetemp()
    return lay_prism(base if worker_id == "master" else base.parent)
