"""One file per change, `v<revision>_<what>.py`."""
