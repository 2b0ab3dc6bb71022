"""Which messages about orders Placet has commercetools deliver. Source of the names: `types/message/`.

Everything that starts an order, moves it, ends it, changes what an approver says yes to, or brings something back. What the bridge would ignore
(`starter.messages.WITHOUT_EFFECT`: payments, deliveries, custom fields and the like) is not asked for.
"""

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
