"""A unit's list for a session: thirty names in three minutes.

A secretary pastes rows or sends a spreadsheet. `planning` says what each row means and
what is wrong with it, `writing` signs up those who are in order, `pages` shows both.
Between the two pages the list lives in the form itself, so nothing is half-saved.
"""
