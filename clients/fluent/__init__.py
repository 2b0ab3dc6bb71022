"""Fluent Commerce as one user of one account and retailer sees it: GraphQL, and events into its workflows.

Sources: the published schema (openmindlab/fluent-dts 23.10.1, `resources/fluent/schema.json`), and docs.fluentcommerce.com.
"""
