/** Who may change what runs in an environment, and what may run there at all. */

/** A job of a repository's workflow on GitHub: the API server itself checks its OIDC token, and no credential is stored anywhere. */
export interface GitHubDeployer {
  readonly kind: 'github';
  readonly repository: `${string}/${string}`;
  /**
   * Numbers of the owner and of the repository, which outlive their names. GitHub puts them into the subject (`repo:OWNER@1/NAME@2:…`) of
   * repositories made or renamed since July 2026, and of those that ask for it; not set: the subject has the names alone.
   */
  readonly ids?: { readonly owner: number; readonly repository: number };
  /** Environment on GitHub that the job runs in: its reviewers have agreed. */
  readonly environment: string;
  /** Files in `.github/workflows` whose jobs may deploy. */
  readonly workflows: readonly [string, ...string[]];
  /** Jobs in an environment without reviewers that only look (`leyenda history`, `leyenda drift`); not set: none. */
  readonly watch?: { readonly environment: string; readonly workflows: readonly [string, ...string[]] };
  /** Of which branches and tags; a last `*` stands for any rest. */
  readonly refs: readonly [GitRef, ...GitRef[]];
  /** Whom the token must be for: CLUSTER_AUDIENCE of the environment on GitHub. Another cluster has another. */
  readonly audience: string;
}
type GitRef = `refs/${'heads' | 'tags'}/${string}`;

export type Deployer =
  /** The ServiceAccount `names.deployer`, for which somebody asks for tokens. */
  { readonly kind: 'service-account' } | GitHubDeployer;

/** What the cluster refuses to run in the namespace, whoever asks for it. */
export interface Admission {
  /** Repositories, besides those that are known, whose images operators put into pods here; the version is theirs to say. */
  readonly alsoFrom?: readonly string[];
  /** The service's image must be signed, too: Kyverno, which must be installed, verifies that one of exactly these signed it. */
  readonly signature?: {
    readonly engine: 'kyverno';
    readonly identities: readonly [string, ...string[]];
    readonly issuer?: `https://${string}`;
  };
}
