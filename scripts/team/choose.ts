import type { Interface } from 'node:readline/promises';
import * as z from 'zod';
import { type Team, type TeamFieldName, teamFieldNames, teamFields } from '../../contract/team-fields.ts';
import { Failure } from '../cli/failure.ts';
import { defaultOf } from './derive.ts';
import { validateTeamValue } from './formats.ts';

const teamSchema = z.record(z.enum(teamFieldNames), z.string());
const givenSchema = z.partialRecord(z.enum(teamFieldNames), z.string());

/** Values that were given, by field. */
export type Given = Partial<Team>;

export const flagOf = (name: TeamFieldName): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** @throws {Failure} `usage` if the text is not a JSON object of values by field */
export function parseGiven(text: string, file: string): Given {
  const remedy = `write an object with texts by name: ${teamFieldNames.join(', ')}`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failure('usage', `${file} is not JSON`, remedy);
  }
  const parsed = givenSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const names = issue?.code === 'unrecognized_keys' ? issue.keys : issue?.path.map(String);
  throw new Failure('usage', `${file}: ${names?.join(', ') || 'it'} is not valid`, remedy);
}

/** The values that are given, derived or current. @throws {Failure} `usage`: one text for all values that are not valid */
export function chooseTeam(current: Team, given: Given): Team {
  const chosen: Partial<Record<TeamFieldName, string>> = {};
  for (const name of teamFieldNames) chosen[name] = given[name]?.trim() ?? defaultOf(name, current, chosen);
  const violations = teamFieldNames.flatMap((name) => {
    const value = chosen[name] ?? '';
    const violation = validateTeamValue(name, value);
    return violation === undefined ? [] : [`--${flagOf(name)} (${value}) ${violation}`];
  });
  if (violations.length > 0) throw new Failure('usage', violations.join('; '), 'nothing was changed');
  return teamSchema.parse(chosen);
}

/** Requests each value in the terminal; an empty answer keeps the default, "-" empties an optional value. */
export async function promptForTeam(current: Team, terminal: Interface, print: (line: string) => void): Promise<Team> {
  const chosen: Partial<Record<TeamFieldName, string>> = {};
  for (const name of teamFieldNames) {
    for (let answer: string | undefined; chosen[name] === undefined; ) {
      const preset = defaultOf(name, current, chosen);
      print(`\n${teamFields[name].doc}`);
      answer = (await terminal.question(`${flagOf(name)} [${preset}]: `)).trim();
      const value = answer === '-' ? '' : answer || preset;
      const violation = validateTeamValue(name, value);
      if (violation === undefined) chosen[name] = value;
      else print(`${value} ${violation}`);
    }
  }
  return teamSchema.parse(chosen);
}
