"""The API Extension by which commercetools asks the guard before it keeps an order's state."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from clients.commercetools import Commercetools
from clients.extension_drafts import (
    ExtensionUpdateAction,
    change_destination,
    change_order_trigger,
    extension_draft,
    set_additional_context,
    set_timeout,
)
from clients.resources import Extension, ExtensionTrigger
from settings import Settings, SettingsError
from starter.setup_plan import Change, Part, Step

EXTENSION_KEY = "placet"
CONDITION = "state is defined"
"""Orders without a state, such as a checkout's, are none of the guard's business and must not wait for it."""
TIMEOUT_MS = 2000
"""commercetools' default. The guard answers within 1.5 s (starter/guard.py)."""
_ACTIONS = frozenset({"Create", "Update"})
_BY_DEFAULT_MS = 2000


@dataclass(frozen=True)
class Address:
    """How commercetools reaches the guard."""

    url: str
    token: SecretStr

    @property
    def authorization(self) -> str:
        """The header's value."""
        return f"Bearer {self.token.get_secret_value()}"


def address(settings: Settings) -> Address | str:
    """Where the guard is, or what must be set for it to be known.

    A real project needs a URL that was given for the purpose, and never sends the token that everybody knows. A URL by
    which it cannot come in would keep every order with a state from being changed.
    """
    if settings.edge_url is None and not settings.embedded:
        return "say how commercetools reaches the edge: PLACET_EDGE_URL"
    if settings.commercetools_api_url.startswith("https:") and settings.public_edge_url.startswith("http:"):
        told = _place(settings.public_edge_url)
        return f"say how commercetools reaches the edge by https: PLACET_EDGE_URL is {told}"
    if settings.dev_token_in_force and not settings.embedded:
        return "say which token commercetools shows to the edge: PLACET_API_TOKEN"
    try:
        return Address(f"{settings.public_edge_url}/extensions/order", settings.bearer())
    except SettingsError as error:
        return str(error)


class ExtensionPart(Part):
    """The extension of our key. What it authorises with is read back masked, and so cannot be compared."""

    thing = f"extension {EXTENSION_KEY}"

    def __init__(
        self, commercetools: Commercetools, where: Address | str, *, rotate_token: bool = False
    ) -> None:
        """Take where the guard is, or why that is not known; `rotate_token` writes the token again."""
        self._commercetools = commercetools
        self._where = where
        self._rotate = rotate_token

    async def plan(self) -> list[Step]:
        """Compare address, triggers, timeout and context; what else it may have is left alone."""
        present = await self._commercetools.extension(EXTENSION_KEY)
        if isinstance(self._where, str) and (present is None or self._rotate):
            return [Step(self.thing, Change.MISSING, (self._where,))]
        if present is None:
            return [self._creation()]
        words, actions = self._differences(present)
        if not actions:
            return [Step(self.thing, Change.UNCHANGED, (_place(present.destination.get("url")),))]

        async def act() -> None:
            await self._commercetools.update_extension(present.id, present.version, actions)

        return [Step(self.thing, Change.UPDATED, tuple(words), act)]

    def _creation(self) -> Step:
        assert isinstance(self._where, Address)  # otherwise it is missing, see plan
        draft = extension_draft(
            EXTENSION_KEY,
            self._where.url,
            self._where.authorization,
            condition=CONDITION,
            timeout_ms=TIMEOUT_MS,
            include_old_resource=True,
        )
        details = (_place(self._where.url), f'order Create and Update, if "{CONDITION}"')
        return Step(self.thing, Change.CREATED, details, lambda: self._commercetools.create_extension(draft))

    def _differences(self, present: Extension) -> tuple[list[str], list[ExtensionUpdateAction]]:
        words, actions = list[str](), list[ExtensionUpdateAction]()
        if isinstance(self._where, Address):
            moved = _moved(self._where, present)
            if moved is not None or self._rotate:
                words.append(moved or "token: written again")
                actions.append(change_destination(self._where.url, self._where.authorization))
        triggered = _triggered(present.triggers)
        if triggered:
            words += triggered
            actions.append(change_order_trigger(CONDITION))
        timeout = present.timeout_in_ms or _BY_DEFAULT_MS
        if timeout != TIMEOUT_MS:
            words.append(f"timeoutInMs: {timeout} -> {TIMEOUT_MS}")
            actions.append(set_timeout(TIMEOUT_MS))
        if not present.includes_old_resource:
            words.append("includeOldResource: no -> yes")
            actions.append(set_additional_context(include_old_resource=True))
        return words, actions


class WithoutExtension(Part):
    """The guard is left out: for a project that cannot let commercetools call in."""

    thing = ExtensionPart.thing

    async def plan(self) -> list[Step]:
        """Nothing is read, so that no scope is needed; an extension that is there stays as it is."""
        details = (
            "commercetools does not ask before an order's state is changed",
            "a move past the approval is noticed afterwards, by an alarm (pastTheGuard or movedOutside)",
            "an extension that is there already stays as it is",
        )
        return [Step(self.thing, Change.LEFT_OUT, details)]


def _moved(wanted: Address, present: Extension) -> str | None:
    """What differs in where it calls, as far as can be seen."""
    found = present.destination
    if found.get("type") != "HTTP":
        return f"destination: {found.get('type')} -> HTTP {_place(wanted.url)}"
    if found.get("url") != wanted.url:
        return f'url: "{_place(found.get("url"))}" -> "{_place(wanted.url)}"'
    authentication = (found.get("authentication") or {}).get("type", "none")
    if authentication != "AuthorizationHeader":
        return f"authentication: {authentication} -> AuthorizationHeader"
    return None


def _triggered(present: tuple[ExtensionTrigger, ...]) -> list[str]:
    """What differs in when it is called."""
    if len(present) != 1 or present[0].resource_type_id != "order":
        of = ", ".join(f"{trigger.resource_type_id} {'/'.join(trigger.actions)}" for trigger in present)
        return [f"triggers: {of or 'none'} -> order Create/Update"]
    words = []
    if set(present[0].actions) != _ACTIONS:
        words.append(f"actions: {', '.join(present[0].actions)} -> Create, Update")
    if present[0].condition != CONDITION:
        found = "none" if present[0].condition is None else f'"{present[0].condition}"'
        words.append(f'condition: {found} -> "{CONDITION}"')
    return words


def _place(url: str | None) -> str:
    """The URL without what may be secret in it."""
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
