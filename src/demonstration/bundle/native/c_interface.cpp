// The model as a plain C function, for machines without Python's headers.
#include <cstdint>
#include <cstring>

#include "seir.hpp"

// Writes five counts a day to `counts`, which has room for 5 * days of them.
extern "C" void seir_simulate(double beta, double sigma, double gamma, double seasonality, std::int64_t population,
                              std::int64_t initial_infected, std::int64_t days, std::uint64_t seed,
                              std::int64_t* counts) {
  const std::vector<seir::Day> history =
      seir::simulate({beta, sigma, gamma, seasonality}, population, initial_infected, days, seed);
  static_assert(sizeof(seir::Day) == 5 * sizeof(std::int64_t), "a day is five counts");
  std::memcpy(counts, history.data(), history.size() * sizeof(seir::Day));
}
