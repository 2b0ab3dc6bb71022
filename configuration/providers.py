"""The file of `PLACET_PROVIDERS_FILE`: which providers there are, and how each is reached. It holds secrets."""

from pathlib import Path

from configuration.document import ConfigurationError, Document

Options = dict[str, dict[str, str]]
"""By provider, its options by name."""


def load_provider_options(file: Path | None) -> Options:
    """Read `{provider: {option: value}}` from YAML; without a file there are none. A provider may have no options.

    Raises:
        ConfigurationError: with everything that is wrong, and no value of an option.
    """
    if file is None:
        return {}
    document = Document(file)
    found: Options = {}
    if isinstance(document.content, dict):
        for provider, options in document.content.items():
            found[str(provider)] = _options(document, str(provider), options)
    elif not document.problems:
        document.say((), "providers are by name, such as fluent: {host: ..., client_id: ...}")
    if document.problems:
        raise ConfigurationError(document.problems)
    return found


def _options(document: Document, provider: str, written: object) -> dict[str, str]:
    if written is None:
        return {}
    if not isinstance(written, dict):
        document.say((provider,), "options are by name")
        return {}
    read: dict[str, str] = {}
    for name, value in written.items():
        if isinstance(value, bool) or not isinstance(value, str | int):
            document.say((provider, name), "an option is a text; put quotes around it")
        else:
            read[str(name)] = str(value)
    return read
