import { useMemo, useState } from 'react';
import type * as z from 'zod';
import es from 'zod/v4/locales/es.js';
import { endpoints } from '../../../../contract/endpoints/index.ts';
import { audiences, styles } from '../../../models/model.ts';
import { client } from '../../api/client.ts';
import { ActionForm } from '../../data/action-form.tsx';
import { useChange } from '../../data/queries.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import type { PageLanguage } from '../../language/translations.ts';
import { Choice } from '../../ui/choice.tsx';
import { Select, TextField } from '../../ui/field.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { FileInput } from './file-input.tsx';
import { batchMessages } from './messages.ts';
import { Preview } from './preview.tsx';
import { type Content, fieldsOf, fieldsOfColumns, itemsOf, type Kind, problemsOf, readContent, validItems } from './read-file.ts';

const spanishErrors = es().localeError;
/** Undefined: the message of the schema. */
const typeErrors: Readonly<Record<PageLanguage, z.core.$ZodErrorMap>> = { en: () => undefined, es: spanishErrors };

interface Loaded {
  readonly name: string;
  readonly content: Content;
  /** The same for repeated attempts: the service accepts the batch once. */
  readonly idempotencyKey: string;
}

/** `crypto.randomUUID` exists on https and localhost only. */
const randomKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const isTooLarge = (items: readonly unknown[]) => new Blob([JSON.stringify({ items })]).size > endpoints.createBatch.maxBodyBytes;

/** Chooses a file, shows what it contains, and submits it. */
export function NewBatch() {
  const t = useMessages(batchMessages);
  const { format } = useLanguage();
  const [loaded, setLoaded] = useState<Loaded>();
  const [problem, setProblem] = useState<string>();

  async function onFile(file: File) {
    const text = await file.text().catch(() => undefined);
    const content = text === undefined ? undefined : readContent(file.name, text);
    setLoaded(undefined);
    if (content === undefined) return setProblem(t.unreadable);
    if ('problem' in content) {
      return setProblem(content.line === undefined ? t[content.problem] : t.invalidLine(format.number(content.line)));
    }
    setProblem(undefined);
    setLoaded({ name: file.name, content, idempotencyKey: randomKey() });
  }

  return (
    <section className="card">
      <h2>{t.newBatch}</h2>
      {problem !== undefined && <ErrorNotice>{problem}</ErrorNotice>}
      {loaded === undefined ? (
        <FileInput onFile={(file) => void onFile(file)} />
      ) : (
        <LoadedFile {...loaded} onReset={() => setLoaded(undefined)} />
      )}
    </section>
  );
}

function LoadedFile({ name, content, idempotencyKey, onReset }: Loaded & { readonly onReset: () => void }) {
  const t = useMessages(batchMessages);
  const { format, language } = useLanguage();
  const [kind, setKind] = useState<Kind>('generate');
  const [defaults, setDefaults] = useState({ style: 'casual', audience: 'general', client_id: 'console' });
  const [fields, setFields] = useState(() => (content.type === 'csv' ? fieldsOfColumns(content.header, kind) : []));
  const items = useMemo(
    () => itemsOf(content, { kind, fields, defaults: kind === 'generate' ? defaults : { client_id: defaults.client_id } }),
    [content, kind, fields, defaults],
  );
  const problems = useMemo(
    () => problemsOf(items, (issue) => (issue.input === undefined ? t.missing : typeErrors[language](issue))),
    [items, language, t],
  );
  const tooLarge = useMemo(() => isTooLarge(items), [items]);
  const submit = useChange(
    ['batches'],
    () => client.call('createBatch', { body: { items: validItems(items) }, idempotencyKey }),
    ({ id }) => {
      location.hash = `#/console/batches/${id}`;
    },
  );
  const isUsable = problems.length === 0 && !tooLarge;
  return (
    <>
      <div className="heading-row">
        <h3 className="file-name">{name}</h3>
        <button type="button" onClick={onReset}>
          {t.otherFile}
        </button>
      </div>
      <Choice
        label={t.kind}
        value={kind}
        options={{ generate: t.generate, query: t.query }}
        onChange={(next) => {
          setKind(next);
          if (content.type === 'csv') setFields(fieldsOfColumns(content.header, next));
        }}
      />
      {content.type === 'csv' && <ColumnFields header={content.header} kind={kind} fields={fields} onChange={setFields} />}
      <fieldset className="stack-small">
        <legend className="legend-title">{t.defaults}</legend>
        <div className="field-grid">
          {kind === 'generate' && (
            <>
              <Select<string>
                label={t.style}
                value={defaults.style}
                options={sameTexts(styles)}
                onChange={(style) => setDefaults({ ...defaults, style })}
              />
              <Select<string>
                label={t.audience}
                value={defaults.audience}
                options={sameTexts(audiences)}
                onChange={(audience) => setDefaults({ ...defaults, audience })}
              />
            </>
          )}
          <TextField
            label={t.clientId}
            value={defaults.client_id}
            maxLength={100}
            onChange={({ target }) => setDefaults({ ...defaults, client_id: target.value })}
          />
        </div>
      </fieldset>
      <Preview items={items} problems={problems} />
      {tooLarge && <ErrorNotice>{t.tooLarge}</ErrorNotice>}
      {isUsable && <ActionForm action={submit} onSubmit={() => submit.mutate(undefined)} submit={t.submit(format.number(items.length))} />}
    </>
  );
}

/** Values of the API, shown as they are. */
const sameTexts = (values: readonly string[]) => Object.fromEntries(values.map((value) => [value, value]));

interface ColumnFieldsProps {
  readonly header: readonly string[];
  readonly kind: Kind;
  readonly fields: readonly string[];
  readonly onChange: (fields: string[]) => void;
}

/** The field of each column. */
function ColumnFields({ header, kind, fields, onChange }: ColumnFieldsProps) {
  const t = useMessages(batchMessages);
  const options = Object.fromEntries([['', t.leftOut], ...fieldsOf(kind).map((field) => [field, field] as const)]);
  const columns = header.map((title, index) => ({ title: title || String(index + 1), index }));
  return (
    <fieldset className="stack-small">
      <legend className="legend-title">{t.columns}</legend>
      <p className="hint">{t.columnsHint}</p>
      <div className="field-grid">
        {columns.map(({ title, index }) => (
          <Select<string>
            key={index}
            label={title}
            value={fields[index] ?? ''}
            options={options}
            onChange={(field) => onChange(fields.map((each, column) => (column === index ? field : each === field ? '' : each)))}
          />
        ))}
      </div>
    </fieldset>
  );
}
