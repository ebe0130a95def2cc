"""Lighthouse's marks for the pages by which people come in; apart from the tests, since it brings 200 packages."""
