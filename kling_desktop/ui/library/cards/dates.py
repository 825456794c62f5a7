"""Dates in words."""

from datetime import date


def day_words(iso: str, today: date) -> str:
    """ "Today", "Yesterday", "Monday, 2 March", with the year if it isn't this one."""
    day = date.fromisoformat(iso)
    ago = (today - day).days
    year = "" if day.year == today.year else f" {day.year}"
    return {0: "Today", 1: "Yesterday"}.get(ago, f"{day:%A}, {day.day} {day:%B}{year}")


def short_day(day: date, today: date) -> str:
    """ "Today", "Yesterday", "2 Mar", with the year if it isn't this one."""
    year = "" if day.year == today.year else f" {day.year}"
    return {0: "Today", 1: "Yesterday"}.get((today - day).days, f"{day.day} {day:%b}{year}")
