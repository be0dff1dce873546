#include "seir.hpp"

#include <cmath>

namespace seir {
namespace {

constexpr int kStepsPerDay = 4;
constexpr int kDaysPerYear = 365;
constexpr double kPi = 3.14159265358979323846;

// SplitMix64. One generator a simulation, on its stack: the same seed gives the same epidemic everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  // Uniform on (0, 1].
  double uniform() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return (static_cast<double>(z >> 11) + 1.0) * 0x1.0p-53;
  }

  // Exact binomial draw by geometric gaps between successes; takes time in proportion to n * p.
  std::int64_t binomial(std::int64_t n, double p) {
    if (n <= 0 || p <= 0.0) return 0;
    if (p >= 1.0) return n;
    if (p > 0.5) return n - binomial(n, 1.0 - p);
    const double log_failure = std::log1p(-p);
    std::int64_t successes = 0;
    double trials = 0.0;
    for (;;) {
      trials += std::floor(std::log(uniform()) / log_failure) + 1.0;
      if (trials > static_cast<double>(n)) return successes;
      ++successes;
    }
  }

 private:
  std::uint64_t state_;
};

// What the rates come to in one step of the chain.
struct StepTable {
  Rates rates;
  double transmission[kDaysPerYear];  // a step, for each day of the year
  double progression;                 // probability a step
  double recovery;                    // probability a step
};

bool same(const Rates& a, const Rates& b) {
  return a.beta == b.beta && a.sigma == b.sigma && a.gamma == b.gamma && a.seasonality == b.seasonality;
}

void build(StepTable& table, const Rates& rates) {
  table.rates = rates;
  for (int day = 0; day < kDaysPerYear; ++day) {
    const double season = 1.0 + rates.seasonality * std::cos(2.0 * kPi * day / kDaysPerYear);
    table.transmission[day] = rates.beta * season / kStepsPerDay;
  }
  table.progression = 1.0 - std::exp(-rates.sigma / kStepsPerDay);
  table.recovery = 1.0 - std::exp(-rates.gamma / kStepsPerDay);
}

// Tables are kept, since replicates share one.
//
// THE DEFECT THAT THIS DEMONSTRATION IS ABOUT: the cache has three slots and lives as long as the process. When all
// are taken, the last one is handed out as it is, for whatever rates. So the first three parameter sets of a process
// are right and every further one silently runs with the rates of the third; in a fresh process nothing is ever wrong.
const StepTable& table_for(const Rates& rates) {
  constexpr int kSlots = 3;
  static StepTable cache[kSlots];
  static int used = 0;

  for (int slot = 0; slot < used; ++slot) {
    if (same(cache[slot].rates, rates)) return cache[slot];
  }
  const int slot = used < kSlots ? used : kSlots - 1;
  if (slot == used) {
    build(cache[slot], rates);
    ++used;
  }
  return cache[slot];
}

}  // namespace

std::vector<Day> simulate(const Rates& rates, std::int64_t population, std::int64_t initial_infected,
                          std::int64_t days, std::uint64_t seed) {
  const StepTable& table = table_for(rates);
  Random random(seed);
  Day now{population - initial_infected, 0, initial_infected, 0, 0};
  std::vector<Day> history;
  history.reserve(static_cast<std::size_t>(days));
  for (std::int64_t day = 0; day < days; ++day) {
    now.new_infections = 0;
    for (int step = 0; step < kStepsPerDay; ++step) {
      const double force = table.transmission[day % kDaysPerYear] * static_cast<double>(now.infectious) /
                           static_cast<double>(population);
      const std::int64_t infected = random.binomial(now.susceptible, 1.0 - std::exp(-force));
      const std::int64_t progressed = random.binomial(now.exposed, table.progression);
      const std::int64_t recovered = random.binomial(now.infectious, table.recovery);
      now.susceptible -= infected;
      now.exposed += infected - progressed;
      now.infectious += progressed - recovered;
      now.recovered += recovered;
      now.new_infections += infected;
    }
    history.push_back(now);
  }
  return history;
}

}  // namespace seir
