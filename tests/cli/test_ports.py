"""Ports: taken ones are named, never attached to."""

import socket

import pytest

from starter.ports import LOOPBACK, PortTakenError, demand_free, free_ports, is_free


def test_names_what_is_taken_and_what_wanted_it() -> None:
    """Every taken address is in the message, with the setting that would move it; free ones are not."""
    with socket.create_server((LOOPBACK, 0)) as held:
        port = held.getsockname()[1]
        with pytest.raises(PortTakenError) as caught:
            demand_free({"edge, PLACET_EDGE_ADDRESS": (LOOPBACK, port), "ui": (LOOPBACK, 0)})
    assert f"{LOOPBACK}:{port} (edge, PLACET_EDGE_ADDRESS)" in str(caught.value)
    assert "(ui)" not in str(caught.value)


def test_takes_the_wanted_port_where_it_is_free_and_another_where_not() -> None:
    """A free port is kept; a taken one, or one wanted twice, is replaced by a free one."""
    with socket.create_server((LOOPBACK, 0)) as held, socket.create_server((LOOPBACK, 0)) as freed:
        taken, free = held.getsockname()[1], freed.getsockname()[1]
        freed.close()
        chosen = free_ports([taken, free, free, 0])
        assert chosen[1] == free
        assert taken not in chosen
        assert len(set(chosen)) == 4
        assert 0 not in chosen
        assert all(is_free(port) for port in chosen)
