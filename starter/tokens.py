"""Who may call the edge: bearer tokens with rights; for deciders whom they may act for, for reporters for which providers."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import yaml
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from domain.inbound import ProviderName
from domain.value import Value
from settings import DEV_TOKEN, Settings, SettingsError
from starter.problems import Problem, field_errors

ANYBODY = "*"


class Right(StrEnum):
    """What a caller may do (DESIGN: HTTP edge)."""

    NOTIFY = "notify"
    EXTEND = "extend"
    READ = "read"
    DECIDE = "decide"
    FULFIL = "fulfil"


def _listed(given: Any) -> Any:
    """A single name may stand for a list of it, such as "*"."""
    return [given] if isinstance(given, str) else given


class Grant(Value):
    """What the bearer of one token may do. Only the token's SHA-256 is kept."""

    model_config = ConfigDict(hide_input_in_errors=True)

    token_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", repr=False)
    rights: frozenset[Right] = Field(min_length=1)
    acts_for: Annotated[frozenset[str], BeforeValidator(_listed)] = frozenset()
    speaks_for: frozenset[ProviderName] | None = Field(default=None, min_length=1)
    """The providers of whose logistic orders it may report; None: of all."""

    @model_validator(mode="before")
    @classmethod
    def _from_token(cls, data: Any) -> Any:
        """Accept `token` in place of `tokenSha256`: handy, where the file itself is kept as a secret."""
        if not isinstance(data, dict) or "token" not in data:
            return data
        token, rest = data["token"], {name: value for name, value in data.items() if name != "token"}
        if "tokenSha256" in rest:
            raise ValueError("has both token and tokenSha256")
        if not isinstance(token, str) or not token:
            raise ValueError("token must be text")
        return {**rest, "tokenSha256": sha256(token)}

    @model_validator(mode="after")
    def _decides_for_somebody(self) -> "Grant":
        if Right.DECIDE in self.rights and not self.acts_for:
            raise ValueError('the right to decide needs actsFor: people\'s ids, or "*" for everybody')
        return self

    @model_validator(mode="after")
    def _reports_for_somebody(self) -> "Grant":
        if Right.FULFIL not in self.rights and self.speaks_for is not None:
            raise ValueError("speaksFor goes with the right to fulfil")
        return self

    def may_act_for(self, person: str) -> bool:
        """Whether the bearer may decide or withdraw in that person's name."""
        return ANYBODY in self.acts_for or person in self.acts_for


def sha256(token: str) -> str:
    """SHA-256 of a token, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


class Tokens:
    """Every token that opens the edge."""

    def __init__(self, grants: Sequence[Grant]) -> None:
        self._grants = tuple(grants)

    @classmethod
    def one(cls, token: SecretStr) -> "Tokens":
        """One token with every right, for everybody."""
        return cls([all_rights(token.get_secret_value())])

    def grant(self, token: str) -> Grant | None:
        """What that token may do. Takes the same time whichever token it is, and if it is none."""
        presented, found = sha256(token), None
        for grant in self._grants:
            if hmac.compare_digest(grant.token_sha256, presented):
                found = grant
        return found


def all_rights(token: str) -> Grant:
    """A grant of everything."""
    return Grant(token_sha256=sha256(token), rights=frozenset(Right), acts_for=frozenset({ANYBODY}))


def load_tokens(settings: Settings) -> Tokens:
    """The tokens that the settings name.

    Raises:
        SettingsError: the tokens file cannot be read; names the file, the entry and the field, and no token.
    """
    if settings.tokens_file is None:
        return Tokens.one(settings.bearer())
    grants = read_tokens_file(settings.tokens_file)
    tokens = Tokens(grants)
    if not settings.edge_address.is_loopback and tokens.grant(DEV_TOKEN) is not None:
        raise SettingsError(
            f"{settings.tokens_file}: the token {DEV_TOKEN} is refused on any address but loopback"
        )
    return tokens


def read_tokens_file(file: Path) -> list[Grant]:
    """A list of `{token | tokenSha256, rights, actsFor, speaksFor}`, as YAML or JSON; raises as `load_tokens`."""
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        grants = TypeAdapter(list[Grant]).validate_python(document, by_alias=True, by_name=False)
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SettingsError(f"{file}:{line}: {error.problem}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise SettingsError(f"{file}: not a text file in UTF-8") from None
    except ValidationError as error:
        found = [f"{file}: {one['field'] or 'the file'}: {one['message']}" for one in field_errors(error)]
        raise SettingsError("\n".join(found)) from None
    if not grants:
        raise SettingsError(f"{file}: has no token, so nobody could call the edge")
    if len({grant.token_sha256 for grant in grants}) < len(grants):
        raise SettingsError(f"{file}: has the same token twice")
    return grants


_bearer = HTTPBearer(auto_error=False, description="A token of PLACET_API_TOKEN or PLACET_TOKENS_FILE")


def needs(right: Right) -> Callable[..., Awaitable[Grant]]:
    """A dependency: the caller, who must have that right.

    Raises:
        Problem: 401, nobody we know; 403, somebody without the right.
    """

    async def caller(
        request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> Grant:
        tokens: Tokens = request.app.state.edge.tokens
        grant = tokens.grant(credentials.credentials) if credentials else None
        if grant is None:
            challenge = 'Bearer realm="placet"' + (', error="invalid_token"' if credentials else "")
            raise Problem(
                401,
                "unknownCaller",
                "Who are you?",
                "send Authorization: Bearer with a token that this edge knows",
                headers={"WWW-Authenticate": challenge},
            )
        if right not in grant.rights:
            detail = f"this token does not have the right '{right}'"
            challenge = f'Bearer realm="placet", error="insufficient_scope", scope="{right}"'
            raise Problem(
                403, "missingRight", "Not with this token", detail, headers={"WWW-Authenticate": challenge}
            )
        return grant

    return caller


def demand_acting_for(grant: Grant, person: str) -> None:
    """See that the caller may decide or withdraw in that person's name.

    Raises:
        Problem: 403, the token may not act for them.
    """
    if not grant.may_act_for(person):
        raise Problem(403, "mayNotActFor", "Not with this token", "this token may not act for that person")
