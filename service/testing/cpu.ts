/**
 * Processor time of some work in milliseconds, the least of several runs: nearly the same on a busy machine, where the clock is not.
 * Of the whole process, because Linux counts that of a thread in ticks of some milliseconds.
 */
export async function minCpuMilliseconds(work: () => unknown, runs: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
