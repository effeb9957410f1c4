"""How is the service used? The only package that knows HTTP and JSON."""
