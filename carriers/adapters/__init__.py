"""One file per carrier. They do not know each other."""
