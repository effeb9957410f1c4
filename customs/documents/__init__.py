"""What must go with the goods on paper, and what must be told in advance?"""
