"""What the local Fluent is started with; the defaults are those of the embedded demo."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FluentOptions:
    """Account, its retailers, who may log in, and how webhooks go out.

    A webhook that is not answered 2xx within `answer_within` seconds is sent again at each of `retry_at`, seconds
    after the first attempt: three times within 14 s, as Fluent does (docs.fluentcommerce.com, webhook receivers). Each
    status of an order comes `step_ms` after the one before, unless its behaviour says otherwise. `public_key_file` is
    written at start and at every rotation. `customer` is the id of the one customer that is there from the start.
    """

    account: str = "PLACET_DEMO"
    retailers: tuple[str, ...] = ("1", "2")
    customer: str = "1"
    username: str = "placet"
    password: str = "placet"  # noqa: S105 - public by design: the demo's
    client_id: str = "PLACET_DEMO"
    client_secret: str = "placet"  # noqa: S105 - public by design: the demo's
    token_seconds: float = 3600.0
    webhook_url: str | None = None
    legacy_signature: bool = False
    public_key_file: Path | None = None
    step_ms: int = 200
    retry_at: tuple[float, ...] = (2.0, 6.0, 12.0)
    answer_within: float = 2.0
