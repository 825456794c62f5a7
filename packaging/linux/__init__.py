"""Packs the Linux bundle: a Debian package and a relocatable archive."""
