/** The deployment guides whose requirements the rows are: docs/guides.md. */
export const guides = ['G0', 'G1', 'G2', 'G3'] as const;
export type Guide = (typeof guides)[number];

interface Test {
  /** Test file of this repository. */
  readonly file: string;
  /** Title of a test in it, as its source has it. */
  readonly title: string;
}

type TestName = readonly [file: string, title: string];

/** How well a requirement is met, from the strongest proof to none. */
export type Evidence =
  /** The test executes the thing itself: the service, a server, a script, a cluster. `further`: tests of its other parts. */
  | { readonly level: 'ran'; readonly test: Test; readonly further?: readonly Test[] }
  /** Generated, and the test has the tool that reads it accept it: compose-go, an API server, kubectl-validate, promtool. */
  | { readonly level: 'parsed'; readonly test: Test }
  /** Described on a page; nothing runs it. */
  | { readonly level: 'written'; readonly page: string }
  /** Deliberately built in another way. */
  | { readonly level: 'replaced'; readonly reason: string }
  | { readonly level: 'planned' };
export type Level = Evidence['level'];

/** One requirement. `missing`: the part of it that the evidence does not cover. */
export interface Row {
  readonly requirement: string;
  readonly guides: readonly Guide[];
  readonly evidence: Evidence & { readonly missing?: string };
}
export type Rows = Readonly<Record<string, Row>>;

export const row = (requirement: string, from: readonly Guide[], evidence: Row['evidence']): Row => ({
  requirement,
  guides: from,
  evidence,
});
export const ran = (file: string, title: string): Evidence => ({ level: 'ran', test: { file, title } });
/** A requirement of several parts, each with a test: file and title. */
export const ranAll = ([file, title]: TestName, ...further: readonly TestName[]): Evidence => ({
  level: 'ran',
  test: { file, title },
  further: further.map(([file, title]) => ({ file, title })),
});
export const parsed = (file: string, title: string): Evidence => ({ level: 'parsed', test: { file, title } });
export const written = (page: string): Evidence => ({ level: 'written', page });
export const replaced = (reason: string): Evidence => ({ level: 'replaced', reason });
export const planned: Evidence = { level: 'planned' };
export const inPart = (evidence: Evidence, missing: string): Row['evidence'] => ({ ...evidence, missing });

/** Every test that an evidence names. */
export function testsOf(evidence: Evidence): readonly Test[] {
  if (!('test' in evidence)) return [];
  return [evidence.test, ...('further' in evidence ? (evidence.further ?? []) : [])];
}
