import { Expression } from './expression.ts';
import type { Permissions } from './permissions.ts';
import { type Env, mapNames, type Outputs, renderValues } from './step.ts';
import { Steps } from './steps.ts';

/** A job that other jobs may need. `O`: the names of its outputs. */
export interface Job<O extends string> {
  readonly id: string;
  readonly outputs: readonly O[];
  readonly permissions: Permissions;
  /** The content in YAML. */
  readonly rendered: Readonly<Record<string, unknown>>;
}
export type Needs = Readonly<Record<string, Job<string>>>;
export type References<N extends Needs> = {
  readonly [K in keyof N]: {
    /** success, failure, cancelled or skipped */
    readonly result: Expression;
    readonly outputs: N[K] extends Job<infer O> ? Outputs<O> : never;
  };
};

/** A container that runs during the job, at localhost. */
export interface ServiceContainer {
  /** With a digest or an exact version. */
  readonly image: `${string}@sha256:${string}` | `${string}:${number}.${number}${string}`;
  readonly env: Env;
  /** Port of the runner, then of the container. */
  readonly ports: readonly `${number}:${number}`[];
  /** Options of `docker create`, such as the health check that the job waits for. */
  readonly options: string;
}
export interface JobOptions<N extends Needs, P extends Permissions, M extends string = never> {
  readonly name: string;
  /** A runner label with a version. */
  readonly runner: `${string}-${number}.${number}`;
  readonly minutes: number;
  /** Permissions of the token; all others are denied. */
  readonly permissions: P;
  /** Jobs that must succeed first; only their outputs can be read. */
  readonly needs?: N;
  readonly if?: Expression;
  /** A GitHub environment: its protection rules apply, and the subject of the OIDC token contains it. */
  readonly environment?: string;
  /** `false`: GitHub records no deployment, because the job deploys nothing; protection rules and token subject still apply. */
  readonly recorded?: false;
  /** Concurrency group: one job at a time, later ones wait, nothing is cancelled. */
  readonly queue?: string;
  /** Containers that run during the job. */
  readonly services?: Readonly<Record<string, ServiceContainer>>;
  /** The job runs once for each entry; a failure does not cancel the others. */
  readonly matrix?: readonly Readonly<Record<M, string>>[];
}

/**
 * A job. `build` adds the steps, receives references to the outputs of the needed jobs and to the matrix entry, and returns the outputs
 * of this job.
 */
export function job<const N extends Needs, const P extends Permissions, O extends string = never, M extends string = never>(
  id: string,
  options: JobOptions<N, P, M>,
  build: (steps: Steps<P>, needs: References<N>, entry: { readonly [K in M]: Expression }) => Outputs<O> | undefined,
): Job<O> {
  const { name, runner, minutes, permissions, needs, if: condition, environment, recorded, queue, services, matrix } = options;
  const steps = new Steps(permissions);
  const keys = namesOf(matrix?.[0]);
  const outputs = build(
    steps,
    referencesTo(needs),
    mapNames(keys, (name) => new Expression(`matrix.${name}`)),
  );
  const needed = Object.values<Job<string>>(needs ?? {}).map((other) => other.id);
  const rendered = {
    name,
    ...(needed.length === 0 ? {} : { needs: needed }),
    ...(condition === undefined ? {} : { if: condition.code }),
    ...(matrix === undefined ? {} : { strategy: { 'fail-fast': false, matrix: { include: matrix } } }),
    'runs-on': runner,
    'timeout-minutes': minutes,
    permissions,
    ...(environment === undefined ? {} : { environment: recorded === false ? { name: environment, deployment: false } : environment }),
    ...(queue === undefined ? {} : { concurrency: { group: queue, 'cancel-in-progress': false } }),
    ...(services === undefined ? {} : { services: mapValues(services, renderService) }),
    ...(outputs === undefined ? {} : { outputs: renderValues(outputs) }),
    steps: steps.rendered,
  };
  return { id, outputs: namesOf(outputs), permissions, rendered };
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
  if (!covers(references, needs)) throw new Error('unreachable: every needed job has a reference');
  return references;
}
const covers = <N extends Needs>(references: object, needs: N | undefined): references is References<N> =>
  Object.keys(needs ?? {}).every((key) => key in references);

function namesOf<O extends string>(record: { readonly [K in O]: unknown } | undefined): O[] {
  const isName = (name: string): name is O => record !== undefined && name in record;
  return Object.keys(record ?? {}).filter(isName);
}
