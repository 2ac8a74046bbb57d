/** Preloaded into a process (with --expose-gc): at SIGUSR2 collects garbage and reports what is left, in bytes, to the parent. */
process.on('SIGUSR2', () => {
  globalThis.gc();
  process.send(process.memoryUsage());
});
