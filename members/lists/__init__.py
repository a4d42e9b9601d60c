"""Lists of people as offices keep them: spreadsheets, and rows copied out of one.

A feature says in a `Layout` which columns its list may have; `sheet` finds the table,
`cells` tells what a cell means however it was typed, `units` which unit is meant.
"""
