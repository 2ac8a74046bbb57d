import { Expression } from './expression.ts';
import type { Permissions } from './permissions.ts';
import { type Env, mapNames, type Outputs, renderValues } from './step.ts';
import { Steps } from './steps.ts';

/** A job that others may need; `O`: the names of its outputs. */
export interface Job<O extends string> {
  readonly id: string;
  readonly outputs: readonly O[];
  /** As YAML holds it. */
  readonly rendered: Readonly<Record<string, unknown>>;
}
type Needs = Readonly<Record<string, Job<string>>>;
type References<N extends Needs> = {
  readonly [K in keyof N]: {
    /** success, failure, cancelled or skipped */
    readonly result: Expression;
    readonly outputs: N[K] extends Job<infer O> ? Outputs<O> : never;
  };
};

/** A server beside the job's steps, reached at localhost. */
export interface ServiceContainer {
  /** By digest or exact version. */
  readonly image: `${string}@sha256:${string}` | `${string}:${number}.${number}${string}`;
  readonly env: Env;
  /** Of the machine, then of the container. */
  readonly ports: readonly `${number}:${number}`[];
  /** Of `docker create`, such as the health check that the job waits for. */
  readonly options: string;
}
export interface JobOptions<N extends Needs, P extends Permissions> {
  readonly name: string;
  /** A label with a version. */
  readonly runner: `${string}-${number}.${number}`;
  readonly minutes: number;
  /** Mandatory: what is not named here, the job's token may not do. */
  readonly permissions: P;
  /** Jobs to wait for; only their outputs can be read. */
  readonly needs?: N;
  readonly if?: Expression;
  /** A GitHub environment: its rules must let the job start, and the token's subject names it. */
  readonly environment?: string;
  /** `false`: GitHub notes no deployment, for nothing is deployed; the environment's rules and the token's subject stay. */
  readonly recorded?: false;
  /** One at a time in this group; the next waits and nothing is cancelled. */
  readonly queue?: string;
  /** Servers that the steps find running. */
  readonly services?: Readonly<Record<string, ServiceContainer>>;
}

/**
 * A job. Its steps are added by `build`, which gets references to the outputs of the needed jobs and of no others;
 * what it returns are the job's own outputs.
 */
export function job<const N extends Needs, const P extends Permissions, O extends string = never>(
  id: string,
  options: JobOptions<N, P>,
  build: (steps: Steps<P>, needs: References<N>) => Outputs<O> | undefined,
): Job<O> {
  const { name, runner, minutes, permissions, needs, if: condition, environment, recorded, queue, services } = options;
  const steps = new Steps(permissions);
  const outputs = build(steps, referencesTo(needs));
  const needed = Object.values<Job<string>>(needs ?? {}).map((other) => other.id);
  const rendered = {
    name,
    ...(needed.length === 0 ? {} : { needs: needed }),
    ...(condition === undefined ? {} : { if: condition.code }),
    'runs-on': runner,
    'timeout-minutes': minutes,
    permissions,
    ...(environment === undefined ? {} : { environment: recorded === false ? { name: environment, deployment: false } : environment }),
    ...(queue === undefined ? {} : { concurrency: { group: queue, 'cancel-in-progress': false } }),
    ...(services === undefined ? {} : { services: mapValues(services, renderService) }),
    ...(outputs === undefined ? {} : { outputs: renderValues(outputs) }),
    steps: steps.rendered,
  };
  return { id, outputs: namesOf(outputs), rendered };
}

const mapValues = <V, W>(record: Readonly<Record<string, V>>, map: (value: V) => W) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
const renderService = ({ image, env, ports, options }: ServiceContainer) => ({ image, env: renderValues(env), ports, options });

function referencesTo<N extends Needs>(needs: N | undefined): References<N> {
  const references = Object.fromEntries(
    Object.entries<Job<string>>(needs ?? {}).map(([key, { id, outputs }]) => [
      key,
      {
        result: new Expression(`needs.${id}.result`),
        outputs: mapNames(outputs, (name) => new Expression(`needs.${id}.outputs.${name}`)),
      },
    ]),
  );
  if (!covers(references, needs)) throw new Error('unreachable: every needed job was just given a reference');
  return references;
}
const covers = <N extends Needs>(references: object, needs: N | undefined): references is References<N> =>
  Object.keys(needs ?? {}).every((key) => key in references);

function namesOf<O extends string>(outputs: Outputs<O> | undefined): O[] {
  const isName = (name: string): name is O => outputs !== undefined && name in outputs;
  return Object.keys(outputs ?? {}).filter(isName);
}
