"""The file of providers: options by name, and no value of one in any error."""

from pathlib import Path

import pytest

from configuration import ConfigurationError
from configuration.providers import load_provider_options


def written(folder: Path, text: str) -> Path:
    """A file."""
    file = folder / "providers.yaml"
    file.write_text(text)
    return file


def test_options_are_read_by_provider(tmp_path: Path) -> None:
    """Numbers as text; a provider may need none. Without a file there are no providers."""
    file = written(tmp_path, "fluent: {host: 'https://acme.test', retailer_id: 34}\ncustom-object:\n")
    assert load_provider_options(file) == {
        "fluent": {"host": "https://acme.test", "retailer_id": "34"},
        "custom-object": {},
    }
    assert load_provider_options(None) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- fluent", "providers are by name"),
        ("", "the file is empty"),
        ("fluent: keep-this-secret", "fluent: options are by name"),
        ("fluent:\n  password: [keep-this-secret]", "2: fluent.password: an option is a text"),
        ("fluent: {password: 'keep-this-secret", "providers.yaml:1"),
    ],
)
def test_what_is_wrong_is_named_and_not_repeated(tmp_path: Path, text: str, said: str) -> None:
    """With its line."""
    with pytest.raises(ConfigurationError) as refused:
        load_provider_options(written(tmp_path, text))
    assert said in str(refused.value)
    assert "keep-this-secret" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Who sets the variable means it."""
    with pytest.raises(ConfigurationError, match=r"none\.yaml: cannot be read"):
        load_provider_options(tmp_path / "none.yaml")
