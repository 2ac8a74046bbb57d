import { type Kysely, sql } from 'kysely';

const now = sql`now()`;

async function sources(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('news_sources')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('name', 'varchar(200)', (column) => column.notNull().unique())
    .addColumn('url', 'varchar(2000)', (column) => column.notNull().unique())
    .addColumn('kind', 'varchar(10)', (column) => column.notNull())
    .addColumn('selectors', 'jsonb')
    .addColumn('language', 'varchar(35)')
    .addColumn('country', sql`char(2)`)
    .addColumn('interval_minutes', 'integer', (column) => column.notNull())
    .addColumn('is_active', 'boolean', (column) => column.notNull())
    .addColumn('terms_url', 'varchar(2000)')
    .addColumn('legal_basis', 'varchar(30)')
    .addColumn('compliance_score', 'smallint', (column) => column.notNull())
    .addColumn('compliance_reasons', 'jsonb', (column) => column.notNull())
    .addColumn('etag', 'varchar(500)')
    .addColumn('last_modified', 'varchar(100)')
    .addColumn('next_fetch_at', 'timestamptz(3)')
    .addColumn('failures', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', 'timestamptz(3)', (column) => column.notNull().defaultTo(now))
    .addColumn('updated_at', 'timestamptz(3)', (column) => column.notNull().defaultTo(now))
    .execute();
  await db.schema.createIndex('news_sources_due').on('news_sources').column('next_fetch_at').execute();
}

async function fetches(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('news_fetches')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('source_id', 'uuid', (column) => column.notNull().references('news_sources.id').onDelete('cascade'))
    .addColumn('cause', 'varchar(10)', (column) => column.notNull())
    .addColumn('requested_by', 'varchar(150)')
    .addColumn('queued_at', 'timestamptz(3)', (column) => column.notNull().defaultTo(now))
    .addColumn('started_at', 'timestamptz(3)')
    .addColumn('finished_at', 'timestamptz(3)')
    .addColumn('outcome', 'varchar(15)')
    .addColumn('reason', 'varchar(30)')
    .addColumn('detail', 'varchar(500)')
    .addColumn('http_status', 'smallint')
    .addColumn('bytes', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('found', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('added', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('updated', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('duplicates', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex('news_fetches_of_source').on('news_fetches').columns(['source_id', 'queued_at', 'id']).execute();
  await db.schema
    .createTable('news_hosts')
    .addColumn('host', 'varchar(260)', (column) => column.primaryKey())
    .addColumn('next_request_at', 'timestamptz(3)', (column) => column.notNull())
    .addColumn('robots', 'text')
    .addColumn('robots_status', 'smallint')
    .addColumn('robots_read_at', 'timestamptz(3)')
    .execute();
}

/** Title and summary in the words of their language. Both Spanish and English drop accents of stems, so that `cancer` finds `cáncer`. */
const searchVector = sql`tsvector generated always as (
  setweight(to_tsvector(case language when 'es' then 'spanish'::regconfig when 'en' then 'english'::regconfig else 'simple'::regconfig end, title), 'A') ||
  setweight(to_tsvector(case language when 'es' then 'spanish'::regconfig when 'en' then 'english'::regconfig else 'simple'::regconfig end, summary), 'B')
) stored`;

async function articles(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('news_articles')
    .addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('source_id', 'uuid', (column) => column.notNull().references('news_sources.id').onDelete('cascade'))
    .addColumn('url', 'varchar(2000)', (column) => column.notNull().unique())
    .addColumn('title', 'varchar(300)', (column) => column.notNull())
    .addColumn('summary', 'varchar(500)', (column) => column.notNull())
    .addColumn('author', 'varchar(200)')
    .addColumn('published_at', 'timestamptz(3)', (column) => column.notNull())
    .addColumn('is_date_known', 'boolean', (column) => column.notNull())
    .addColumn('found_at', 'timestamptz(3)', (column) => column.notNull().defaultTo(now))
    .addColumn('declared_language', 'varchar(35)')
    .addColumn('content_hash', 'bytea', (column) => column.notNull())
    .addColumn('simhash', 'bigint')
    .addColumn('duplicate_of', 'bigint', (column) => column.references('news_articles.id').onDelete('set null'))
    .addColumn('analysis_version', 'varchar(64)')
    .addColumn('analyzed_at', 'timestamptz(3)')
    .addColumn('language', 'varchar(8)')
    .addColumn('relevance', 'real')
    .addColumn('is_relevant', 'boolean')
    .addColumn('sentiment', 'varchar(8)')
    .addColumn('sentiment_score', 'real')
    .addColumn('sentiment_confidence', 'real')
    .addColumn('country', sql`char(2)`)
    .addColumn('topics', sql`text[]`)
    .addColumn('keywords', sql`text[]`)
    .addColumn('analysis', 'jsonb')
    .addColumn('search', searchVector)
    .execute();
  // The queue of the analysis.
  await sql`create index news_articles_waiting on news_articles (id) where analysis_version is null`.execute(db);
  await db.schema.createIndex('news_articles_published').on('news_articles').columns(['published_at', 'id']).execute();
  await db.schema.createIndex('news_articles_of_source').on('news_articles').columns(['source_id', 'published_at', 'id']).execute();
  await db.schema.createIndex('news_articles_content').on('news_articles').column('content_hash').execute();
  await db.schema.createIndex('news_articles_originals').on('news_articles').column('duplicate_of').execute();
  await db.schema.createIndex('news_articles_search').on('news_articles').using('gin').column('search').execute();
  await db.schema.createIndex('news_articles_topics').on('news_articles').using('gin').column('topics').execute();
}

export async function up(db: Kysely<unknown>): Promise<void> {
  await sources(db);
  await fetches(db);
  await articles(db);
}
