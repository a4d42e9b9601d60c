"""A list of teams and members from a plain spreadsheet, one row for each member.

`sheet` reads the file, `cells` reads one cell, `plan` says everything that would
happen and what is wrong, `writing` does it, `parked` keeps the file in between.
"""
