"""The roles of docker-compose.yml started as it starts them: same commands, same environment, same order, no containers."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx
import pytest
from temporalio.testing import WorkflowEnvironment

from starter.demo_shop import Shop
from starter.ports import LOOPBACK, free_ports
from starter.processes import Household, Program
from starter.temporal_server import binary
from tests.compose.compose_file import ROOT, services

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

TOKEN = "a-token-for-compose"
READY = {"sandbox": "sandbox listening", "edge": "edge listening", "worker": "worker ready"}


class Deployment:
    """The services of the file, with each container's name and port at a free port of this machine."""

    def __init__(self, temporal: str, logs: Path) -> None:
        self.edge_port, self.sandbox_port = free_ports([0, 0])
        self._places = {
            "temporal:7233": temporal,
            "edge:8080": f"{LOOPBACK}:{self.edge_port}",
            "sandbox:8989": f"{LOOPBACK}:{self.sandbox_port}",
            "0.0.0.0:8080": f"0.0.0.0:{self.edge_port}",
            "0.0.0.0:8989": f"0.0.0.0:{self.sandbox_port}",
            "/etc/placet/providers.sandbox.yaml": str(logs / "providers.yaml"),
            "/etc/placet": str(ROOT / "config"),
            "/var/lib/placet": str(logs),
        }
        providers = (ROOT / "config" / "providers.sandbox.yaml").read_text(encoding="utf-8")
        (logs / "providers.yaml").write_text(self._placed(providers), encoding="utf-8")
        self._services = services({"PLACET_API_TOKEN": TOKEN})
        self.house = Household(logs)

    def environment(self, name: str) -> Mapping[str, str]:
        """What the container would have, and what a process needs."""
        own = {}
        for variable, value in self._services[name]["environment"].items():
            own[variable] = self._placed(str(value))
        return {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONUNBUFFERED": "1", **own}

    def command(self, name: str, *more: str) -> tuple[str, ...]:
        """The entrypoint, and the service's command."""
        words = map(self._placed, self._services[name]["command"])
        return (sys.executable, "-m", "starter.cli", *words, *more)

    def _placed(self, text: str) -> str:
        """With the places of this machine."""
        for inside, outside in self._places.items():
            text = text.replace(inside, outside)
        return text

    async def start(self, name: str) -> None:
        """Start a service, and wait until it serves."""
        program = Program(name, self.command(name), READY[name], self.environment(name), start_seconds=60)
        await (await self.house.start(program)).ready()

    async def run(self, *words: str, name: str = "setup") -> tuple[int, str]:
        """Run a command in a service's environment to its end: exit code and what it said."""
        ran = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "starter.cli", *words),
            env=dict(self.environment(name)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await ran.communicate()
        return ran.returncode or 0, out.decode()


@pytest.fixture
async def deployment(tmp_path: Path) -> AsyncIterator[Deployment]:
    """A Temporal server that knows nothing yet, and nothing started."""
    server = await WorkflowEnvironment.start_local(
        dev_server_existing_path=binary(), dev_server_log_level="error"
    )
    async with server:
        deployed = Deployment(server.client.service_client.config.target_host, tmp_path)
        try:
            yield deployed
        finally:
            await deployed.house.stop()


async def test_the_roles_work_together_as_they_are_deployed(deployment: Deployment, tmp_path: Path) -> None:
    """Edge and sandbox first, then the set-up, then the worker: an order waits, is approved by command, and completes."""
    await deployment.start("edge")
    await deployment.start("sandbox")
    code, said = await deployment.run("setup")
    assert code == 0, said
    assert "created    subscription placet" in said
    await deployment.start("worker")
    async with httpx.AsyncClient() as http:
        shop = Shop(f"http://{LOOPBACK}:{deployment.sandbox_port}", "placet-demo", http)
        await shop.sign_in()
        order = await shop.order("C-1", 150_000, "EUR", "rita@example.com", "PendingApproval")
        assert "ana" in await _until(deployment, "orders show C-1", "waits for")
        code, said = await deployment.run("decide", "C-1", "--as", "ana", "approve", name="edge")
        assert code == 0, said
        assert "completed" in await _until(deployment, "orders show C-1", "phase      completed")
        final = await shop.get(f"orders/{order['id']}")
        key = (await http.get(f"http://{LOOPBACK}:{deployment.sandbox_port}/sandbox/fluent/public-key")).text
    assert final["orderState"] == "Complete"
    assert (tmp_path / "fluent-public-key.pem").read_text(encoding="utf-8") == key
    code, said = await deployment.run("orders", "list", "--phase", "completed", name="edge")
    assert code == 0
    assert "C-1" in said


async def test_the_worker_is_healthy_as_the_check_has_it(deployment: Deployment) -> None:
    """The container's health check, run as it stands: unhealthy before the worker polls, healthy then."""
    temporal = shutil.which("temporal", path=str(Path(sys.executable).parent))
    assert temporal is not None
    check = services({"PLACET_API_TOKEN": TOKEN})["worker"]["healthcheck"]["test"][1]
    environment = {
        **deployment.environment("worker"),
        "PATH": f"{Path(temporal).parent}:{os.environ['PATH']}",
    }

    async def healthy() -> bool:
        ran = await asyncio.create_subprocess_shell(check, env=environment)
        return await ran.wait() == 0

    await deployment.start("edge")
    await deployment.start("sandbox")
    assert (await deployment.run("setup"))[0] == 0
    assert not await healthy()
    await deployment.start("worker")
    for _ in range(10):
        if await healthy():
            return
        await asyncio.sleep(1)
    raise AssertionError("the worker polls, and the check does not see it")


async def _until(deployment: Deployment, command: str, wanted: str) -> str:
    """What a command says, as soon as it says what is wanted."""
    said = ""
    for _ in range(20):
        _, said = await deployment.run(*command.split(), name="edge")
        if wanted in said:
            return said
        await asyncio.sleep(1)
    raise AssertionError(f"it never said {wanted}: {said}")
