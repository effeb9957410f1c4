"""How do the orders of a file become papers: read, made, collected, and found again?"""
