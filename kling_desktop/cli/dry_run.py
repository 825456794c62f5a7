"""What a `render` would send, and what that is likely to cost: nothing is sent, and nothing written."""

import argparse
import json
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing, suppress

from kling_desktop.api.base_url import LEONARDO_BASE, normalize_base_url
from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.submission import TableRowKey
from kling_desktop.domain.request.request_body import build_body
from kling_desktop.domain.spending.limits import Spent, limit_problem, start_of_day
from kling_desktop.domain.spending.prices import SNAPSHOT_DATE, Cost, Prices, Totals
from kling_desktop.services.batch.batch import CheckedRequest, check_requests, identify_image
from kling_desktop.services.batch.request_files import FileRequest
from kling_desktop.session import SANDBOX
from kling_desktop.store.database import load_migrations, open_connection
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.ledger import Ledger
from kling_desktop.store.jobs.submitted_rows import SubmittedRow, SubmittedRows
from kling_desktop.store.settings import Settings, SettingsFile


def dry_run(options: argparse.Namespace, folders: Folders, asked: Sequence[FileRequest]) -> int:
    """Print each request, its price, and what all of them come to; the answer is the exit code."""
    settings = SettingsFile(folders.settings).read()
    service = SANDBOX if options.sandbox else LEONARDO_BASE if options.api is None else normalize_base_url(options.api)
    ready = check_requests(asked, identify_image)
    prices, spent, found = Prices(user=settings.user_prices), Totals(), dict[TableRowKey, SubmittedRow]()
    with suppress(UserError), closing(_past(folders)) as past:
        ledger = Ledger(past)
        prices = ledger.prices(service, options.profile, settings.user_prices)
        spent = ledger.spent(service, "", start_of_day(time.time())).day + ledger.pending_total(service)
        if not options.again:
            found = SubmittedRows(past).find(service, options.profile, [key for one in ready for key in one.row_keys])
    costs, seen = list[Cost | None](), set[TableRowKey]()
    for one in ready:
        takes = sum(key not in found and key not in seen for key in one.row_keys) if one.row_keys else one.draft.takes
        seen.update(one.row_keys)
        price = prices.of(one.draft)
        costs += [price] * takes
        body = build_body(one.request.parsed.draft)
        row = {"row": one.request.row, "takes": takes} if one.request.row else {}
        line = json.dumps({"file": one.request.name, **row, "request": body})
        print(line if options.json else f"{one.request.place}: {_told(one, takes)}{body}", flush=True)
    about = Totals(costs)
    before = sum(any(key in found for key in one.row_keys) for one in ready)
    told = [f"{len(costs)} to send, about {about} (prices of {SNAPSHOT_DATE}, or learned since). Nothing was sent."]
    if before:
        told.append(f"{before} rows were submitted before and would not be sent again, unless with --again.")
    told.append(_of_caps(settings, spent, costs))
    print(" ".join(filter(None, told)), file=sys.stderr, flush=True)
    return 0


def _told(one: CheckedRequest, takes: int) -> str:
    if one.row_keys and not takes:
        return "submitted before; "
    return f"{takes} takes of " if takes > 1 else ""


def _of_caps(settings: Settings, spent: Totals, costs: Sequence[Cost | None]) -> str:
    why = limit_problem(settings.spending_limits, Spent(spent, Totals()), costs)
    return f"{why} Anything above it would stay unsent." if why else ""


def _past(folders: Folders) -> sqlite3.Connection:
    """What earlier runs left, to be read; UserError where there is nothing that this version can read as it is."""
    if not folders.database.exists():
        raise UserError("Nothing was submitted yet.")
    past = open_connection(folders.database, read_only=True)
    if past.execute("PRAGMA user_version").fetchone()[0] != len(load_migrations()):
        past.close()
        raise UserError("The database has another version.")
    return past
