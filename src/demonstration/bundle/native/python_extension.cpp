// The model as a CPython extension, by the stable C API: one binary for every CPython from 3.9 on.
#define Py_LIMITED_API 0x03090000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "seir.hpp"

static PyObject* simulate(PyObject*, PyObject* args) {
  seir::Rates rates;
  long long population, initial_infected, days;
  unsigned long long seed;
  if (!PyArg_ParseTuple(args, "ddddLLLK", &rates.beta, &rates.sigma, &rates.gamma, &rates.seasonality, &population,
                        &initial_infected, &days, &seed)) {
    return nullptr;
  }
  const std::vector<seir::Day> history = seir::simulate(rates, population, initial_infected, days, seed);
  PyObject* list = PyList_New(static_cast<Py_ssize_t>(history.size()));
  if (list == nullptr) return nullptr;
  for (std::size_t i = 0; i < history.size(); ++i) {
    const seir::Day& day = history[i];
    PyObject* row = Py_BuildValue("(LLLLL)", static_cast<long long>(day.susceptible),
                                  static_cast<long long>(day.exposed), static_cast<long long>(day.infectious),
                                  static_cast<long long>(day.recovered), static_cast<long long>(day.new_infections));
    if (row == nullptr || PyList_SetItem(list, static_cast<Py_ssize_t>(i), row) != 0) {
      Py_DECREF(list);
      return nullptr;
    }
  }
  return list;
}

static PyMethodDef methods[] = {
    {"simulate", simulate, METH_VARARGS,
     "simulate(beta, sigma, gamma, seasonality, population, initial_infected, days, seed) -> rows of five counts"},
    {nullptr, nullptr, 0, nullptr},
};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_seir", "Stochastic SEIR in C++.", -1, methods,
                                 nullptr,               nullptr, nullptr,                   nullptr};

PyMODINIT_FUNC PyInit__seir(void) { return PyModule_Create(&definition); }
