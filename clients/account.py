"""Which commercetools project, and as which API client."""

from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, SecretStr

from domain.value import Value


class Account(Value):
    """An API client of a project, as commercetools exports it (`CTP_*`). No scopes means all that it has."""

    # A missing field must not print the others, and so the secret.
    model_config = ConfigDict(hide_input_in_errors=True)

    project_key: str = Field(pattern=r"^[A-Za-z0-9_-]{2,}$")
    client_id: str = Field(min_length=1)
    client_secret: SecretStr
    api_url: str = Field(pattern=r"^https?://[^/?#]+")
    auth_url: str = Field(pattern=r"^https?://[^/?#]+")
    scopes: tuple[str, ...] = ()

    @property
    def project_url(self) -> str:
        """Where the project's resources are, without a slash at the end."""
        return f"{self.api_url.rstrip('/')}/{self.project_key}"

    @property
    def token_url(self) -> str:
        """Where tokens are had: `/oauth/token`, unless the address has a path of its own."""
        has_path = urlsplit(self.auth_url).path.strip("/")
        return self.auth_url if has_path else f"{self.auth_url.rstrip('/')}/oauth/token"
