"""What do the official publications say? One module for each, strict, whole files or none."""
