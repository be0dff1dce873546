"""What Python code keeps: globals, class attributes, defaults, closures and caches."""
