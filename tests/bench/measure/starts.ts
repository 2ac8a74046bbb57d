import { join } from 'node:path';
import { onServerCore } from '../cores.ts';
import { median } from '../figures.ts';
import { stopProcess } from '../server-process.ts';
import { startService } from '../service-process.ts';

/** Seconds until /ready, with the embedded database: in an empty folder, and in one that has data. */
export async function measureStarts(folder: string, rounds: number): Promise<{ first: number; later: number }> {
  const start = async (name: string) => {
    const server = await startService({
      log: join(folder, 'starts.log'),
      env: { LEYENDA_DATA_DIR: join(folder, name) },
      pin: onServerCore,
    });
    await stopProcess(server);
    return server.startSeconds;
  };
  const [first, later]: [number[], number[]] = [[], []];
  for (let count = 0; count < rounds; count += 1) {
    first.push(await start(`start-${count}`));
    later.push(await start(`start-${count}`));
  }
  return { first: median(first), later: median(later) };
}
