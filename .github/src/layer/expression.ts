/**
 * A GitHub expression as a separate type: only this layer creates one, so text and expressions cannot be confused, and an output
 * that no step or job declares cannot be referenced.
 */
export class Expression {
  readonly code: string;
  constructor(code: string) {
    this.code = code;
  }
  /** The text in YAML. */
  render(): string {
    return `\${{ ${this.code} }}`;
  }
}

/** Text without an expression: a literal with one does not compile, other text with one throws when it is rendered. */
export type Plain<T extends string> = T extends `${string}\${{${string}` ? never : T;

/** A value of an input or an environment variable. */
export type Value = string | number | boolean | Expression;

/** The value in YAML. @throws if text contains an expression */
export function renderValue(value: Value): string | number | boolean {
  if (value instanceof Template) return value.render();
  if (value instanceof Expression) return value.render();
  return typeof value === 'string' ? checkedPlain(value) : value;
}

/** @throws if the text contains `${{` */
export function checkedPlain(text: string): string {
  if (text.includes('${{')) throw new Error(`expression in plain text: ${text}`);
  return text;
}

/** Text with expressions: text`${name}@${digest}`. */
class Template extends Expression {
  readonly rendered: string;
  constructor(rendered: string) {
    super('');
    this.rendered = rendered;
  }
  override render(): string {
    return this.rendered;
  }
}
export function text(parts: TemplateStringsArray, ...values: readonly (string | Expression)[]): Expression {
  const rendered = values.map((value) => (typeof value === 'string' ? checkedPlain(value) : value.render()));
  return new Template(parts.map((part, i) => checkedPlain(part) + (rendered[i] ?? '')).join(''));
}

/** Expressions separated by spaces. */
export const join = (values: readonly Expression[]): Expression => new Template(values.map((value) => value.render()).join(' '));

const of = (code: string) => new Expression(code);

/** The used parts of the `github` context. */
export const github = {
  actor: of('github.actor'),
  eventName: of('github.event_name'),
  headIsFork: of('github.event.pull_request.head.repo.fork'),
  /** Whether this repository is a fork. */
  isFork: of('github.event.repository.fork'),
  isPrivate: of('github.event.repository.private'),
  /** Number of the pull request; empty for other events. */
  pullRequest: of('github.event.pull_request.number'),
  ref: of('github.ref'),
  repository: of('github.repository'),
  /** Unique for each run of a workflow. */
  runId: of('github.run_id'),
  serverUrl: of('github.server_url'),
  sha: of('github.sha'),
  token: of('secrets.GITHUB_TOKEN'),
} as const;

/** Password of another registry than GitHub's, in the environment of a job. */
export const registryPassword = of('secrets.REGISTRY_PASSWORD');
/** API key of the load test, in the environment `staging`. */
export const loadKey = of('secrets.LOAD_API_KEY');

/** Variables of the repository: also known where a job is skipped. Unset variables are empty. */
const repositoryVars = {
  codeSecurity: of('vars.CODE_SECURITY'),
  /** How to log in to the cluster of the environment; empty: no cluster. */
  cluster: { staging: of('vars.STAGING_CLUSTER'), production: of('vars.PRODUCTION_CLUSTER') },
} as const;

/** Variables of a GitHub environment, none of them secret: known to the steps of its jobs only. */
const environmentVars = {
  clusterServer: of('vars.CLUSTER_SERVER'),
  clusterCa: of('vars.CLUSTER_CA'),
  clusterAudience: of('vars.CLUSTER_AUDIENCE'),
  awsRegion: of('vars.AWS_REGION'),
  awsRole: of('vars.AWS_ROLE'),
  eksCluster: of('vars.EKS_CLUSTER'),
  gcpProvider: of('vars.GCP_WORKLOAD_IDENTITY_PROVIDER'),
  gcpServiceAccount: of('vars.GCP_SERVICE_ACCOUNT'),
  registryUsername: of('vars.REGISTRY_USERNAME'),
} as const;

export const vars = { ...repositoryVars, ...environmentVars } as const;

const literal = (value: string | boolean) => (typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value));

export const firstOf = (a: Expression, b: Expression) => of(`${a.code} || ${b.code}`);
export const differs = (a: Expression, b: string | boolean) => of(`${a.code} != ${literal(b)}`);
export const equals = (a: Expression, b: string | boolean) => of(`${a.code} == ${literal(b)}`);
export const allOf = (...conditions: readonly Expression[]) =>
  of(conditions.map(({ code }) => (code.includes(' || ') ? `(${code})` : code)).join(' && '));
export const anyOf = (...conditions: readonly Expression[]) => of(conditions.map(({ code }) => code).join(' || '));
/** A folder of the running job outside of the checkout; only valid in steps. */
export const runnerTemp = of('runner.temp');
/** Only if an earlier step or job failed. */
export const failure = of('failure()');
/** Even if an earlier step or job failed. */
export const always = of('always()');
