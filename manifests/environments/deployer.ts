/** A job of a workflow on GitHub. The API server verifies its OIDC token itself; no credential is stored anywhere. */
export interface GitHubDeployer {
  readonly repository: `${string}/${string}`;
  /**
   * Ids of the owner and of the repository, which do not change with their names. GitHub puts them into the subject
   * (`repo:OWNER@1/NAME@2:…`) of repositories created or renamed since July 2026, and of those that opt in.
   */
  readonly ids: { readonly owner: number; readonly repository: number };
  /** Environment on GitHub that the job runs in: its reviewers have approved the run. */
  readonly environment: string;
  /** Files in `.github/workflows` whose jobs may deploy. */
  readonly workflows: readonly [string, ...string[]];
  /** Jobs that may only read (`leyenda history`, `leyenda drift`), in an environment without reviewers. */
  readonly watch: { readonly environment: string; readonly workflows: readonly [string, ...string[]] };
  /** Branches and tags that may deploy; a trailing `*` matches any rest. */
  readonly refs: readonly [GitRef, ...GitRef[]];
  /** Audience of the token, a different one for each cluster: CLUSTER_AUDIENCE of the environment on GitHub. */
  readonly audience: string;
  /**
   * Names of the users in a cluster that authenticates identities of its cloud instead of tokens of GitHub: on GKE the emails of the
   * service accounts. Not set: the subjects of the tokens.
   */
  readonly users?: { readonly deployer: string; readonly watch: string };
}
type GitRef = `refs/${'heads' | 'tags'}/${string}`;
