"""Fitted estimators as plain data: files that cannot run code when they are loaded."""
