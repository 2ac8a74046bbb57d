/** Tools of others that judge what the repository renders. */
export const judges = {
  'kube-score': '1.20.0',
  checkov: '3.3.30',
  Trivy: '0.74.0',
  Redocly: '2.77.0, rules recommended-strict',
  Spectral: '6.16.0, rules oas',
  'graphql-schema-linter': '3.0.1',
} as const;
export type Judge = keyof typeof judges;

/** What was decided about a rule of a judge. */
export interface Decision {
  readonly judge: Judge;
  /** The rule as the judge names it. */
  readonly rule: string;
  /** Findings when the judge was introduced, and after the decision; not set: not counted. */
  readonly found?: number;
  readonly left?: number;
  /** Findings that are accepted; not set: none, the rule is obeyed. An entry that no longer matches fails the tests. */
  readonly accepted?: {
    /** Default: any message. */
    readonly message?: RegExp;
    /** The only file or object with this finding; default: any. */
    readonly where?: RegExp;
  };
  /** What was changed, or why the finding is accepted. */
  readonly reason: string;
}

/** A finding in the terms of every judge. */
export interface Finding {
  readonly rule: string;
  readonly where: string;
  readonly message: string;
}
