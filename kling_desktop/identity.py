"""What the app is called, wherever a system asks: one place, so that all of them agree."""

NAME = "Kling Desktop"
COMMAND = "kling-desktop"
"""The command, and the scheme of links. Folders, the keyring and the log have this name, too."""
APP_ID = "io.github.kling_desktop.KlingDesktop"
"""The reverse-DNS ID: names the desktop entry, the icons, the window class, the metainfo and the macOS bundle."""
HOME_PAGE = "https://github.com/kling-desktop/kling-desktop"
