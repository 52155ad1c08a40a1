"""Fixtures for every test: real servers, and a database of its own for each test."""

pytest_plugins = ["tests.support.servers", "tests.support.databases"]
