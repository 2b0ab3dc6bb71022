"""States and custom objects by GraphQL."""

from tests.sandbox.graphql_asking import asking

CREATE = """
mutation($key: String!, $initial: Boolean, $transitions: [ReferenceInput!]) {
  createState(draft: {key: $key, type: OrderState, initial: $initial, transitions: $transitions,
                      name: [{locale: "en", value: "Pump"}, {locale: "de", value: "Pumpe"}]}) { id version }
}"""
UPSERT = """
mutation($value: String!, $version: Long) {
  createOrUpdateCustomObject(draft: {container: "audit", key: "o-1", value: $value, version: $version}) {
    id version container key value createdBy { clientId externalUserId }
  }
}"""


async def test_a_state_with_all_its_fields() -> None:
    """The official field names read the State that REST wrote; transitions not set are null, none are []."""
    async with asking() as ask:
        final = await ask.create("/states", {"key": "done", "type": "OrderState", "transitions": []})
        await ask.create(
            "/states",
            {
                "key": "open",
                "type": "OrderState",
                "initial": True,
                "description": {"en": "begun"},
                "transitions": [{"typeId": "state", "key": "done"}],
            },
        )
        await ask.create("/states", {"key": "loose", "type": "OrderState"})
        data = await ask.data(
            """{
              open: state(key: "open") {
                id version key type roles builtIn initial createdAt lastModifiedAt lastModifiedBy { externalUserId }
                name(locale: "en") nameAllLocales { locale value } description(locale: "en")
                descriptionAllLocales { locale value } transitionsRef { typeId id } transitions { key }
              }
              done: state(key: "done") { transitionsRef { id } transitions { key } }
              loose: state(key: "loose") { transitionsRef { id } transitions { key } }
              none: state(id: "0") { id }
            }"""
        )
        assert data["open"]["transitionsRef"] == [{"typeId": "state", "id": final["id"]}]
        assert data["open"]["transitions"] == [{"key": "done"}]
        assert (data["open"]["name"], data["open"]["nameAllLocales"]) == (None, None)
        assert data["open"]["description"] == "begun"
        assert data["open"]["descriptionAllLocales"] == [{"locale": "en", "value": "begun"}]
        assert data["open"]["lastModifiedBy"] == {"externalUserId": "ana"}
        assert data["done"] == {"transitionsRef": [], "transitions": []}
        assert data["loose"] == {"transitionsRef": None, "transitions": None}
        assert data["none"] is None


async def test_states_are_created_updated_and_deleted() -> None:
    """State mutations do what the REST endpoints do, LocalizedStrings as lists."""
    async with asking() as ask:
        done = (await ask.data(CREATE, {"key": "done", "initial": False}))["createState"]
        variables = {"key": "open", "transitions": [{"typeId": "state", "id": done["id"]}]}
        assert (await ask.data(CREATE, variables))["createState"]["version"] == 1
        data = await ask.data(
            """mutation {
              updateState(key: "open", version: 1, actions: [
                {setTransitions: {transitions: [{key: "open"}, {key: "done"}]}},
                {setName: {name: [{locale: "de", value: "Offen"}]}},
                {changeInitial: {initial: false}}
              ]) { version initial name(acceptLanguage: ["fr", "de"]) transitions { key name(locale: "de") } }
            }"""
        )
        assert data["updateState"] == {
            "version": 4,
            "initial": False,
            "name": "Offen",
            "transitions": [{"key": "open", "name": "Offen"}, {"key": "done", "name": "Pumpe"}],
        }
        await ask.data('mutation { deleteState(key: "open", version: 4) { key } }')
        assert (await ask.data('{ state(key: "open") { id } }'))["state"] is None


async def test_states_are_queried() -> None:
    """`where`, `sort`, `limit` and `offset` work as by REST; the answer counts."""
    async with asking() as ask:
        for key in ("a", "b", "c"):
            await ask.create("/states", {"key": key, "type": "OrderState"})
        data = await ask.data(
            """{ states(where: "type = \\"OrderState\\"", sort: ["key desc"], limit: 1, offset: 1) {
                   offset count total exists results { key } } }"""
        )
        assert data["states"] == {
            "offset": 1,
            "count": 1,
            "total": 3,
            "exists": True,
            "results": [{"key": "b"}],
        }
        data = await ask.data('{ states(where: "key = \\"none\\"") { total exists } }')
        assert data["states"] == {"total": 0, "exists": False}


async def test_a_custom_object_is_written_and_read() -> None:
    """The value goes in as a text of JSON and comes out as JSON; version 0 creates only."""
    async with asking() as ask:
        data = await ask.data(UPSERT, {"value": '{"a": [1, null], "b": null}', "version": 0})
        written = data["createOrUpdateCustomObject"]
        assert (written["version"], written["value"]) == (1, {"a": [1, None]})
        assert written["createdBy"] == {"clientId": "placet", "externalUserId": "ana"}
        again = await ask.error(UPSERT, {"value": "1", "version": 0})
        assert again["extensions"] == {"code": "ConcurrentModification", "currentVersion": 1}
        assert again["path"] == ["createOrUpdateCustomObject"]
        await ask.data(UPSERT, {"value": '"text"'})
        data = await ask.data(
            """query($id: String) {
              byId: customObject(id: $id) { value version }
              byKey: customObject(container: "audit", key: "o-1") { key }
              customObjects(container: "audit", where: "value = \\"text\\"") { total }
              elsewhere: customObjects(container: "other") { total }
            }""",
            {"id": written["id"]},
        )
        assert data == {
            "byId": {"value": "text", "version": 2},
            "byKey": {"key": "o-1"},
            "customObjects": {"total": 1},
            "elsewhere": {"total": 0},
        }


async def test_a_custom_object_is_deleted() -> None:
    """With its version or without one; another version is a conflict."""
    async with asking() as ask:
        await ask.data(UPSERT, {"value": "1"})
        gone = 'mutation { deleteCustomObject(container: "audit", key: "o-1", version: %s) { key } }'
        assert await ask.code(gone % 7) == "ConcurrentModification"
        await ask.data(gone % 1)
        assert await ask.code(gone % "null") == "ResourceNotFound"


async def test_a_value_that_is_no_json_is_refused() -> None:
    """Half a document is InvalidInput, and nothing is written."""
    async with asking() as ask:
        assert await ask.code(UPSERT, {"value": '{"a":'}, status=400) == "InvalidInput"
        assert (await ask.data('{ customObjects(container: "audit") { total } }'))["customObjects"][
            "total"
        ] == 0


async def test_customer_groups_and_types_are_read() -> None:
    """What orders refer to can be read beside them."""
    async with asking() as ask:
        await ask.create("/customer-groups", {"groupName": "New ones", "key": "new"})
        await ask.create(
            "/types", {"key": "approval", "name": {"en": "Approval"}, "resourceTypeIds": ["order"]}
        )
        data = await ask.data(
            """{ customerGroup(key: "new") { name key version }
                 customerGroups(where: "key = \\"new\\"") { total }
                 typeDefinition(key: "approval") { name(locale: "en") nameAllLocales { value } resourceTypeIds }
                 typeDefinitions { results { key } } }"""
        )
        assert data == {
            "customerGroup": {"name": "New ones", "key": "new", "version": 1},
            "customerGroups": {"total": 1},
            "typeDefinition": {
                "name": "Approval",
                "nameAllLocales": [{"value": "Approval"}],
                "resourceTypeIds": ["order"],
            },
            "typeDefinitions": {"results": [{"key": "approval"}]},
        }
