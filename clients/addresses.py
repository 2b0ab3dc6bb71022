"""Addresses as commercetools has them (`types/common/BaseAddress.raml`), read into the domain's."""

from pydantic import Field

from clients.reading import Projection
from domain.order import Address


class AddressDocument(Projection):
    """The parts of an address that say where something goes."""

    key: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    department: str | None = None
    street_name: str | None = None
    street_number: str | None = None
    additional_street_info: str | None = None
    building: str | None = None
    apartment: str | None = None
    po_box: str | None = Field(default=None, alias="pOBox")
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None
    state: str | None = None
    country: str | None = None
    phone: str | None = None
    mobile: str | None = None
    email: str | None = None
    additional_address_info: str | None = None

    @property
    def address(self) -> Address:
        """The domain's."""
        return Address(**self.model_dump())


def address_of(document: AddressDocument | None) -> Address | None:
    """The domain's, where there is one."""
    return document.address if document is not None else None
