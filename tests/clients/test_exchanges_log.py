"""Exchanges in files: bounded, one file for each process, and nothing is lost without a word."""

import json
import logging
import os
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.exchanges import Body, Exchange
from clients.exchanges_cutting import cut_to
from clients.exchanges_entry import bare_line_of, line_of
from clients.exchanges_files import ExchangeFiles
from clients.exchanges_log import ExchangeLog
from domain.redaction import RedactionRules
from tests.clients.exchanging import lines_in, quiet_logger

RULES = RedactionRules()
SENT = Body(13, b'{"version":1}')
EXCHANGE = Exchange(
    at=1_767_225_600.0,
    seconds=0.0123,
    system="commercetools",
    method="POST",
    path="/acme/orders/1",
    query="",
    request=SENT,
    response=Body(21, b'{"customerEmail":"a"}'),
    status=200,
    error=None,
    correlation_id="order/o-1/run/1",
    attempt=1,
    is_form=False,
    withheld=(),
)


def test_a_line_has_units_in_its_names_and_time_in_utc() -> None:
    """As the documentation of the log says."""
    line = json.loads(line_of(EXCHANGE, RULES.kinds()).whole)
    assert (line["time"], line["durationMs"]) == ("2026-01-01T00:00:00.000Z", 12.3)


def test_with_files_the_structured_log_has_no_bodies(tmp_path: Path) -> None:
    """They are in the files; at level DEBUG in both."""
    for level, has_bodies in ((logging.INFO, False), (logging.DEBUG, True)):
        logger, kept = quiet_logger(level)
        directory = tmp_path / str(level)
        log = ExchangeLog(RULES, ExchangeFiles(directory), logger=logger)
        log.take(EXCHANGE)
        log.close()
        (said,), (written,) = kept.documents(), lines_in(directory)
        assert "response" in written
        assert ("response" in said) is has_bodies
        assert {name: said[name] for name in said if name in written} == said


def test_without_files_there_is_a_line_without_bodies() -> None:
    """And what went wrong is in it."""
    logger, kept = quiet_logger()
    log = ExchangeLog(RULES, logger=logger)
    refusal = b'{"errors":[{"code":"DuplicateField","duplicateValue":"ada@acme.example"}]}'
    log.take(replace(EXCHANGE, status=400, response=Body(len(refusal), refusal)))
    log.close()
    (said,) = kept.documents()
    assert said["error"] == "DuplicateField"
    assert "ada@acme.example" not in str(said)


def test_files_are_bounded_and_the_oldest_go_first(tmp_path: Path) -> None:
    """A full file is followed by another; what is not a log of ours stays."""
    (tmp_path / "mine.jsonl").write_text("x" * 10_000, encoding="utf-8")
    files = ExchangeFiles(tmp_path, file_bytes=1_000, directory_bytes=5_000)
    for n in range(100):
        files.write(b"%03d" % n + b"x" * 296 + b"\n")
    files.close()
    kept = sorted(tmp_path.glob("exchanges-*.jsonl"))
    assert 3 <= len(kept) <= 5
    assert all(file.stat().st_size <= 1_000 for file in kept)
    assert kept[-1].read_text(encoding="utf-8").splitlines()[-1].startswith("099")
    assert kept[-1].stat().st_mode & 0o077 == 0
    assert (tmp_path / "mine.jsonl").exists()


def test_a_file_that_was_removed_is_begun_anew(tmp_path: Path) -> None:
    """Another process made room, or a person did."""
    files = ExchangeFiles(tmp_path)
    files.write(b"1\n")
    for file in tmp_path.glob("*"):
        file.unlink()
    files.write(b"2\n")
    files.close()
    assert [file.read_bytes() for file in tmp_path.glob("*")] == [b"2\n"]


def test_two_logs_at_once_write_whole_lines(tmp_path: Path) -> None:
    """Each process its own file: here two logs from two threads stand for them."""

    def many(log: ExchangeLog) -> None:
        for n in range(300):
            log.take(replace(EXCHANGE, path=f"/{n}"))
        log.close()

    logs = [ExchangeLog(RULES, ExchangeFiles(tmp_path), logger=quiet_logger()[0]) for _ in range(2)]
    threads = [threading.Thread(target=many, args=(log,)) for log in logs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lines_in(tmp_path)) == 600
    assert [log.lost for log in logs] == [0, 0]


def test_what_cannot_be_written_is_counted_and_said_once(tmp_path: Path) -> None:
    """A directory that is a file: each exchange is lost, one line says so and another how many at the end."""
    (tmp_path / "log").write_text("", encoding="utf-8")
    logger, kept = quiet_logger()
    log = ExchangeLog(RULES, ExchangeFiles(tmp_path / "log"), logger=logger)
    for _ in range(3):
        log.take(EXCHANGE)
    log.close()
    assert log.lost == 3
    warned = [json.loads(r.getMessage()) for r in kept.records if r.levelno == logging.WARNING]
    assert warned == [
        {"event": "exchangeNotLogged", "what": "writing files", "error": "FileExistsError"},
        {"event": "exchangesLost", "count": 3},
    ]


def test_what_does_not_fit_into_the_queue_is_counted() -> None:
    """While the thread is busy with a slow log."""
    gate, logger = threading.Event(), quiet_logger()[0]

    class Held(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            gate.wait(5)

    logger.addHandler(Held())
    log = ExchangeLog(RULES, logger=logger, most_waiting=5)
    threading.Timer(0.2, gate.set).start()
    for _ in range(300):
        log.take(EXCHANGE)
        if log.lost:
            break
    log.close()
    assert log.lost >= 1


def test_a_lone_surrogate_is_written_as_json_escapes_it(tmp_path: Path) -> None:
    """JSON can hold what UTF-8 cannot."""
    log = ExchangeLog(RULES, ExchangeFiles(tmp_path), logger=quiet_logger()[0])
    content = b'{"note":"\\ud800"}'
    log.take(replace(EXCHANGE, response=Body(len(content), content)))
    log.close()
    assert log.lost == 0
    assert lines_in(tmp_path)[0]["response"]["json"] == {"note": "\ud800"}


def test_files_are_named_for_host_process_and_start(tmp_path: Path) -> None:
    """So that no two processes write to one file."""
    log = ExchangeLog(RULES, ExchangeFiles(tmp_path), logger=quiet_logger()[0])
    log.take(EXCHANGE)
    log.close()
    (file,) = tmp_path.iterdir()
    assert f"-{os.getpid()}-" in file.name


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.integers(min_value=40, max_value=500))
def test_whatever_is_cut_fits_and_stays_json(document: Any, most: int) -> None:
    """The beginning of the document, within the limit."""
    cut = cut_to(document, most)
    assert len(json.dumps(cut, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")) <= most


SENTINEL = "Überaus-persönlich§7"
PLACES = st.sampled_from(
    ["city", "access_token", "clientSecret", "X-Signature", "phone", "password", "detail"]
)
AROUND = st.recursive(
    st.just(SENTINEL),
    lambda inner: (
        st.dictionaries(PLACES, inner, min_size=1, max_size=2)
        | st.dictionaries(PLACES, inner, min_size=1, max_size=2).map(
            lambda one: {"data": one, "lines": [one]}
        )
    ),
)
HELD = st.dictionaries(PLACES, AROUND, min_size=1, max_size=2)


@given(
    sent=HELD,
    said=HELD | st.just({"errors": [{"code": SENTINEL, "message": f"not {SENTINEL}"}]}),
    status=st.sampled_from([200, 400]),
    where=st.sampled_from(["/orders", f"/orders/key={SENTINEL}", f"/orders/{SENTINEL}"]),
    name=st.sampled_from(["var.email", "where", "city", "expand"]),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_declared_value_is_in_a_line(sent: Any, said: Any, status: int, where: str, name: str) -> None:
    """Wherever it stands in the bodies, and wherever path, query and error repeat it."""
    bodies = [json.dumps(one).encode() for one in (sent, said)]
    exchange = replace(
        EXCHANGE,
        path=where,
        query=str(httpx.QueryParams({name: f'"{SENTINEL}"'})),
        request=Body(len(bodies[0]), bodies[0]),
        response=Body(len(bodies[1]), bodies[1]),
        status=status,
    )
    line = line_of(exchange, RULES.kinds())
    for written in line:
        assert "persönlich" not in written
        assert "pers\\u00f6nlich" not in written
    tokens = bare_line_of(replace(exchange, path="/oauth/token", query=""), RULES.kinds())
    assert "persönlich" not in tokens
    assert sys.getsizeof(line.whole) < 40_000
