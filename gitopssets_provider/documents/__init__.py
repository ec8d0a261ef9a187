"""YAML and JSON as people write them and as we print them."""
