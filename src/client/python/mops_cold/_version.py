#: That of the package with the app and the command line tool.
__version__ = "0.1.0"
