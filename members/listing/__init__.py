"""The member list: brought in from a spreadsheet of any length, taken out again.

`columns` says what may stand in it, `rows` understands a row, `planning` says what
each row would do, `writing` does it, `runs` lets a worker do both while a page shows
how far it is, `export` takes the list out in the shape in which it comes in.
"""
