"""What `render` would send and what that is likely to cost. Nothing is sent or written."""

import argparse
import json
import logging
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing

from kling_desktop.api.base_url import LEONARDO_BASE, normalize_base_url
from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.submission import TableRowKey
from kling_desktop.domain.profiles import find_profile
from kling_desktop.domain.request.model_table import RATES_SEEN
from kling_desktop.domain.request.request_body import build_body
from kling_desktop.domain.spending.limits import Spent, limit_problem, start_of_day
from kling_desktop.domain.spending.prices import Cost, Prices, Totals
from kling_desktop.domain.text import plural
from kling_desktop.services.batch.batch import CheckedRequest, check_requests, identify_image
from kling_desktop.services.batch.request_files import FileRequest
from kling_desktop.session import SANDBOX
from kling_desktop.store.database import DamagedDatabase, load_migrations, open_connection, translate_errors
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.ledger import Ledger
from kling_desktop.store.jobs.submitted_rows import SubmittedRow, SubmittedRows
from kling_desktop.store.profiles import ProfileFile
from kling_desktop.store.settings import SettingsFile

log = logging.getLogger(__name__)


def dry_run(options: argparse.Namespace, folders: Folders, requests: Sequence[FileRequest]) -> int:
    """Print each request and what they cost together, and return the exit code."""
    settings = SettingsFile(folders.settings).read()
    profile = find_profile(ProfileFile(folders.profiles).read().names, options.profile)
    service = SANDBOX if options.sandbox else LEONARDO_BASE if options.api is None else normalize_base_url(options.api)
    checked = check_requests(requests, identify_image)
    prices, spent, found = Prices(user=settings.user_prices), Totals(), dict[TableRowKey, SubmittedRow]()
    try:
        with closing(_open_history(folders)) as history:
            ledger = Ledger(history)
            prices = ledger.prices(service, profile, settings.user_prices)
            spent = ledger.spent(service, "", start_of_day(time.time())).day + ledger.pending_total(service)
            if not options.again:
                found = SubmittedRows(history).find(service, profile, [key for one in checked for key in one.row_keys])
    except DamagedDatabase as error:
        print(error, file=sys.stderr, flush=True)
        return 2
    except UserError as error:
        log.info("What was submitted before isn't counted: %s", error)
    costs, seen = list[Cost | None](), set[TableRowKey]()
    for one in checked:
        takes = sum(key not in found and key not in seen for key in one.row_keys) if one.row_keys else one.draft.takes
        seen.update(one.row_keys)
        price = prices.of(one.draft)
        costs += [price] * takes
        body = build_body(one.request.parsed.draft)
        row = {"row": one.request.row, "takes": takes} if one.request.row else {}
        line = json.dumps({"file": one.request.name, **row, "request": body})
        print(line if options.json else _describe(one, takes, body), flush=True)
    sentences = [f"{len(costs)} to send, about {Totals(costs)} (prices from {RATES_SEEN} or later). Nothing was sent."]
    if before := sum(any(key in found for key in one.row_keys) for one in checked):
        sentences.append(
            plural(
                before,
                one="1 row was submitted before and would only be sent again with --again.",
                other="{count} rows were submitted before and would only be sent again with --again.",
            )
        )
    if problem := limit_problem(settings.spending_limits, Spent(spent, Totals()), costs):
        sentences.append(f"{problem} Requests above the limit wouldn't be sent.")
    print(" ".join(sentences), file=sys.stderr, flush=True)
    return 0


def _describe(one: CheckedRequest, takes: int, body: object) -> str:
    place = one.request.place
    if one.row_keys and not takes:
        return f"{place}: submitted before; {body}"
    return plural(takes, one="{place}: {body}", other="{place}: {count} takes of {body}", place=place, body=body)


def _open_history(folders: Folders) -> sqlite3.Connection:
    """Open what earlier runs left, to read it.

    Raises:
        UserError: There is nothing that this version can read as it is.
    """
    if not folders.database.exists():
        raise UserError("Nothing was submitted yet.")
    history = open_connection(folders.database, read_only=True)
    try:
        with translate_errors(history):
            [version] = history.execute("PRAGMA user_version").fetchone()
        if version != len(load_migrations()):
            raise UserError("The database has another version.")
    except UserError:
        history.close()
        raise
    return history
