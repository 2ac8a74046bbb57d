import { describe, expect, test } from '@jest/globals';
import { files, read } from './sources.ts';

/** Files that may read the wall clock: for timestamps that other systems read or compare. */
const wallClock: Readonly<Record<string, string>> = {
  'service/accounts/key-rows.ts': 'compares a stored time',
  'service/accounts/authenticate.ts': 'compares the expiry of a credential',
  'service/accounts/sign-in.ts': 'compares the expiry of a session',
  'service/http/session-cookie.ts': 'Max-Age of a cookie until a stored time',
  'service/accounts/last-used.ts': 'stores the time of use',
  'service/database/folder-lock.ts': 'records since when the folder is held',
  'service/database/migrations/0003-usage.ts': 'months of the calendar',
  'service/backup/postgres.ts': 'records when a snapshot was taken, and a set complete',
  'service/backup/restore-backup.ts': 'the time in the name of the former database',
  'service/backup/take-backup.ts': 'the name of a set is its time',
  'service/batches/batches.ts': 'orders batches of several processes',
  'service/batches/chunk-handlers.ts': 'orders batches of several processes',
  'service/client/problem.ts': 'Retry-After may be a date',
  'service/compatible/chat-call.ts': 'records when an answer was made',
  'service/http/parser-errors.ts': 'writes the header Date',
  'service/http/rate-limit.ts': 'converts the end of a window, which is a time',
  'service/news/exports/content/report.ts': 'says when a report was made',
  'service/news/exports/exports.ts': 'orders exports of several processes, and compares stored times of files',
  'service/news/exports/links.ts': 'the expiry of a link is a time',
  'service/objects/bucket.ts': 'compares the time of an object',
  'service/news/fetching/news-client.ts': 'Retry-After may be a date',
  'service/news/articles/find-news.ts': 'the last days are a period of dates',
  'service/news/fetching/read-source.ts': 'no date of publication is in the future',
  'service/providers/shared/failure.ts': 'Retry-After may be a date',
  'service/queries/history.ts': 'records the time of a request',
  'service/queries/queries.ts': 'the date is a fact for the model',
  'service/system/graphql.ts': 'the default end of a requested period',
  'service/system/process-metrics.ts': 'records when a sample was taken',
  'service/telemetry/log.ts': 'the time of a log line',
  'service/tracing/recorded-span.ts': 'the start of a span is a time',
  'service/news/filters.ts': 'the default end of a requested period',
  'service/web/news/overview/queries.ts': 'a period of days ends today',
  'service/usage/query-usage.ts': 'the default end of a requested period',
  'service/usage/usage.ts': 'months of the calendar',
  'service/usage/ledger.ts': 'months and minutes of the calendar',
  'service/usage/metering.ts': 'months and minutes of the calendar',
};

const readsWallClock = /\bDate\.now\b|\bnew Date\(\)/;
const reading = files().filter(
  (path) => path.startsWith('service/') && /(?<!\.test)\.ts$/.test(path) && !path.includes('/testing/') && readsWallClock.test(read(path)),
);

describe('The wall clock', () => {
  test('is read by no file but those listed with their reason: durations, windows and deadlines are measured by performance.now()', () => {
    expect(reading.filter((path) => !(path in wallClock))).toEqual([]);
  });

  test('is still read by each file of the list', () => {
    expect(Object.keys(wallClock).filter((path) => !reading.includes(path))).toEqual([]);
  });
});
