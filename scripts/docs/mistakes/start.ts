/** Variables with which the service does not start, and the expected error. */
export interface StartMistake {
  readonly mistake: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly says: RegExp;
}

const production = { ENVIRONMENT: 'production', ROLE: 'worker' } as const;

export const startMistakes: readonly StartMistake[] = [
  {
    mistake: 'a setting is missing that the contract requires there',
    variables: production,
    says: /DATABASE_URL: must be set if ENVIRONMENT is production/,
  },
  {
    mistake: 'a port is not a number',
    variables: { PORT: 'eighty' },
    says: /PORT: must be a whole number \(it is "eighty"\)/,
  },
  {
    mistake: 'a role is not known',
    variables: { ROLE: 'web' },
    says: /ROLE: .*"all"\|"api"\|"graphql"\|"worker"\|"scraper"\|"analytics"\|"migrate".* \(it is "web"\)/,
  },
  {
    mistake: 'the database is of another kind',
    variables: { DATABASE_URL: 'mysql://h/d' },
    says: /DATABASE_URL: must be a URL starting with postgres/,
  },
  {
    mistake: 'a secret is too short to be one',
    variables: { SECRET_KEY: 'short' },
    says: /SECRET_KEY: needs at least 32 characters/,
  },
];
