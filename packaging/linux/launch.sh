#!/bin/sh
# Starts Kling Desktop, or says in one sentence that this system is too old for it. Every program that a shell starts
# delays the window, so the version is asked for only where it may be too old.
case $0 in */*) self=$0 ;; *) self=$(command -v "$0") ;; esac
if [ -L "$self" ]; then self=$(readlink -f "$self"); fi
here=${self%/*}
needed=@GLIBC@
doubtful=1
for libc in /lib/*/libc.so.6 /lib64/libc.so.6 /usr/lib/libc.so.6; do
    if [ -e "$libc" ]; then doubtful=; fi
done
# Up to 2.33 the library's file has its version in its name. Red Hat's systems have stayed at 2.34 for long.
for old in /lib/*/libc-2.*.so /lib64/libc-2.*.so /usr/lib/libc-2.*.so /etc/redhat-release; do
    if [ -e "$old" ]; then doubtful=1; fi
done
if [ -n "$doubtful" ]; then
    found=$(getconf GNU_LIBC_VERSION 2>/dev/null)
    found=${found#glibc }
    if [ -z "$found" ]; then
        echo "Kling Desktop needs the GNU C library (glibc) $needed or newer, which this system doesn't have: install it with pip instead." >&2
        exit 1
    fi
    if [ "${found%%.*}" -lt "${needed%%.*}" ] || { [ "${found%%.*}" -eq "${needed%%.*}" ] && [ "${found#*.}" -lt "${needed#*.}" ]; }; then
        echo "Kling Desktop needs the GNU C library (glibc) $needed or newer, and this system has $found: use Debian 12, Ubuntu 22.04, Fedora 36 or anything newer." >&2
        exit 1
    fi
fi
exec "$here/bin/kling-desktop" "$@"
