"""Tests of the Python client; ``clients/python/test`` runs them."""
