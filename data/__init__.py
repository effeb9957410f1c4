"""What do we know, and what do we remember?"""
