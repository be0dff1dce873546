import * as echarts from 'echarts';
import type { BenchRow } from '../../src/benchmark/bench-row.js';

const height = 480;

/** Handover and throughput of all methods as one SVG: bars side by side for each workload, on logarithmic axes. */
export function drawChart(rows: BenchRow[]): string {
  const own = rows.filter(({ table }) => table === 'methods');
  const methods = [...new Set(own.map(({ method }) => method))];
  const workloads = [...new Set(own.map(({ workload }) => workload))];
  const panels: { title: string; of: (row: BenchRow) => number | undefined }[] = [
    { title: 'task handed over → wire function entered, p50, ms', of: (row) => row.handover_ms?.p50 },
    { title: 'tasks per second on all cores', of: (row) => row.tasks_per_s },
  ];
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 1200, height });
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    legend: { top: 8 },
    title: panels.map(({ title }, index) => ({
      text: title,
      left: `${12 + index * 50}%`,
      top: 36,
      textStyle: { fontSize: 14 },
    })),
    grid: panels.map((_, index) => ({ left: `${14 + index * 50}%`, width: '32%', top: 72, bottom: 32 })),
    xAxis: panels.map((_, gridIndex) => ({
      gridIndex,
      type: 'log' as const,
      min: 0.1,
      startValue: 0.1, // or bars would begin at 1
    })),
    yAxis: panels.map((_, gridIndex) => ({
      gridIndex,
      type: 'category' as const,
      data: methods,
      inverse: true,
    })),
    series: panels.flatMap(({ of }, index) =>
      workloads.map((workload) => ({
        type: 'bar' as const,
        name: workload,
        xAxisIndex: index,
        yAxisIndex: index,
        label: { show: true, position: 'right' as const, fontSize: 10 },
        data: methods.map((method) => {
          const row = own.find((each) => each.method === method && each.workload === workload);
          return (row && of(row)) ?? null;
        }),
      })),
    ),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
