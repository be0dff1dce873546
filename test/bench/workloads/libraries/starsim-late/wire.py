"""Imports its model only when it is called, as Calabaria's wire function does, which looks it up in the bundle's registry."""

from importlib import import_module


def wire(entrypoint, params, seed):
    module, _, name = entrypoint.split("/")[0].partition(":")
    return getattr(import_module(module), name)(params, seed)
