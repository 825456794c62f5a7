#!/bin/sh
# Starts Kling Desktop, or says in one sentence that this system is too old for it.
here=$(dirname "$(readlink -f "$0")")
found=$(getconf GNU_LIBC_VERSION 2>/dev/null)
found=${found#glibc }
needed=@GLIBC@
if [ -z "$found" ]; then
    echo "Kling Desktop needs the GNU C library (glibc) $needed or newer, which this system doesn't have: install it with pip instead." >&2
    exit 1
fi
if [ "${found%%.*}" -lt "${needed%%.*}" ] || { [ "${found%%.*}" -eq "${needed%%.*}" ] && [ "${found#*.}" -lt "${needed#*.}" ]; }; then
    echo "Kling Desktop needs the GNU C library (glibc) $needed or newer, and this system has $found: use Debian 12, Ubuntu 22.04, Fedora 36 or anything newer." >&2
    exit 1
fi
exec "$here/bin/kling-desktop" "$@"
