"""How Django reads and writes dates and numbers (FORMAT_MODULE_PATH).

Django's own Vietnamese formats name no input formats, so 05/03/2026 would be read
as 3 May. Here the day always comes first, in English too. USE_THOUSAND_SEPARATOR
must stay off: it would print the year as 2.026.
"""

DAY_FIRST_DATES = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y-%m-%d"]
TIMES = ["%H:%M", "%H:%M:%S", "%H:%M:%S.%f"]
# The first is what a form shows and the admin's clock button writes.
DAY_FIRST_DATETIMES = [
    *(f"{date} {time}" for date in DAY_FIRST_DATES for time in TIMES),
    *(f"{time}, {date}" for date in DAY_FIRST_DATES for time in TIMES),
    *(f"{time} {date}" for date in DAY_FIRST_DATES for time in TIMES),
    *DAY_FIRST_DATES,
]
