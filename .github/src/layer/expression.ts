/**
 * A GitHub expression as a value of its own: only the layer makes one, so that text and expression cannot be confused,
 * and so that an output that no step or job declares cannot be named.
 */
export class Expression {
  readonly code: string;
  constructor(code: string) {
    this.code = code;
  }
  /** As it stands in YAML. */
  render(): string {
    return `\${{ ${this.code} }}`;
  }
}

/** Text that contains no expression: one in a literal does not compile, one in other text throws when it is rendered. */
export type Plain<T extends string> = T extends `${string}\${{${string}` ? never : T;

/** What inputs and environment variables take. */
export type Value = string | number | boolean | Expression;

/**
 * A value as YAML holds it.
 * @throws when text smuggles an expression in
 */
export function renderValue(value: Value): string | number | boolean {
  if (value instanceof Template) return value.render();
  if (value instanceof Expression) return value.render();
  return typeof value === 'string' ? checkedPlain(value) : value;
}

/** @throws when the text holds `${{` */
export function checkedPlain(text: string): string {
  if (text.includes('${{')) throw new Error(`an expression stands in plain text: ${text}`);
  return text;
}

/** Several expressions and text as one value: text`${name}@${digest}`. */
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

/** Expressions with a space between. */
export const join = (values: readonly Expression[]): Expression => new Template(values.map((value) => value.render()).join(' '));

const of = (code: string) => new Expression(code);

/** The parts of the `github` context in use. */
export const github = {
  actor: of('github.actor'),
  eventName: of('github.event_name'),
  headIsFork: of('github.event.pull_request.head.repo.fork'),
  /** A pull request's number; empty on other events. */
  pullRequest: of('github.event.pull_request.number'),
  ref: of('github.ref'),
  repository: of('github.repository'),
  serverUrl: of('github.server_url'),
  sha: of('github.sha'),
  token: of('secrets.GITHUB_TOKEN'),
  /** owner/name/.github/workflows/file@ref: what a keyless signature certifies, behind the server's address. */
  workflowRef: of('github.workflow_ref'),
} as const;

/**
 * Variables of a GitHub environment, none of them secret: the API server's https URL, its CA (PEM, base64), and the audience
 * that it expects in a token. The API server trusts the issuer https://token.actions.githubusercontent.com for that audience
 * and maps the subject `repo:OWNER/NAME:environment:ENVIRONMENT` to the deployer, so that no other repository,
 * branch or environment gets in.
 */
export const vars = {
  clusterServer: of('vars.CLUSTER_SERVER'),
  clusterCa: of('vars.CLUSTER_CA'),
  clusterAudience: of('vars.CLUSTER_AUDIENCE'),
} as const;

const literal = (value: string | boolean) => (typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value));

export const firstOf = (a: Expression, b: Expression) => of(`${a.code} || ${b.code}`);
export const differs = (a: Expression, b: string | boolean) => of(`${a.code} != ${literal(b)}`);
/** A folder of the running job, outside the checkout; only in steps. */
export const runnerTemp = of('runner.temp');
/** Only when an earlier step or job failed. */
export const failure = of('failure()');
/** Also when an earlier step or job failed. */
export const always = of('always()');
