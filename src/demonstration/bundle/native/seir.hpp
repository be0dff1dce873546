// Stochastic SEIR epidemic: a chain of binomial draws, four steps a day.
#pragma once

#include <cstdint>
#include <vector>

namespace seir {

struct Rates {
  double beta;         // infections caused a day by one infectious person, yearly mean
  double sigma;        // 1 / latent days
  double gamma;        // 1 / infectious days
  double seasonality;  // amplitude of transmission over the year
};

struct Day {
  std::int64_t susceptible, exposed, infectious, recovered, new_infections;
};

std::vector<Day> simulate(const Rates& rates, std::int64_t population, std::int64_t initial_infected,
                          std::int64_t days, std::uint64_t seed);

}  // namespace seir
