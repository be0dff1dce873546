"""A stochastic epidemic model."""
