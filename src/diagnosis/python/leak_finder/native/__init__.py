"""What C, C++, Fortran and Rust keep: writable memory of shared objects, and the heap behind their pointers. Linux."""
