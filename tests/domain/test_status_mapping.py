"""Statuses of a provider are looked up, never guessed."""

import pytest

from domain.status_mapping import (
    TARGETS,
    Kind,
    Mapped,
    Mappings,
    Silent,
    Statuses,
    StatusMaps,
    Unmapped,
    target_of,
)

MAPS = StatusMaps(
    provider="fluent",
    order={"RECEIVED": "Open", "BOOKED": "Confirmed", "PICK_PACK": "Confirmed", "Lodged": None},
    payment={"PAID": "Paid"},
    shipment={"PICK_PACK": "Ready", "BOOKED": None},
)


def test_many_statuses_have_one_target() -> None:
    """Two statuses, the same answer."""
    assert MAPS.find(Kind.ORDER, "BOOKED") == MAPS.find(Kind.ORDER, "PICK_PACK") == "Confirmed"


@pytest.mark.parametrize("status", ["pick_pack", "Pick_Pack", " PICK_PACK "])
def test_case_does_not_count(status: str) -> None:
    """Providers write their own statuses now so, now so."""
    assert MAPS.find(Kind.ORDER, status) == "Confirmed"


def test_an_unknown_status_is_a_value() -> None:
    """It says what was not understood, of whom, as it came."""
    found = MAPS.find(Kind.SHIPMENT, "Lost_In_Transit")
    assert found == Unmapped(kind=Kind.SHIPMENT, status="Lost_In_Transit", provider="fluent")
    assert str(found) == "no shipment map of 'fluent' names the status 'Lost_In_Transit'"


def test_a_status_may_mean_nothing() -> None:
    """Known and silent is not the same as unknown."""
    assert MAPS.find(Kind.ORDER, "LODGED") == Silent(kind=Kind.ORDER, status="LODGED")


def test_each_kind_has_its_own_map() -> None:
    """A status is looked up only among those of its kind."""
    mapped = MAPS.mapped(Statuses(order="BOOKED", payment="PAID", shipment="PICK_PACK"))
    assert mapped == Mapped(order="Confirmed", payment="Paid", shipment="Ready")
    assert MAPS.mapped(Statuses(payment="BOOKED")).unmapped == (
        Unmapped(kind=Kind.PAYMENT, status="BOOKED", provider="fluent"),
    )
    assert MAPS.mapped(Statuses()) == Mapped()


def test_several_unknown_statuses_are_all_told() -> None:
    """Whoever mends the maps sees everything at once, and the targets that were found."""
    mapped = MAPS.mapped(Statuses(order="BOOKED", payment="x", shipment="y"))
    assert [(one.kind, one.status) for one in mapped.unmapped] == [("payment", "x"), ("shipment", "y")]
    assert mapped.order == "Confirmed"


@pytest.mark.parametrize(
    ("status", "mapped"),
    [
        ("PICK_PACK", Mapped(order="Confirmed", shipment="Ready")),
        ("BOOKED", Mapped(order="Confirmed")),
        ("LODGED", Mapped()),
        ("PAID", Mapped(payment="Paid")),
    ],
)
def test_one_status_by_all_maps(status: str, mapped: Mapped) -> None:
    """A map that does not name it has nothing to say, as long as another one does."""
    assert MAPS.mapped_alike(status) == mapped


def test_a_status_that_no_map_names_is_unmapped() -> None:
    """Once, not three times."""
    assert MAPS.mapped_alike("NEW").unmapped == (Unmapped(kind=Kind.ORDER, status="NEW", provider="fluent"),)


def test_a_provider_without_maps_knows_nothing() -> None:
    """Nothing is borrowed from another provider."""
    mappings = Mappings(providers={"fluent": MAPS})
    assert mappings.of("fluent") == MAPS
    assert mappings.of("acme").is_empty
    assert mappings.of("acme").find(Kind.ORDER, "BOOKED") == Unmapped(
        kind=Kind.ORDER, status="BOOKED", provider="acme"
    )


def test_a_provider_may_use_its_adapters_maps() -> None:
    """Two accounts at Fluent have one vocabulary, unless one of them has its own; what is parked names the account."""
    own = StatusMaps(provider="berlin", order={"BOOKED": "Open"})
    mappings = Mappings(providers={"fluent": MAPS, "berlin": own})
    assert mappings.of("paris", "fluent").find(Kind.ORDER, "BOOKED") == "Confirmed"
    assert mappings.of("berlin", "fluent") == own
    assert mappings.of("paris", "fluent").find(Kind.ORDER, "X") == Unmapped(
        kind=Kind.ORDER, status="X", provider="paris"
    )


@pytest.mark.parametrize("kind", Kind)
def test_targets_are_read_in_any_case(kind: Kind) -> None:
    """Fluent's documents write `paid` and `pending`; the two spellings of cancelled stay apart."""
    for target in TARGETS[kind]:
        assert {target_of(kind, written) for written in (target, target.lower(), target.upper())} == {target}
    assert target_of(Kind.ORDER, "Canceled") is target_of(Kind.SHIPMENT, "Cancelled") is None


def test_maps_travel() -> None:
    """Through JSON and back they are the same."""
    assert StatusMaps.model_validate_json(MAPS.model_dump_json()) == MAPS
