"""Messages of the package floe.v1, generated from the .proto files by ``clients/python/generate``."""
