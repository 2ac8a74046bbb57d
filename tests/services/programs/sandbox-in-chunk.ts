/** The same, but esbuild puts it into a chunk, away from the programs. */
await import('./sandbox.ts');
