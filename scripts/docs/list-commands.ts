/** Prints how many commands of the documents tests run, and why they do not run the others: `npm run docs:commands`. */
import { commandPages, commandsIn, type Fence, fencesOf, isRunnable, needOf, needs, placeOf } from './fences.ts';

const reasonOf = (fence: Fence): string => {
  const need = needOf(fence);
  if (need !== undefined) return `not run here: needs ${needs[need]}`;
  return placeOf(fence) === 'run' ? 'run by `npm test`' : 'run by `npm run test:services`';
};

const counts = new Map<string, { blocks: number; commands: number }>();
for (const fence of commandPages().flatMap(fencesOf).filter(isRunnable)) {
  const reason = reasonOf(fence);
  const { blocks, commands } = counts.get(reason) ?? { blocks: 0, commands: 0 };
  counts.set(reason, { blocks: blocks + 1, commands: commands + commandsIn(fence) });
}
const rows = [...counts].sort(([, a], [, b]) => b.commands - a.commands);
for (const [reason, { blocks, commands }] of rows) {
  process.stdout.write(`${String(commands).padStart(4)} commands in ${String(blocks).padStart(3)} blocks: ${reason}\n`);
}
