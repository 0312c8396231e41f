/**
 * Labels of one series. Their values come from closed sets (a cause, an error's code), never an id or a name.
 */
export type Labels = Readonly<Record<string, string>>;

/** One series of a metric: its number, and the labels that tell it from the others. */
export interface Sample {
  readonly value: number;
  readonly labels?: Labels;
}

/** The value of a metric when it is read: a number, several series, or undefined while it is unknown. */
export type Reading = () => number | readonly Sample[] | undefined;

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly lines: () => readonly string[];
}

/**
 * A bounded histogram: counts of observations, by upper bounds. It takes one number a bucket, however much is
 * observed.
 */
export class Histogram {
  readonly bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #max = 0;

  /** @param bounds upper bounds, ascending; observations above the last one are counted too. */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    const at = this.bounds.findIndex((bound) => value <= bound);
    const bucket = at === -1 ? this.bounds.length : at;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
    this.#max = Math.max(this.#max, value);
  }

  get count(): number {
    return this.#counts.reduce((sum, one) => sum + one, 0);
  }

  get sum(): number {
    return this.#sum;
  }

  /** How many observations were at or below each bound, and last the number of all. */
  get cumulative(): readonly number[] {
    let sum = 0;
    return this.#counts.map((one) => {
      sum += one;
      return sum;
    });
  }

  /**
   * The bound at or below which a share `q` of all observations is: never less than the true quantile. Above
   * the last bound it is the largest observation; undefined if there is none.
   */
  quantile(q: number): number | undefined {
    const wanted = Math.ceil(this.count * q);
    if (wanted === 0) return undefined;
    const at = this.cumulative.findIndex((count) => count >= wanted);
    return Math.min(this.bounds[at] ?? this.#max, this.#max);
  }
}

/**
 * The metrics of one process, read only on request: each part counts in its own variables, and pays nothing
 * while no one asks. Text in Prometheus's exposition format 0.0.4.
 */
export class Metrics {
  readonly #metrics = new Map<string, Metric>();

  /** A counter, which only grows since the process started. Its name ends in `_total`. */
  counter(name: string, help: string, read: Reading): void {
    this.#add({ name, help, type: 'counter', lines: () => linesOf(name, read()) });
  }

  /** A gauge, which goes up and down. */
  gauge(name: string, help: string, read: Reading): void {
    this.#add({ name, help, type: 'gauge', lines: () => linesOf(name, read()) });
  }

  histogram(name: string, help: string, histogram: Histogram): void {
    this.#add({ name, help, type: 'histogram', lines: () => histogramLines(name, histogram) });
  }

  /** All of them as text. A metric that is unknown now is left out. */
  text(): string {
    const blocks = [...this.#metrics.values()].map(({ name, help, type, lines }) => {
      const series = lines();
      return series.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...series];
    });
    return `${blocks.flat().join('\n')}\n`;
  }

  #add(metric: Metric): void {
    if (!/^[a-z][a-z0-9_]*$/.test(metric.name))
      throw new RangeError(`"${metric.name}" is not a metric's name`);
    if (/[\\\n]/.test(metric.help)) throw new RangeError(`the help of ${metric.name} is not one plain line`);
    if (this.#metrics.has(metric.name)) throw new RangeError(`there are two metrics "${metric.name}"`);
    this.#metrics.set(metric.name, metric);
  }
}

/** The content type of {@link Metrics.text}. */
export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** The series of a metric, one for each key of `counts`, labelled with it. */
export function byLabel(label: string, counts: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(counts).map(([key, value]) => ({ value, labels: { [label]: key } }));
}

function linesOf(name: string, reading: ReturnType<Reading>): string[] {
  if (reading === undefined) return [];
  const samples = typeof reading === 'number' ? [{ value: reading }] : reading;
  return samples.map(({ value, labels }) => `${name}${labelText(labels)} ${numberText(value)}`);
}

function histogramLines(name: string, { bounds, cumulative, sum, count }: Histogram): string[] {
  const buckets = cumulative.map((below, at) => {
    const le = at < bounds.length ? numberText(bounds[at] ?? 0) : '+Inf';
    return `${name}_bucket{le="${le}"} ${below}`;
  });
  return [...buckets, `${name}_sum ${numberText(sum)}`, `${name}_count ${count}`];
}

function labelText(labels: Labels | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** As the format demands: a backslash, a quote or a line end would end the label. */
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
