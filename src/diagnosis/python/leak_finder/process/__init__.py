"""What the process has one of: environment, working directory, generators of the libraries, files, and more."""
