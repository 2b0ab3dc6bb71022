"""A local commercetools, faithful enough to be independent evidence.

It enforces what was posted to it and knows nothing of whoever posts. It imports nothing from outside this
package, so that a mistake made there cannot be repeated here.
"""
