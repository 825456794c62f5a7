"""Says what is wrong with the jobs on disk."""

from kling_desktop.domain.text import plural


def missing_problems(restored: int, unreadable: int) -> tuple[str, ...]:
    """Return a sentence for each thing that a damaged disk has done to the jobs; none if all is well.

    Args:
        restored: How many jobs the database had lost, and that were put back from the journal beside it.
        unreadable: How many can't be read.
    """
    problems = []
    if restored:
        problems.append(
            plural(
                restored,
                one="The database had lost its newest changes. 1 job is restored; nothing that was sent is sent again.",
                other="The database had lost its newest changes. {count} jobs are restored; nothing that was sent is"
                " sent again.",
            )
        )
    if unreadable:
        problems.append(
            plural(
                unreadable,
                one="1 job in the database is damaged and can't be continued. Look for its clip in your account:"
                " “Import from your account…” in the window finds it.",
                other="{count} jobs in the database are damaged and can't be continued. Look for their clips in your"
                " account: “Import from your account…” in the window finds them.",
            )
        )
    return tuple(problems)
