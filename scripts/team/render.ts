import { type Team, teamFieldNames } from '../../contract/team-fields.ts';

export const teamFile = 'contract/team.ts';

const lineWidth = 140;
/** As the formatter writes it: in single quotes, unless the text contains one. */
const quoted = (text: string) => (text.includes("'") ? JSON.stringify(text) : `'${text}'`);

/** The text of `contract/team.ts`. */
export function renderTeam(team: Team): string {
  const lines = teamFieldNames.map((name) => {
    const line = `  ${name}: ${quoted(team[name])},`;
    return line.length <= lineWidth ? line : `  ${name}:\n    ${quoted(team[name])},`;
  });
  return `import type { Team } from './team-fields.ts';

/** The values of this product's team; docs/your-product.md describes each. \`leyenda init\` writes this file. */
export const team: Team = {
${lines.join('\n')}
};
`;
}
