"""Elements times templates gives manifests."""
