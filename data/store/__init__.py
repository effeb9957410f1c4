"""What do we remember?

SQL tables, on SQLite by default and PostgreSQL by URL. Functions take a connection whose
transaction the caller opened with `writing` or `reading`, so that what belongs together is
committed together; nothing here reads a clock.

Context: SQLAlchemy's Core writes a quote several times faster than its ORM, and nothing here needs
an identity map. Decision: tables and plain functions, one module per noun. Consequence: a new table
is a module, a migration and a line in `tables.py`; a test compares the tables with the migrations.
"""
