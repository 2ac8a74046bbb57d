import type { ComponentType } from 'react';
import type { Permission } from '../../../contract/roles.ts';
import { SignedIn } from '../data/signed-in.tsx';
import { useMessages } from '../language/provider.tsx';
import { useSession } from '../session/provider.tsx';
import { Area } from '../ui/area.tsx';
import { Notice } from '../ui/notice.tsx';
import { Articles } from './articles/articles.tsx';
import { Exports } from './exports/exports.tsx';
import { newsAddress, useFilters } from './filters/use-filters.ts';
import { newsMessages } from './messages.ts';
import './news.css';
import { Overview } from './overview/overview.tsx';
import { Sources } from './sources/sources.tsx';

/** The sections by their address, each with the permission that its calls require. */
const sections = {
  overview: { permission: 'Read', Section: Overview },
  articles: { permission: 'Read', Section: Articles },
  exports: { permission: 'Read', Section: Exports },
  sources: { permission: 'Admin', Section: Sources },
} as const satisfies Record<string, { permission: Permission; Section: ComponentType }>;
type SectionName = keyof typeof sections;
const names = Object.keys(sections).filter((name): name is SectionName => name in sections);

/** What the press says about the subject of this service. @param section the part of the address after `/news/` */
export function News({ section = 'overview' }: { readonly section: string | undefined }) {
  return (
    <SignedIn>
      <Sections current={section} />
    </SignedIn>
  );
}

function Sections({ current }: { readonly current: string }) {
  const t = useMessages(newsMessages);
  const { may } = useSession();
  const { query } = useFilters();
  const allowed = names.filter((name) => may(sections[name].permission));
  const name = allowed.find((each) => each === current);
  const Section = name && sections[name].Section;
  return (
    <Area
      label={t.navigation}
      sections={allowed.map((each) => [each, t[each]] as const)}
      current={name}
      // The filters stay from section to section; sources have none.
      hrefOf={(each) => newsAddress(each, query)}
    >
      <h1>{name ? t[name] : t.navigation}</h1>
      {Section ? <Section /> : <Notice>{t.unknown}</Notice>}
    </Area>
  );
}
