"""The edge and the bridge, without Temporal; and the gateway to Temporal, with it."""
