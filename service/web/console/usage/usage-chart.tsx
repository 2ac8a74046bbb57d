import { useLanguage, useMessages } from '../../language/provider.tsx';
import { BarChart } from '../../ui/bar-chart.tsx';
import { bucketLabels, compactMoney, compactNumber } from './labels.ts';
import { usageMessages } from './messages.ts';
import { groupsOf, type Measure, type UsageBucket, type UsageRow, valuesOf } from './series.ts';

interface UsageChartProps {
  readonly title?: string;
  readonly measure: Measure;
  readonly rows: readonly UsageRow[];
  readonly starts: readonly string[];
  readonly bucket: UsageBucket;
  readonly nameOf: (group: string | null | undefined) => string;
}

/** The smallest step of an axis with money: a hundredth of a cent. */
const minCostStep = 100;

/** One measure over time, stacked by group. */
export function UsageChart({ title, measure, rows, starts, bucket, nameOf }: UsageChartProps) {
  const t = useMessages(usageMessages);
  const { language, format } = useLanguage();
  const groups = groupsOf(rows);
  const labels = bucketLabels(language, bucket);
  const isMoney = measure === 'cost';
  return (
    <BarChart
      title={title ?? t[measure]}
      labels={starts.map((start) => ({ short: labels.short(start), long: labels.long(start) }))}
      series={groups.map((each) => ({ name: nameOf(each.group), values: valuesOf(each.rows, starts, measure) }))}
      format={isMoney ? format.money : format.number}
      formatTick={isMoney ? compactMoney(language) : compactNumber(language)}
      {...(isMoney && { minStep: minCostStep })}
    />
  );
}
