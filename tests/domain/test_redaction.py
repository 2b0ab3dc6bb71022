"""What the integration log withholds of a body: by names, by places, and wherever it is repeated."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.redaction import SECRETS, RedactionRules
from domain.redaction_walk import Redactor


def shown(document: Any, rules: RedactionRules | None = None, *, also: tuple[str, ...] = ()) -> Any:
    """The document as the log would have it."""
    redactor = Redactor((rules or RedactionRules()).kinds())
    redactor.withhold(also)
    redacted = redactor.body(document)
    return redactor.scrubbed(redacted, json.dumps(redacted, ensure_ascii=False))


def test_an_order_keeps_what_says_how_it_stands() -> None:
    """Ids, states, quantities, prices and products stay; people and their addresses do not."""
    order = {
        "id": "o-1",
        "version": 3,
        "orderNumber": "ON-1",
        "customerEmail": "ada@acme.example",
        "lineItems": [{"id": "l-1", "name": {"en": "Pump"}, "quantity": 2, "centAmount": 62_500}],
        "shippingAddress": {"id": "a1", "country": "DE", "city": "Ulm", "custom": {"floor": "4th"}},
        "state": {"typeId": "state", "id": "s-1"},
    }
    assert shown(order) == {
        **order,
        "customerEmail": "[personal]",
        "shippingAddress": {
            "id": "a1",
            "country": "DE",
            "city": "[personal]",
            "custom": {"floor": "[personal]"},
        },
    }


@pytest.mark.parametrize("name", ["first_name", "First-Name", "firstName", "deliveryFirstName"])
def test_spellings_of_a_name_are_one(name: str) -> None:
    """Case, hyphens and underscores make no difference."""
    assert shown({name: "Ada"}) == {name: "[personal]"}


@pytest.mark.parametrize(
    "name", ["access_token", "client_secret", "Authorization", "X-Signature", "accessKey"]
)
def test_secrets_are_withheld_whatever_a_file_says(name: str) -> None:
    """No list of a file leaves one out, nor does naming it as shown."""
    rules = RedactionRules(withheld=(), within=("box",), shown=(name,), literals=(), paths=())
    assert shown({"box": {name: "s3cret"}, name: {"deep": "s3cret"}}, rules) == {
        "box": {name: "[secret]"},
        name: "[secret]",
    }


def test_a_field_that_is_named_by_its_neighbour_is_ruled_by_that_name() -> None:
    """As in attributes, custom fields and update actions."""
    attribute = {"name": "contactEmail", "type": "STRING", "value": {"any": "form"}}
    assert shown([attribute, {"name": "colour", "value": "red"}]) == [
        {**attribute, "value": "[personal]"},
        {"name": "colour", "value": "red"},
    ]


def test_json_within_a_text_is_ruled_too() -> None:
    """Also JSON within that; what only looks like JSON is not shown."""
    inner = json.dumps({"city": "Ulm", "ref": json.dumps({"phone": "0731"})})
    assert json.loads(json.loads(json.dumps(shown({"payload": inner})["payload"]))) == {
        "city": "[personal]",
        "ref": json.dumps({"phone": "[personal]"}),
    }
    assert shown({"payload": '{"city": "Ulm"'}) == {"payload": "[unreadable]"}


def test_texts_in_a_query_language_lose_what_is_quoted() -> None:
    """A predicate and a GraphQL document keep their form."""
    assert shown({"where": 'email="ada\\"x" and version > 3', "query": '{ a(b: """Ada\nL""") }'}) == {
        "where": 'email="[text]" and version > 3',
        "query": '{ a(b: "[text]") }',
    }


def test_what_people_wrote_is_withheld_and_what_only_has_the_name_is_looked_into() -> None:
    """Our audit's `detail` holds words of closed lists, and comments; a common word in a comment takes none away."""
    document = {
        "detail": {"verdict": "approve", "comment": "approve"},
        "comments": ["call me at home tonight", {"id": 1}],
        "why": "she said: call me at home tonight",
    }
    assert shown(document) == {
        "detail": {"verdict": "approve", "comment": "[personal]"},
        "comments": ["[personal]", {"id": 1}],
        "why": "she said: [personal]",
    }


def test_a_common_word_in_a_predicate_takes_none_away() -> None:
    """`order` as a literal is no reason to withhold it as a name."""
    assert shown({"where": 'type="order"', "path": "/order/1"}) == {
        "where": 'type="[text]"',
        "path": "/order/1",
    }


def test_what_was_withheld_is_not_repeated_elsewhere() -> None:
    """An error that quotes an address that was sent, a name in a path, a token in a text."""
    sent = {"email": 'a"b', "street": "Hafenstraße 12", "firstName": "Ada"}
    said = {"message": 'a"b lives in Hafenstraße 12, says Ada; Adam does not', "again": '["a\\"b"]'}
    assert shown([sent, said, {"n": "x-abc123-y"}], also=("abc123",))[1:] == [
        {
            "message": "[personal] lives in [personal], says [personal]; Adam does not",
            "again": '["[personal]"]',
        },
        {"n": "x-[personal]-y"},
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ask bob@acme.example now", "ask [e-mail] now"),
        ("bob%40acme.example", "[e-mail]"),
        ("got Bearer abc.def", "got [secret]"),
        ("eyJhbGciOi.eyJzdWIi.sig", "[secret]"),
    ],
)
def test_addresses_and_credentials_are_known_by_their_form(text: str, said: str) -> None:
    """Wherever they stand, also as a key."""
    assert shown({"message": text}) == {"message": said}
    assert shown({text: 1}) == {said: 1}


def test_a_path_rules_one_place() -> None:
    """Single names, any name, any number of names; other places keep the field."""
    rules = RedactionRules(paths=("lines.*.note", "**.custom.costCentre", "data.owner"))
    document = {
        "lines": [{"note": "n1", "sku": "s"}],
        "note": "kept",
        "data": {"owner": {"id": 1}, "custom": {"cost_centre": "c1"}},
        "custom": {"costCentre": "c2"},
    }
    assert shown(document, rules) == {
        "lines": [{"note": "[personal]", "sku": "s"}],
        "note": "kept",
        "data": {"owner": "[personal]", "custom": {"cost_centre": "[personal]"}},
        "custom": {"costCentre": "[personal]"},
    }


def test_parameters_are_judged_by_their_names() -> None:
    """A predicate's variable by the name behind the dot."""
    redactor = Redactor()
    assert redactor.parameter("var.email", "x") == "[personal]"
    assert redactor.parameter("where", 'id="7"') == 'id="[text]"'
    assert redactor.parameter("limit", "20") == "20"


def test_no_depth_breaks_it() -> None:
    """What is nested beyond all reason is not looked into, and not shown."""
    deep: Any = {"email": "secret-value"}
    for _ in range(500):
        deep = [deep]
    for document in (deep, {"comment": deep}, {"customer": deep}, {"data": {"lines": deep}}):
        assert "secret-value" not in json.dumps(shown(document))


SENTINELS = st.text(min_size=1, max_size=12).map(lambda text: f"§{text}§0personal0§")
NAMES = st.sampled_from(
    [name.replace("*", "x") for name in (*SECRETS, *RedactionRules().withheld)]
    + ["customerEmail", "first_name", "Phone-Number"]
)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8))
KEYS = st.sampled_from(["id", "key", "lines", "data", "message", "ref", "ä", ""])


def _around(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any form that JSON has around something, JSON as text among them."""
    return st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(KEYS, inner, max_size=3),
        inner.map(lambda one: json.dumps({"data": one})),
        inner.map(lambda one: json.dumps([one], ensure_ascii=False)),
    )


@st.composite
def _with_sentinels(draw: st.DrawFn) -> tuple[Any, list[str]]:
    """A document with declared fields at any depth, and the values that are in them."""
    planted = draw(st.lists(SENTINELS, min_size=1, max_size=4))
    fields: list[Any] = []
    for value in planted:
        held = draw(
            st.sampled_from([value, [value], {"en": value}, json.dumps([value]), json.dumps({"a": [value]})])
        )
        name = draw(NAMES)
        pair = draw(st.booleans())
        within = draw(st.booleans())
        field: Any = {"name": name, "value": held} if pair else {name: held}
        fields.append({"billingAddress": {"floor": held}} if within else field)
    repeated = [{"message": f"no such {value}!"} for value in planted]
    document = draw(st.recursive(PLAIN | st.sampled_from([*fields, *repeated]), _around, max_leaves=8))
    return [document, *fields, *repeated], planted


@given(_with_sentinels())
def test_no_declared_value_is_ever_shown(case: tuple[Any, list[str]]) -> None:
    """Whatever is around a declared field, in whatever form, and wherever its value is repeated."""
    document, planted = case
    written = json.dumps(shown(document), ensure_ascii=False)
    for value in planted:
        assert value not in written
        assert json.dumps(value)[1:-1] not in written
    assert "0personal0" not in written
