#!/bin/sh
# Signs the app bundle, packs it into a disk image, and has it notarized if the secrets for that are set.
#
#   packaging/macos/make_dmg.sh "out/package/dist/Kling Desktop.app" dist/NAME.dmg
#
# CODESIGN_IDENTITY   a "Developer ID Application: …" in the keychain; without it the bundle is signed ad hoc
# NOTARY_PROFILE      a profile stored with `xcrun notarytool store-credentials`
set -eu
app=$1
image=$2
here=$(cd "$(dirname "$0")" && pwd)
codesign --force --deep --options runtime --entitlements "$here/entitlements.plist" \
    --sign "${CODESIGN_IDENTITY:--}" "$app"
codesign --verify --deep --strict "$app"
staging=$(mktemp -d)
cp -R "$app" "$staging/"
ln -s /Applications "$staging/Applications"
hdiutil create -quiet -volname "Kling Desktop" -srcfolder "$staging" -format UDZO "$image"
rm -rf "$staging"
if [ -n "${NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
fi
