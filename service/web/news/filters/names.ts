import { useMemo } from 'react';
import { useLanguage } from '../../language/provider.tsx';

/** The names of languages and countries in the language of the page; the code itself if it has no name. */
export function useCodeNames(): { readonly languageName: (code: string) => string; readonly countryName: (code: string) => string } {
  const { language } = useLanguage();
  return useMemo(() => {
    const [languages, regions] = (['language', 'region'] as const).map((type) => new Intl.DisplayNames(language, { type }));
    const nameOf = (names: Intl.DisplayNames | undefined) => (code: string) => {
      try {
        return names?.of(code) ?? code;
      } catch {
        // Not a code.
        return code;
      }
    };
    return { languageName: nameOf(languages), countryName: nameOf(regions) };
  }, [language]);
}
