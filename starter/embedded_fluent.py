"""The sandbox's Fluent in the embedded stack: whom it tells, by which key it is known, and how the worker reaches it."""

import json
from pathlib import Path

from settings import Settings

# The defaults of `sandbox.fluent_options`, public by design: nobody reaches this Fluent but from this machine.
_ACCOUNT = {
    "account": "PLACET_DEMO",
    "retailer_id": "1",
    "client_id": "PLACET_DEMO",
    "client_secret": "placet",
    "username": "placet",
    "password": "placet",
}


class EmbeddedFluent:
    """Its files are in the stack's directory. Where the settings name providers or keys of their own, those hold."""

    def __init__(self, directory: Path, settings: Settings) -> None:
        folder = directory.absolute()
        self._providers = folder / "providers.yaml"
        self._public_key = folder / "fluent-public-key.pem"
        self._sandbox_url = settings.sandbox_address.url
        self._webhook_url = webhook_url(settings)

    @property
    def arguments(self) -> tuple[str, ...]:
        """What the sandbox is started with: it writes the key anew each time."""
        key = ("--fluent-public-key-file", str(self._public_key))
        return ("--fluent-webhook-url", self._webhook_url, *key)

    def known_to(self, settings: Settings) -> Settings:
        """The settings by which worker and edge know it."""
        own = {"providers_file": self._providers, "fluent_public_keys": (self._public_key,)}
        unset = {name: value for name, value in own.items() if not getattr(settings, name)}
        return settings.model_copy(update=unset)

    def write_providers(self) -> None:
        """Write the file that tells the worker how to reach it, for nobody else to read."""
        options = {"fluent": {"host": f"{self._sandbox_url}/fluent", **_ACCOUNT}}
        self._providers.touch(mode=0o600)
        # JSON is YAML, too.
        self._providers.write_text(json.dumps(options, indent=2) + "\n", encoding="utf-8")


def webhook_url(settings: Settings) -> str:
    """Where the edge takes Fluent's webhooks."""
    return f"{settings.public_edge_url}/webhooks/fluent"
