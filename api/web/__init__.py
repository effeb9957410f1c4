"""What do people see who use no API? Pages and messages; what they say comes from services."""
