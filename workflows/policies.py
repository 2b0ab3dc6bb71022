"""Timeouts and retries by name, each with its reason. Only Temporal retries."""

from datetime import timedelta

from temporalio.common import Priority, RetryPolicy

# A call to an outside system is bounded at 10 s by its client, and an attempt makes up to eight of them.
ATTEMPT = timedelta(seconds=90)

# Looking something up in what the worker has in memory takes milliseconds; a worker that was killed in it is noticed soon.
LOOK_UP = timedelta(seconds=5)

# A worker that was killed in an attempt is noticed after this time. Attempts beat every two seconds, most end before
# the first beat, so it costs nothing; an attempt that was cut off reads again before it writes.
SIGN_OF_LIFE = timedelta(seconds=5)

# The order must not be forgotten: until commercetools answers there is nothing better to do than to ask again.
# The first repeats come quickly, because most failures are a conflict or a hiccup.
MUST_LAND = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(minutes=1),
)

# After this long without success an alarm calls a person; then commercetools is asked on, for as long as it takes.
PATIENCE = timedelta(minutes=15)

# People are told for as long as it could still help them; after that an alarm says that they were not.
TELL_FOR = timedelta(days=1)
TELL = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5))

# The claim is made, so the fulfilment system must hear of it. Never give up.
ANNOUNCE = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5))

# Where commercetools' rate limit makes calls queue up, the lower number goes first. Somebody has decided and waits for
# it to take effect, and the order is handed over with it.
CARRY_OUT = Priority(priority_key=1)

# Somebody has to be told, or changed an order under the eyes of those who decide: people wait for these, too.
PEOPLE_WAIT = Priority(priority_key=2)

# A worker that is killed in the middle of a workflow task takes it along for this long; Temporal's default is 10 s. A replay
# of the longest life that is not continued as new takes a tenth of it.
TASK = timedelta(seconds=5)

# What no person waits for, and must be done before long.
IN_TURN = Priority(priority_key=3)

# Orders that nobody has looked at yet come by the thousand, when a shop imports them: they must hold up no decision.
NEW_ORDERS = Priority(priority_key=4)

# A reconciliation reads every open order there is, and may take all night.
AT_LEISURE = Priority(priority_key=5)

# A page of a reconciliation is a hundred orders: mostly one query, at worst a few calls for each of them.
PAGE = timedelta(minutes=10)

# If a page cannot be had for so long, the reconciliation ends and says so; the next one begins afresh.
PAGE_PATIENCE = timedelta(minutes=30)
PAGE_AGAIN = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))

# A provider is asked for its full record, in a handful of calls. It may be slow, or down for the night; nobody but the
# order waits for it, and it is asked on and on, with an alarm after PATIENCE.
ENRICH = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(minutes=1),
)

# The claim is made, so a provider must be given its logistic order, or be asked what was asked of us. It may be down for
# the night: nothing else waits for it, and it is asked on and on, with an alarm after PATIENCE.
PROVIDE = RetryPolicy(
    initial_interval=timedelta(milliseconds=500),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(minutes=1),
)

# A provider that was asked to cancel answers within minutes, or by an event when the warehouse knows. After this long the
# order's workflow ends without: a person was told when the order was cancelled, and what comes later is parked.
ANSWER_WITHIN = timedelta(days=7)
