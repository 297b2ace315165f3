"""Janus (Debian package `janus`): the embedded engine of supervised calls."""
