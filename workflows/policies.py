"""Timeouts and retries by name, each with its reason. Only Temporal retries."""

from datetime import timedelta

from temporalio.common import RetryPolicy

# A call to an outside system is bounded at 10 s by its client, and an attempt makes up to eight of them.
ATTEMPT = timedelta(seconds=90)

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
