import { above, maxOf, rate, ratio } from '../prometheus/promql.ts';
import type { Alert } from './alert.ts';

const hourSeconds = 3600;

export const newsAlertThresholds = {
  /** Seconds without a new article from any source. */
  newestArticle: 12 * hourSeconds,
  /** Seconds that an article waits for its analysis. */
  analysisQueueAge: 1800,
  /** Share of the exports that fail. */
  exportFailures: 0.2,
  /** Seconds by which the read replica is behind. */
  replicaLag: 60,
} as const;

/** Alerts of an environment that fetches news. */
export const newsAlerts: readonly Alert[] = [
  {
    alert: 'NewsSourceStale',
    // The metric itself allows for a day without a success.
    expression: above(maxOf('newsSources', { state: { is: 'stale' } }), 0),
    for: '10m',
    severity: 'warning',
    summary: 'A source of news fails for long',
    description: 'An active source has had no successful fetch for a day, or for three of its intervals',
    runbook: 'sources.md',
  },
  {
    alert: 'NoNewArticles',
    expression: above(maxOf('newsNewestArticleAge'), newsAlertThresholds.newestArticle),
    for: '10m',
    severity: 'warning',
    summary: 'No source has a new article',
    description: `No fetch has found a new article for ${newsAlertThresholds.newestArticle / hourSeconds} hours`,
    runbook: 'sources.md',
  },
  {
    alert: 'ArticlesNotAnalyzed',
    expression: above(maxOf('newsAnalysisQueueAge'), newsAlertThresholds.analysisQueueAge),
    for: '10m',
    severity: 'warning',
    summary: 'The analysis of articles makes no progress',
    description: `The oldest waiting article has been the same for more than ${newsAlertThresholds.analysisQueueAge / 60} minutes`,
    runbook: 'analysis.md',
  },
  {
    alert: 'ExportsFailing',
    expression: above(
      ratio(rate('newsExports', '30m', { outcome: { is: 'failed' } }), rate('newsExports', '30m')),
      newsAlertThresholds.exportFailures,
    ),
    for: '5m',
    severity: 'warning',
    summary: 'Exports fail',
    description: `More than ${newsAlertThresholds.exportFailures * 100} % of the exports of half an hour failed`,
    runbook: 'exports.md',
  },
  {
    alert: 'DatabaseReplicaBehind',
    expression: above(maxOf('databaseReplicaLag'), newsAlertThresholds.replicaLag),
    for: '10m',
    severity: 'warning',
    summary: 'The read replica is behind',
    description: `Its newest change is older than ${newsAlertThresholds.replicaLag} s; queries about news use the primary`,
    runbook: 'replica.md',
  },
];
