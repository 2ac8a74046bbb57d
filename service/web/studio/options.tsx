import { maxHashtags } from '../../models/model.ts';
import { useLanguage, useMessages } from '../language/provider.tsx';
import { pageLanguages } from '../language/translations.ts';
import { Choice } from '../ui/choice.tsx';
import { Select, TextArea, TextField } from '../ui/field.tsx';
import { studioMessages, valueNames } from './messages.ts';
import type { CaptionOptions } from './request.ts';

/** Languages offered by name, by BCP 47 tag; a connected model may write others too. */
const languageTags = ['en', 'es', 'pt', 'fr', 'it', 'de', 'ca', 'nl', 'pl', 'ja', 'ko', 'zh', 'ar', 'hi'] as const;

interface OptionsProps {
  readonly options: CaptionOptions;
  readonly onChange: (options: CaptionOptions) => void;
  /** Only the offline model writes: it writes the languages of the page. */
  readonly isOffline: boolean;
}

export function Options({ options, onChange, isOffline }: OptionsProps) {
  const t = useMessages(studioMessages);
  const names = useMessages(valueNames);
  const set = (change: Partial<CaptionOptions>) => onChange({ ...options, ...change });
  const { general, young, business, family, travel, food, fitness, short, medium, long, none, few, many } = names;
  return (
    <details className="options">
      <summary>{t.options}</summary>
      <div className="stack">
        <div className="pair">
          <Select
            label={t.audience}
            value={options.audience}
            options={{ general, young, business, family, travel, food, fitness }}
            onChange={(audience) => set({ audience })}
          />
          <LanguageSelect value={options.language} onChange={(language) => set({ language })} isOffline={isOffline} />
        </div>
        <Choice
          label={t.length}
          value={options.length}
          options={{ any: t.any, short, medium, long }}
          onChange={(length) => set({ length })}
        />
        <Choice label={t.emoji} value={options.emoji} options={{ any: t.any, none, few, many }} onChange={(emoji) => set({ emoji })} />
        <div className="field">
          <label htmlFor="hashtags">{t.hashtags(options.hashtags)}</label>
          <input
            id="hashtags"
            type="range"
            min={0}
            max={maxHashtags}
            value={options.hashtags}
            onChange={(event) => set({ hashtags: event.target.valueAsNumber })}
          />
        </div>
        <TextField
          label={t.callToAction}
          hint={t.callToActionHint}
          placeholder={t.callToActionPlaceholder}
          maxLength={200}
          value={options.callToAction}
          onChange={(event) => set({ callToAction: event.target.value })}
        />
        <TextArea
          label={t.brandVoice}
          hint={t.brandVoiceHint}
          placeholder={t.brandVoicePlaceholder}
          maxLength={500}
          rows={2}
          value={options.brandVoice}
          onChange={(event) => set({ brandVoice: event.target.value })}
        />
      </div>
    </details>
  );
}

interface LanguageSelectProps {
  readonly value: string;
  readonly onChange: (language: string) => void;
  readonly isOffline: boolean;
}

function LanguageSelect({ value, onChange, isOffline }: LanguageSelectProps) {
  const t = useMessages(studioMessages);
  const { language } = useLanguage();
  const displayName = new Intl.DisplayNames(language, { type: 'language' });
  const tags = isOffline ? Object.keys(pageLanguages) : languageTags;
  return (
    <Select
      label={t.language}
      value={tags.some((tag) => tag === value) ? value : ''}
      options={{ '': t.sameLanguage, ...Object.fromEntries(tags.map((tag) => [tag, displayName.of(tag) ?? tag])) }}
      onChange={onChange}
    />
  );
}
