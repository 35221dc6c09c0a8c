"""What holds for all tests: no network but the machine's own, compiled programs in a folder of the session, one profile."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from ipaddress import ip_address

import hypothesis
import pytest

hypothesis.settings.register_profile(
    "shidian",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("shidian")


def pytest_configure(config: pytest.Config) -> None:
    """Before any test module is imported: settle the cache that JAX will take, and close the network."""
    if "SHIDIAN_CACHE" not in os.environ:
        os.environ["SHIDIAN_CACHE"] = tempfile.mkdtemp(prefix="shidian-tests-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop("SHIDIAN_CACHE"), ignore_errors=True))
    sys.addaudithook(_stay_on_the_machine)


def _stay_on_the_machine(event: str, values: tuple) -> None:
    """Refuse connections and look-ups that would leave the machine; a test that wants one has a mistake."""
    if event == "socket.connect":
        address = values[1]
    elif event == "socket.getaddrinfo":
        address = values[:1]
    else:
        return
    if isinstance(address, tuple) and not _is_here(address[0]):
        raise RuntimeError(f"A test asked the network for {address[0]!r}; tests use what is in the repository.")


def _is_here(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
