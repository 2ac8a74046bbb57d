import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const program = join(import.meta.dirname, '../../scripts/leyenda.js');

interface Item {
  readonly item: string;
  readonly state: string;
  readonly detail: string;
}
interface Document {
  readonly passed?: boolean;
  readonly items?: readonly Item[];
  readonly objectives?: readonly { readonly name: string; readonly measured: number | null }[];
}

/** Runs the program with these variables. @returns its exit code and its JSON document */
export async function leyenda(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
  cwd = process.cwd(),
) {
  const options = { cwd, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment }, maxBuffer: 2 ** 26 };
  const { code, stdout } = await promisify(execFile)(process.execPath, [program, ...argv, '--json'], options).then(
    (output) => ({ code: 0, stdout: output.stdout }),
    (error: { code?: number; stdout?: string }) => {
      if (typeof error.code !== 'number' || !error.stdout) throw error;
      return { code: error.code, stdout: error.stdout };
    },
  );
  const document: Document = JSON.parse(stdout);
  return { exitCode: code, document, items: document.items ?? [] };
}

export const statesOf = (items: readonly Item[]) => Object.fromEntries(items.map(({ item, state }) => [item, state]));
