/**
 * CPU time of some work in milliseconds, the minimum of several runs: unlike the clock, it is stable on a busy machine. It is that of the
 * process, because Linux measures threads in ticks of some milliseconds.
 */
export async function minCpuMilliseconds(work: () => unknown, runs: number): Promise<number> {
  let min = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    min = Math.min(min, (user + system) / 1000);
  }
  return min;
}
