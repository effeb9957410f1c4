"""What can be done with the product? One use case per module; no HTTP here."""
