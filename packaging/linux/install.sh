#!/bin/sh
# Installs Kling Desktop for this user, or for all users if root runs it. Nothing outside the prefix is touched.
#
#   ./install.sh [--prefix DIR]      install (default: ~/.local, or /usr/local for root)
#   ./install.sh --uninstall [--prefix DIR]
#
# Clips, presets, settings and keys are never touched, not even by --uninstall.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
id=@APP_ID@
action=install
if [ "$(id -u)" -eq 0 ]; then prefix=/usr/local; else prefix=${HOME:?}/.local; fi
while [ $# -gt 0 ]; do
    case $1 in
        --uninstall) action=uninstall ;;
        --prefix)
            prefix=${2:?"--prefix needs a folder"}
            shift
            ;;
        *)
            sed -n '2,7s/^# \{0,1\}//p' "$0"
            exit 2
            ;;
    esac
    shift
done
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
program=$prefix/lib/kling-desktop
share=$prefix/share

refresh() {
    if command -v update-desktop-database >/dev/null 2>&1; then update-desktop-database -q "$share/applications" || :; fi
    if command -v update-mime-database >/dev/null 2>&1; then update-mime-database "$share/mime" >/dev/null 2>&1 || :; fi
    if command -v gtk-update-icon-cache >/dev/null 2>&1; then gtk-update-icon-cache -q -t "$share/icons/hicolor" 2>/dev/null || :; fi
}

remove() {
    rm -rf "$program"
    rm -f "$prefix/bin/kling-desktop" "$share/applications/$id.desktop" "$share/metainfo/$id.metainfo.xml" \
        "$share/mime/packages/$id.xml"
    find "$share/icons/hicolor" -name "$id.*" -delete 2>/dev/null || :
}

if [ "$action" = uninstall ]; then
    remove
    refresh
    echo "Kling Desktop is removed from $prefix. Your clips, presets, settings and keys are where they were."
    exit 0
fi

"$here/kling-desktop/kling-desktop" --version >/dev/null
remove
mkdir -p "$prefix/lib" "$prefix/bin" "$share"
cp -R "$here/kling-desktop" "$program"
cp -R "$here/share/." "$share/"
ln -sf ../lib/kling-desktop/kling-desktop "$prefix/bin/kling-desktop"
# A launcher that isn't on the desktop's PATH would do nothing, so the entry names the program's place.
entry=$share/applications/$id.desktop
quoted=$(printf '%s' "$prefix/bin/kling-desktop" | sed 's/[\\&|]/\\&/g')
sed "s|^Exec=kling-desktop|Exec=\"$quoted\"|; s|^TryExec=kling-desktop|TryExec=$quoted|" "$entry" >"$entry.new"
mv "$entry.new" "$entry"
refresh
echo "Kling Desktop is installed in $prefix. Start it from the menu, or with $prefix/bin/kling-desktop."
case ":$PATH:" in *":$prefix/bin:"*) ;; *) echo "$prefix/bin isn't on your PATH." ;; esac
