"""How are facts read from files? Strictly: what is undated, uncited or unknown is refused."""
