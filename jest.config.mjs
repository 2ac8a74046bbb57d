import { availableParallelism } from 'node:os';

const cores = availableParallelism();

/**
 * `unit` needs only Node, `services` tests whole processes and real servers, `judges` other projects' checkers,
 * `browser` the system's Chromium, `docker` a Docker daemon,
 * `rehearsal` act and a cluster, `e2e` a Kubernetes cluster.
 */
const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/tests/strip-types.mjs' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/build/', '<rootDir>/scripts/tools/node_modules/'],
};

export default {
  // Many tests wait for timers and child processes: on few cores, twice as many workers end sooner. Each may need 0.5 GB.
  maxWorkers: Math.max(cores, Math.min(2 * cores, 8)),
  /**
   * Stops a test or hook that hangs; nothing else in a test limits its time. A correct test on a busy machine must never reach it:
   * the slowest takes about ten seconds on an idle one.
   */
  testTimeout: 600_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testEnvironment: '<rootDir>/service/testing/environment.ts',
      globalSetup: '<rootDir>/service/testing/global-setup.ts',
      roots: [
        '<rootDir>/contract',
        '<rootDir>/service',
        '<rootDir>/manifests',
        '<rootDir>/scripts',
        '<rootDir>/.github/src',
        '<rootDir>/tests/bench',
        '<rootDir>/tests/captions',
        '<rootDir>/tests/documents',
        '<rootDir>/tests/rules',
      ],
      testMatch: ['**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'services',
      testEnvironment: '<rootDir>/service/testing/environment.ts',
      globalSetup: '<rootDir>/service/testing/temporary-folder.ts',
      roots: ['<rootDir>/tests/services'],
      testMatch: ['**/*.test.ts'],
    },
    { ...common, displayName: 'browser', roots: ['<rootDir>/tests/browser'], testMatch: ['**/*.test.ts'] },
    { ...common, displayName: 'judges', roots: ['<rootDir>/tests/judges'], testMatch: ['**/*.test.ts'] },
    // A test is a whole workflow, whose jobs run all unit tests.
    { ...common, displayName: 'rehearsal', roots: ['<rootDir>/tests/rehearsal'], testMatch: ['**/*.test.ts'], testTimeout: 3_600_000 },
    { ...common, displayName: 'docker', roots: ['<rootDir>/tests/docker'], testMatch: ['**/*.test.ts'] },
    { ...common, displayName: 'e2e', roots: ['<rootDir>/tests/e2e'], testMatch: ['**/*.test.ts'] },
  ],
};
