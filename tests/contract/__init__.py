"""What commercetools' HTTP API does, told over HTTP only.

The tests run against the sandbox in-process, every request and answer held to the official definition, and
unchanged against a real project when CTP_PROJECT_KEY, CTP_CLIENT_ID, CTP_CLIENT_SECRET, CTP_API_URL and
CTP_AUTH_URL are all set (CTP_SCOPES too where the API client needs it). On a real project they make resources
with keys of their own, remove them at the end, and never change the project's settings.

A test named `test_assumed_...` states what no source confirms: on a real project its failure is an answer.
"""
