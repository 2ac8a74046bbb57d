import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderWorkflows } from '../../.github/src/render.ts';
import { exitCodes } from '../../service/contract/cli.ts';
import type { Handlers } from '../cli/context.ts';

const folder = join('.github', 'workflows');

/** Writes the workflow files, or tells which of the committed ones differ from their source. */
export const workflowsCommand: Handlers['workflows'] = async ({ args }, { out }) => {
  const differing = await differences(renderWorkflows());
  if (args.action === 'write') {
    await mkdir(folder, { recursive: true });
    for (const { path, text } of differing) await (text === undefined ? rm(path) : writeFile(path, text));
  }
  const files = differing.map(({ path, problem }) => ({ path, problem }));
  const done = args.action === 'write';
  const lines = files.map(({ path, problem }) => (done ? `wrote ${path}` : `${path} ${problem}; run: leyenda workflows write`));
  out.result(lines.length > 0 ? lines.join('\n') : 'the workflow files equal their source', { differing: files, written: done });
  return done || files.length === 0 ? exitCodes.ok : exitCodes.different;
};

interface Difference {
  readonly path: string;
  readonly problem: 'differs from its source' | 'is missing' | 'has no source';
  /** What should stand there; undefined: nothing. */
  readonly text: string | undefined;
}

async function differences(wanted: ReadonlyMap<string, string>): Promise<Difference[]> {
  const present: readonly string[] = await readdir(folder).catch(() => []);
  const strangers = present
    .filter((name) => !wanted.has(name))
    .map((name) => ({ path: join(folder, name), problem: 'has no source' as const, text: undefined }));
  const ours = await Promise.all(
    [...wanted].map(async ([name, text]): Promise<Difference[]> => {
      const path = join(folder, name);
      if (!present.includes(name)) return [{ path, problem: 'is missing', text }];
      return (await readFile(path, 'utf8')) === text ? [] : [{ path, problem: 'differs from its source', text }];
    }),
  );
  return [...ours.flat(), ...strangers];
}
