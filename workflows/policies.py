"""Timeouts and retries by name, each with its reason. Only Temporal retries."""

from datetime import timedelta

from temporalio.common import RetryPolicy

# A call to commercetools is bounded at 10 s by its client and an activity makes a handful of them. A worker that
# was killed is noticed after this time, so it is short; an attempt that was cut off reads again before it writes.
ATTEMPT = timedelta(seconds=30)

# The order must not be forgotten: until commercetools answers there is nothing better to do than to ask again.
# The first repeats come quickly, because most failures are a conflict or a hiccup.
MUST_LAND = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(minutes=1),
)

# People are told for as long as it could still help them; after that an alarm says that they were not.
TELL_FOR = timedelta(days=1)
TELL = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5))

# The claim is made, so the fulfilment system must hear of it. Never give up.
ANNOUNCE = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5))
