"""A list of teams and members from a plain spreadsheet, one row for each member.

`sheet` reads the file, `cells` one cell, `rows` a whole row; `planning` makes the
`plan` of everything that would happen and what is wrong, `writing` carries it out,
`parked` keeps the file in between.
"""
