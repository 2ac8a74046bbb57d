import type { Figures, Results, Subject } from './figures.ts';

/** A limit of one figure; with `per`, of its ratio to the same figure of another subject. */
interface Goal {
  readonly subject: Subject;
  readonly figure: keyof Figures;
  readonly per?: Subject;
  readonly atLeast?: number;
  readonly atMost?: number;
}

const [koa, fastapi, portkey, litellm] = [
  'Koa + body parser',
  'cached caption, FastAPI',
  'pass-through, Portkey',
  'pass-through, LiteLLM',
] as const;

const bothStores = (kind: 'cached caption' | 'GraphQL models' | 'pass-through', goal: Omit<Goal, 'subject'>): Goal[] =>
  (['embedded', 'PostgreSQL + Redis'] as const).map((stores) => ({ subject: `${kind}, ${stores}`, ...goal }));

export const goals: readonly Goal[] = [
  ...bothStores('cached caption', { figure: 'perSecond', per: koa, atLeast: 0.5 }),
  ...bothStores('cached caption', { figure: 'perSecond', per: fastapi, atLeast: 3.3 }),
  { subject: 'cached caption, embedded', figure: 'p99At70', atMost: 10 },
  ...bothStores('pass-through', { figure: 'perSecond', per: portkey, atLeast: 2 }),
  ...bothStores('pass-through', { figure: 'perSecond', per: litellm, atLeast: 30 }),
  ...bothStores('pass-through', { figure: 'overhead', atMost: 1.5 }),
  ...bothStores('GraphQL models', { figure: 'perSecond', per: koa, atLeast: 0.3 }),
  { subject: 'batches', figure: 'perSecond', atLeast: 1000 },
  { subject: 'analysis of articles', figure: 'perSecond', atLeast: 50 },
  { subject: 'analysis, PostgreSQL', figure: 'perSecond', atLeast: 50 },
  { subject: 'cached caption, embedded', figure: 'residentMegabytes', atMost: 450 },
  { subject: 'cached caption, PostgreSQL + Redis', figure: 'residentMegabytes', atMost: 200 },
  { subject: 'first start', figure: 'seconds', atMost: 3 },
  { subject: 'later start', figure: 'seconds', atMost: 1.2 },
];

/** A goal and what was measured, or why nothing was. */
export interface Outcome extends Goal {
  readonly value: number | string;
  readonly missed: boolean;
}

export function outcomeOf(goal: Goal, results: Results): Outcome {
  const read = (subject: Subject): number | string => {
    const figures = results.get(subject) ?? 'not measured';
    return typeof figures === 'string' ? figures : (figures[goal.figure] ?? 'not measured');
  };
  const [value, divisor] = [read(goal.subject), goal.per === undefined ? 1 : read(goal.per)];
  if (typeof value === 'string') return { ...goal, value, missed: false };
  if (typeof divisor === 'string') return { ...goal, value: divisor, missed: false };
  const compared = value / divisor;
  const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = goal;
  return { ...goal, value: compared, missed: compared < atLeast || compared > atMost };
}
