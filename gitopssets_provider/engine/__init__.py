"""The embedded engine: Pulumi's protocol and state, applied to rendered manifests."""
