import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../../service/database/tables.ts';

const sources = 150;
export const madeDays = 720;
/** Articles per statement, so that none runs for minutes. */
const atOnce = 20_000;
const sentences = 4000;

/** Frequent words of the subject first: the choice is skewed towards the start, and made-up words follow. */
const words = {
  es: 'de la el en cáncer mama mujeres cribado detección salud tratamiento pacientes estudio prevención mamografía diagnóstico investigación programa hospital riesgo temprana genética supervivencia quimioterapia médicos edad factores terapia nuevas años',
  en: 'the of in cancer breast women screening detection health treatment patients study prevention mammography diagnosis research programme hospital risk early genetics survival chemotherapy doctors age factors therapy new years',
} as const;
export const rareWord = 'trastuzumab';

/** Sentences of twelve words per language, in which few words are frequent and most are rare (Zipf). */
async function createSentences(db: Kysely<Tables>, language: keyof typeof words): Promise<void> {
  const known = sql.join(words[language].split(' ').map((word) => sql.lit(word)));
  await sql`
    insert into made_sentences (language, id, text)
    select ${sql.lit(language)}, id, initcap(string_agg(word, ' ')) || case when id % 400 = 0 then ${sql.lit(` ${rareWord}.`)} else '.' end
    from generate_series(0, ${sql.lit(sentences - 1)}) id
    cross join lateral generate_series(1, 12) place
    cross join lateral (select (case when place is null then 0 else power(random(), 4) * 3000 end)::integer as rank, id as same) chosen
    cross join lateral (select coalesce((array[${known}])[rank + 1], 'w' || to_hex(rank * 7919)) as word) picked
    group by id`.execute(db);
}

async function createSources(db: Kysely<Tables>): Promise<void> {
  await sql`
    insert into news_sources (name, url, kind, interval_minutes, is_active, compliance_score, compliance_reasons, language, country)
    select 'Source ' || id, 'https://site-' || id || '.example/feed', 'feed', 60, true, 90, '[]',
      case when id % 5 < 3 then 'es' else 'en' end, (array['ES','MX','AR','US','GB'])[1 + id % 5]
    from generate_series(1, ${sql.lit(sources)}) id`.execute(db);
  await sql`
    insert into news_fetches (source_id, cause, queued_at, started_at, finished_at, outcome, reason)
    select id, 'schedule', at, at, at, case when random() < 0.05 then 'failed' else 'succeeded' end, case when random() < 0.05 then 'timeout' end
    from news_sources cross join generate_series(now() - interval '30 days', now(), interval '6 hours') at`.execute(db);
  // A few sources publish most articles.
  await sql`create table made_sources as select row_number() over (order by name) - 1 as place, id, language, country from news_sources`.execute(
    db,
  );
}

/** Topics and keywords are skewed too, and an article has zero to three topics and five keywords. */
const insertArticles = (db: Kysely<Tables>, from: number, to: number) =>
  sql`
  insert into news_articles (source_id, url, title, summary, published_at, is_date_known, found_at, content_hash, analysis_version, analyzed_at,
    language, relevance, is_relevant, sentiment, sentiment_score, sentiment_confidence, country, topics, keywords, analysis, duplicate_of)
  select source.id, 'https://site.example/' || made.id, left(one.text, 120), two.text || ' ' || three.text || ' ' || four.text, at, r[1] < 0.9,
    at + r[2] * interval '3 hours', decode(md5(made.id::text), 'hex'), 'made', at + interval '4 hours', source.language, 0.3 + 0.7 * r[3],
    r[3] > 0.3, (array['negative', 'neutral', 'neutral', 'positive', 'positive'])[1 + floor(5 * r[4])::integer], r[4] * 2 - 1, r[5],
    case when r[6] < 0.8 then source.country when r[6] < 0.9 then (array['CO','CL','PE','FR','DE','IT'])[1 + floor(6 * r[7])::integer] end,
    (array['screening','treatment','diagnosis','prevention','research','genetics','support','policy','surgery','lifestyle','therapy'])
      [1 + floor(power(r[8], 2) * 9)::integer : floor(power(r[8], 2) * 9 + 3 * r[9])::integer],
    array(select 'keyword ' || floor(power(random(), 3) * 5000 + made.id * 0)::integer from generate_series(1, 5)), '{"matches": []}',
    case when r[10] < 0.08 and made.id > 1000 then (select min(id) from news_articles) end
  from generate_series(${sql.lit(from)}, ${sql.lit(to)}) made (id)
  cross join lateral (select array(select random() + made.id * 0 from generate_series(1, 10)) as r) chance
  cross join lateral (select date_trunc('milliseconds', now() - power(r[5], 1.3) * ${sql.lit(madeDays)} * interval '1 day') as at) time
  join made_sources source on source.place = floor(power(r[7], 2) * ${sql.lit(sources)})
  join made_sentences one on one.language = source.language and one.id = made.id * 7 % ${sql.lit(sentences)}
  join made_sentences two on two.language = source.language and two.id = made.id * 11 % ${sql.lit(sentences)}
  join made_sentences three on three.language = source.language and three.id = made.id * 13 % ${sql.lit(sentences)}
  join made_sentences four on four.language = source.language and four.id = made.id * 17 % ${sql.lit(sentences)}`.execute(db);

/** Runs work without triggers, and without the indexes that are no constraints of the table: creating them afterwards is faster. */
async function withoutIndexes(db: Kysely<Tables>, work: () => Promise<void>): Promise<void> {
  const { rows } = await sql<{ name: string; definition: string }>`
    select indexname as name, indexdef as definition from pg_indexes where tablename = 'news_articles'
      and indexname not in (select conname from pg_constraint where conrelid = 'news_articles'::regclass)`.execute(db);
  for (const { name } of rows) await sql`drop index ${sql.table(name)}`.execute(db);
  await sql`alter table news_articles disable trigger all`.execute(db);
  await work();
  await sql`alter table news_articles enable trigger all`.execute(db);
  for (const { definition } of rows) await sql.raw(definition).execute(db);
}

/** Fills an empty database with made articles; the same number gives similar data, not the same. */
export async function createMadeArticles(db: Kysely<Tables>, count: number): Promise<void> {
  await sql`create table made_sentences (language text, id integer, text text, primary key (language, id))`.execute(db);
  for (const language of ['es', 'en'] as const) await createSentences(db, language);
  await createSources(db);
  await sql`analyze made_sentences, made_sources`.execute(db);
  await withoutIndexes(db, async () => {
    const starts = Array.from({ length: Math.ceil(count / atOnce) }, (_, index) => 1 + index * atOnce);
    const insert = async (from: number | undefined) => {
      if (from !== undefined) await insertArticles(db, from, Math.min(from + atOnce - 1, count));
    };
    // Later articles are duplicates of the first one.
    await insert(starts.shift());
    const insertRest = async () => {
      while (starts.length > 0) await insert(starts.shift());
    };
    await Promise.all([insertRest(), insertRest()]);
  });
  // As the migration does: no trigger has recorded the weeks.
  await sql`insert into news_weekly_changes (week)
    select distinct date_trunc('week', published_at at time zone 'UTC')::date from news_articles`.execute(db);
  await sql`drop table made_sentences, made_sources`.execute(db);
  await sql`vacuum analyze`.execute(db);
}
