/** User and database of an in-cluster PostgreSQL. */
export const localDatabase = { user: 'captions', database: 'captions' } as const;
