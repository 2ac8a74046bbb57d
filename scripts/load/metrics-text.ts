/** A sample of Prometheus text. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of one scrape, by name. */
export class Scrape {
  readonly #samples = new Map<string, Sample[]>();

  constructor(text: string) {
    for (const [, name = '', labels = '', value] of text.matchAll(/^([a-zA-Z_]\w*)(?:\{(.*?)\})? (\S+)/gm)) {
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)",?/gy)].map(([, key = '', text = '']) => [key, text] as const);
      const list = this.#samples.get(name) ?? [];
      list.push({ labels: Object.fromEntries(pairs), value: Number(value) });
      this.#samples.set(name, list);
    }
  }

  has(name: string): boolean {
    return this.#samples.has(name);
  }
  /** Sum of the samples with these labels. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const matching = (this.#samples.get(name) ?? []).filter((sample) =>
      Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    );
    return matching.reduce((sum, { value }) => sum + value, 0);
  }
  /** The cumulative counts of a histogram by upper bound, over all its labels. */
  buckets(name: string): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (const { labels, value } of this.#samples.get(`${name}_bucket`) ?? []) {
      const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le);
      counts.set(bound, (counts.get(bound) ?? 0) + value);
    }
    return counts;
  }
}

/** The quantile of a histogram's increase, interpolated within its bucket as by PromQL's histogram_quantile; NaN without an observation. */
export function quantileOf(quantile: number, increase: ReadonlyMap<number, number>): number {
  const buckets = [...increase].toSorted(([a], [b]) => a - b);
  const rank = quantile * (buckets.at(-1)?.[1] ?? 0);
  if (rank === 0) return Number.NaN;
  let [lower, below] = [0, 0];
  for (const [bound, count] of buckets) {
    if (count >= rank) return bound === Number.POSITIVE_INFINITY ? lower : lower + ((bound - lower) * (rank - below)) / (count - below);
    [lower, below] = [bound, count];
  }
  return Number.NaN;
}
