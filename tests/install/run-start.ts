import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The page and a caption, as a newcomer gets them from the first start. Each time is in seconds since the start. */
export interface Start {
  readonly firstLine: number;
  readonly ready: number;
  readonly page: number;
  /** Undefined at a later start, which prints no key. */
  readonly caption: number | undefined;
}

/** @throws unless the response has the status 200 */
async function fetchText(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} returned ${response.status}: ${text}`);
  return text;
}

/** Loads the page with the files that it names. @throws if there is a page although `hasPage` is false, or the other way round */
async function loadPage(origin: string, hasPage: boolean): Promise<void> {
  const page = await fetchText(`${origin}/`, { headers: { Accept: 'text/html' } });
  const files = [...page.matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)].map(([, path]) => `${origin}${path}`);
  if (files.length > 0 !== hasPage) throw new Error(`${origin}/ ${hasPage ? 'is not' : 'is'} the built page: ${page.slice(0, 200)}`);
  await Promise.all(files.map((file) => fetchText(file)));
}

async function requestCaption(origin: string, key: string): Promise<void> {
  const text = await fetchText(`${origin}/api/v4/generate`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ content_description: 'Sunset over the beach', style: 'casual', audience: 'general', client_id: 'newcomer' }),
  });
  if (JSON.parse(text).captions?.length === 0) throw new Error(`no caption: ${text}`);
}

/** Runs `npm start` in the folder, does what a newcomer does, and stops the service. */
export async function runStart(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  { hasPage } = { hasPage: true },
): Promise<Start> {
  const from = performance.now();
  const seconds = () => (performance.now() - from) / 1000;
  const npm = spawn('npm', ['start'], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(npm, 'exit');
  try {
    let output = '';
    let firstLine: number | undefined;
    for await (const chunk of npm.stdout) {
      output += String(chunk);
      // npm prints its own lines first.
      if (output.includes('Starting ')) firstLine ??= seconds();
      const address = /^ +Page +(\S+)$/m.exec(output)?.[1];
      if (address === undefined || firstLine === undefined) continue;
      const ready = seconds();
      const { origin, hash } = new URL(address);
      await loadPage(origin, hasPage);
      const page = seconds();
      const key = /^#key=(.+)$/.exec(hash)?.[1];
      if (key !== undefined) await requestCaption(origin, key);
      return { firstLine, ready, page, caption: key === undefined ? undefined : seconds() };
    }
    throw new Error(`the service ended before it was ready: ${output}`);
  } finally {
    npm.kill('SIGTERM');
    npm.stdout.resume();
    await exited;
  }
}
