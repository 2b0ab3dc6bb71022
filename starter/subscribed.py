"""Which messages about orders Placet has commercetools deliver. Source of the names: `types/message/`.

Everything that starts an order, moves it, ends it, changes what an approver says yes to, or brings something back. What the bridge would ignore
(`starter.messages.WITHOUT_EFFECT`: deliveries, custom fields and the like) is not asked for.
"""

from domain.logistic_order import CUSTOM_OBJECT
from domain.splitting import SplittingRules

SUBSCRIBED_TYPES = (
    "OrderCreated",
    "OrderImported",
    "OrderCreatedFromRecurringOrder",
    "OrderDeleted",
    "OrderStateTransition",
    "OrderStateChanged",
    "OrderEditApplied",
    "OrderLineItemAdded",
    "OrderLineItemRemoved",
    "OrderLineItemDiscountSet",
    "OrderLineItemDistributionChannelSet",
    "OrderCustomLineItemAdded",
    "OrderCustomLineItemRemoved",
    "OrderCustomLineItemQuantityChanged",
    "OrderCustomLineItemDiscountSet",
    "OrderDiscountCodeAdded",
    "OrderDiscountCodeRemoved",
    "OrderDiscountCodeStateSet",
    "OrderBillingAddressSet",
    "OrderShippingAddressSet",
    "OrderShippingInfoSet",
    "OrderShippingRateInputSet",
    "OrderCustomerSet",
    "OrderCustomerEmailSet",
    "OrderCustomerGroupSet",
    "OrderBusinessUnitSet",
    "OrderStoreSet",
    "OrderPurchaseOrderNumberSet",
    "ReturnInfoAdded",
    "ReturnInfoSet",
)
OF_PAYMENTS = ("OrderPaymentStateChanged",)
"""What only a provider can be told: whoever reads a custom object reads the order, too."""


def subscribed_types(rules: SplittingRules) -> tuple[str, ...]:
    """The types to ask for, where these rules say who fulfils what."""
    others = any(rule.provider != CUSTOM_OBJECT for rule in rules.rules)
    return (*SUBSCRIBED_TYPES, *OF_PAYMENTS) if others else SUBSCRIBED_TYPES
