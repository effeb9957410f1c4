"""What does the border require?"""
