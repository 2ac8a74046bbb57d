import { allOf, anyOf, differs, equals, github, vars } from '../layer/expression.ts';

/** The environments of a release, in this order. */
export type Target = keyof typeof vars.cluster;

interface Delivery {
  /** The branch whose images are deployed, and which a version tag can promote. */
  readonly deployed: string;
  /** The branches whose images are pushed and signed. */
  readonly published: readonly [string, ...string[]];
  /** Tags of a signed image, in addition to `sha-COMMIT`; `latest`: of the deployed branch. */
  readonly tags: readonly ('branch' | 'branch-commit' | 'latest')[];
}

/** What a push delivers; the rest of the workflows follows from it. */
export const delivery = {
  deployed: 'main',
  published: ['main', 'develop'],
  tags: ['branch', 'branch-commit', 'latest'],
} as const satisfies Delivery;

/** On the branch whose images are deployed. */
export const isDeployed = equals(github.ref, `refs/heads/${delivery.deployed}`);

/** Whether the environment has a cluster: only repository variables are known before a job starts. */
export const hasCluster = (environment: Target) => differs(vars.cluster[environment], '');

const isPublic = differs(github.isPrivate, true);
const isEnabled = equals(vars.codeSecurity, 'on');

/**
 * Whether GitHub accepts findings and attestations: as the variable CODE_SECURITY says (`on`, `off`), otherwise of public repositories.
 * A private one needs a licence.
 */
export const hasCodeSecurity = anyOf(isEnabled, allOf(differs(vars.codeSecurity, 'off'), isPublic));

/** Whether GitHub compares dependencies: a fork has no dependency graph until its owner enables it. */
export const hasDependencyGraph = anyOf(isEnabled, allOf(differs(vars.codeSecurity, 'off'), isPublic, differs(github.isFork, true)));

/** Whether Scorecard accepts the repository: public and no fork. */
export const isScored = allOf(isPublic, differs(github.isFork, true), differs(vars.codeSecurity, 'off'));
