import { TestEnvironment } from 'jest-environment-node';

/** The Node environment; it closes fixtures after the afterAll hooks of a test file. */
export default class extends TestEnvironment {
  /** Jest awaits it for each event of a test file. */
  readonly handleTestEvent = async ({ name }: { readonly name: string }): Promise<void> => {
    if (name === 'run_finish') await this.global.closeFixtures?.();
  };
}
