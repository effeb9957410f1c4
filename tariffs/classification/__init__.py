"""Which commodity code do these goods have? A shortlist with reasons and questions, or neither."""
