// Costs about as much to import as numpy and pandas, where they are not installed: 0.2 s of work, and 60 MiB.
#define Py_LIMITED_API 0x03090000
#include <Python.h>

#include <chrono>
#include <unordered_map>
#include <string>

static std::unordered_map<std::string, long>& names() {
  static std::unordered_map<std::string, long> all;
  return all;
}

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "heavy_stand_in", "Takes time and memory to import.", -1,
                                 nullptr,               nullptr,          nullptr, nullptr, nullptr};

PyMODINIT_FUNC PyInit_heavy_stand_in(void) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
  for (long i = 0; i < 600000 || std::chrono::steady_clock::now() < end; ++i) names()[std::to_string(i % 600000)] += i;
  return PyModule_Create(&definition);
}
