import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
import { useStored } from '../browser/use-stored.ts';
import { type PageLanguage, preferredLanguage, type Translations } from './translations.ts';

interface LanguageContext {
  readonly language: PageLanguage;
  readonly setLanguage: (language: PageLanguage) => void;
  /** Formats in the conventions of the language. */
  readonly format: {
    readonly number: (value: number) => string;
    /** US dollars. @param micros millionths of a dollar */
    readonly money: (micros: number) => string;
    /** A day and time. @param time ISO 8601 */
    readonly time: (time: string) => string;
    readonly day: (time: string) => string;
    /** A day in UTC. @param day as `2026-11-30` */
    readonly utcDay: (day: string) => string;
    readonly percent: (share: number) => string;
    /** With two decimals. */
    readonly decimal: (value: number) => string;
  };
}

const Context = createContext<LanguageContext | undefined>(undefined);

function formatsOf(language: PageLanguage): LanguageContext['format'] {
  const number = new Intl.NumberFormat(language);
  const dollars = (digits: number) =>
    new Intl.NumberFormat(language, { style: 'currency', currency: 'USD', minimumFractionDigits: digits, maximumFractionDigits: digits });
  const [cents, fractions] = [dollars(2), dollars(4)];
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const utcDay = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
  const percent = new Intl.NumberFormat(language, { style: 'percent' });
  const decimal = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return {
    number: (value) => number.format(value),
    money: (micros) => (micros === 0 || Math.abs(micros) >= 1_000_000 ? cents : fractions).format(micros / 1_000_000),
    time: (text) => time.format(new Date(text)),
    day: (text) => day.format(new Date(text)),
    utcDay: (text) => utcDay.format(new Date(text)),
    percent: (share) => percent.format(share),
    decimal: (value) => decimal.format(value),
  };
}

/** Provides the language of the page: the visitor's choice, else the browser's. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [stored, setLanguage] = useStored('leyenda.language', '');
  const language = preferredLanguage([stored, ...navigator.languages]);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo(() => ({ language, setLanguage, format: formatsOf(language) }), [language, setLanguage]);
  return <Context value={value}>{children}</Context>;
}

export function useLanguage(): LanguageContext {
  const value = useContext(Context);
  if (value === undefined) throw new Error('useLanguage outside of LanguageProvider');
  return value;
}

/** The texts in the language of the page. */
export const useMessages = <T extends Readonly<Record<string, string | ((...values: never[]) => string)>>>(all: Translations<T>): T =>
  all[useLanguage().language];
