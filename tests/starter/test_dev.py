"""What `placet dev` says before it starts."""

from pathlib import Path

from pydantic import SecretStr

from settings import Settings
from starter.dev import ignored


def test_what_has_no_effect_is_said() -> None:
    """A tokens file would open nothing, and no real project is touched."""
    assert ignored(Settings()) == []
    [of_tokens] = ignored(Settings(tokens_file=Path("tokens.yaml")))
    assert of_tokens.startswith("PLACET_TOKENS_FILE is ignored here")
    real = Settings(
        project_key="acme",
        client_id="id",
        client_secret=SecretStr("s"),
        api_url="https://api.example",
        auth_url="https://auth.example",
    )
    assert [said.split()[0] for said in ignored(real)] == ["CTP_*"]
