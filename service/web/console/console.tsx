import { type ComponentType, useState } from 'react';
import type { Permission } from '../../../contract/roles.ts';
import { SignedIn } from '../data/signed-in.tsx';
import { useMessages } from '../language/provider.tsx';
import { useSession } from '../session/provider.tsx';
import { Area } from '../ui/area.tsx';
import { Notice } from '../ui/notice.tsx';
import { Audit } from './audit/audit.tsx';
import { Batches } from './batches/batches.tsx';
import { ShownKeyDialog } from './keys/key-dialogs.tsx';
import { Keys } from './keys/keys.tsx';
import { ShowKey, type ShownKey } from './keys/show-key.ts';
import { consoleMessages } from './messages.ts';
import { Overview } from './overview/overview.tsx';
import { Profile } from './profile/profile.tsx';
import { Usage } from './usage/usage.tsx';
import { Users } from './users/users.tsx';
import './console.css';

/** The sections by their address, each with the permission that its calls require. */
const sections = {
  overview: { permission: 'Read', Section: Overview },
  keys: { permission: 'Read', Section: Keys },
  usage: { permission: 'Read', Section: Usage },
  batches: { permission: 'Read', Section: Batches },
  users: { permission: 'Admin', Section: Users },
  audit: { permission: 'Admin', Section: Audit },
  profile: { permission: 'Read', Section: Profile },
} as const satisfies Record<string, { permission: Permission; Section: ComponentType }>;
type SectionName = keyof typeof sections;
const names = Object.keys(sections).filter((name): name is SectionName => name in sections);

/** Keys, usage, batches and accounts of the signed-in caller. @param section the part of the address after `/console/` */
export function Console({ section = 'overview' }: { readonly section: string | undefined }) {
  const [shown, setShown] = useState<ShownKey>();
  return (
    <ShowKey value={setShown}>
      <SignedIn>
        <Sections current={section} />
      </SignedIn>
      {shown && <ShownKeyDialog shown={shown} onClose={() => setShown(undefined)} />}
    </ShowKey>
  );
}

function Sections({ current }: { readonly current: string }) {
  const t = useMessages(consoleMessages);
  const { may } = useSession();
  const allowed = names.filter((name) => may(sections[name].permission));
  const name = allowed.find((each) => each === current);
  const Section = name && sections[name].Section;
  return (
    <Area
      label={t.navigation}
      sections={allowed.map((each) => [each, t[each]] as const)}
      current={name}
      hrefOf={(each) => `#/console/${each}`}
    >
      <h1>{name ? t[name] : t.navigation}</h1>
      {Section ? <Section /> : <Notice>{t.unknown}</Notice>}
    </Area>
  );
}
