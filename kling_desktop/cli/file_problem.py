"""Says on the command line why a file can't be read."""

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.text_decoder import CODE_PAGES, UnknownCodePage

_WITH_OPTION = "{error} Or name its code page: with --encoding {page} ({name}) it reads “{sample}”."


def file_problem(error: UserError) -> str:
    """Return the sentence for an error, with the option that helps."""
    if not isinstance(error, UnknownCodePage):
        return str(error)
    likely = error.readings[0]
    return _WITH_OPTION.format(
        error=error, page=likely.code_page, name=CODE_PAGES[likely.code_page], sample=likely.sample
    )
