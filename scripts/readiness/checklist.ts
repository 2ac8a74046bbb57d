import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { isAnonymous, isStatus } from '../cluster/api-error.ts';
import { reasonOf } from '../values/reason.ts';

/** Items before a deploy. */
export const preflightItems = {
  variables: 'environment variables',
  certificate: 'TLS certificate',
  keys: 'API keys',
  database: 'database',
  monitoring: 'monitoring',
  backups: 'backups',
  firewall: 'firewall',
  load: 'load test',
} as const;
/** Items after a deploy. */
export const postflightItems = {
  health: 'health',
  metrics: 'metrics',
  dashboards: 'dashboards',
  alerts: 'alerts',
  logs: 'logs',
  objectives: 'service levels',
  security: 'security',
  documentation: 'documentation',
} as const;
export type PreflightItem = keyof typeof preflightItems;
export type PostflightItem = keyof typeof postflightItems;

/** @returns what was found. @throws {Failure} with the fix; {NotCheckable} with the reason */
export type Check = () => Promise<string>;
export type Checks<Item extends string> = Readonly<Record<Item, Check>>;

/** The check cannot be made from here. */
export class NotCheckable extends Error {
  override readonly name = 'NotCheckable';
}

export interface ItemResult<Item extends string> {
  readonly item: Item;
  readonly state: 'ok' | 'failed' | 'not checkable';
  readonly detail: string;
  /** Of a failed item. */
  readonly remedy?: string;
}

/** Maximum time of one request of a check: a busy machine may need long. */
export const checkSeconds = 120;

/** A failed check with its fix. */
export const failed = (cause: string, remedy: string): Failure => new Failure('different', cause, remedy);

/** Makes every check, one after the other, even if an earlier one fails. */
export async function runChecklist<Item extends string>(
  items: Readonly<Record<Item, string>>,
  checks: Checks<Item>,
  signal: AbortSignal,
): Promise<readonly ItemResult<Item>[]> {
  const results: ItemResult<Item>[] = [];
  for (const item in items) {
    results.push(await resultOf(item, checks[item]));
    signal.throwIfAborted();
  }
  return results;
}

async function resultOf<Item extends string>(item: Item, check: Check): Promise<ItemResult<Item>> {
  try {
    return { item, state: 'ok', detail: await check() };
  } catch (error) {
    if (error instanceof NotCheckable) return { item, state: 'not checkable', detail: error.message };
    if (isStatus(error, 403) && !isAnonymous(error))
      return { item, state: 'not checkable', detail: `this account may not: ${error.message}` };
    const remedy = error instanceof Failure ? error.remedy : 'see the cause';
    return { item, state: 'failed', detail: reasonOf(error), remedy };
  }
}

/** One line for each item. */
export const checklistText = (items: Readonly<Record<string, string>>, results: readonly ItemResult<string>[]): string =>
  results
    .map(({ item, state, detail, remedy }) => `${state} ${items[item] ?? item}: ${detail}${remedy === undefined ? '' : `; ${remedy}`}`)
    .join('\n');

/** A list of which nothing could be checked has not passed. */
export const exitCodeOf = (results: readonly ItemResult<string>[]) =>
  results.some(({ state }) => state === 'failed') || !results.some(({ state }) => state === 'ok') ? exitCodes.different : exitCodes.ok;
