"""Both Python sides of a task: the runner that calls the simulation, and the supervisor that watches it."""
