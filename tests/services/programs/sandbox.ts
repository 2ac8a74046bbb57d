/** Runs its argument in the sandbox and prints how it ended. */
import { createSandbox } from '../../../service/queries/sandbox/sandbox.ts';

const sandbox = createSandbox();
process.stdout.write(JSON.stringify(await sandbox.run(process.argv[2] ?? '')));
await sandbox.close();
