import * as z from 'zod';

const logLine = z.object({ level: z.literal('info'), message: z.string() });
/** The first word of each log line of an output that has lines about the start only. */
export const stepsIn = (output: string) =>
  output
    .trimEnd()
    .split('\n')
    .map((line) => logLine.parse(JSON.parse(line)).message.split(' ')[0]);
