import { type ReactNode, useEffect, useRef } from 'react';

interface AreaProps<N extends string> {
  readonly label: string;
  /** Titles of the sections that the visitor may see, in order. */
  readonly sections: readonly (readonly [name: N, title: string])[];
  /** Undefined: no section that the visitor may see. */
  readonly current: N | undefined;
  readonly hrefOf: (name: N) => string;
  readonly children: ReactNode;
}

/** Moves the focus to the content when another section is opened, as a new page would. */
function useFocusOnChange(section: string | undefined) {
  const shown = useRef(section);
  useEffect(() => {
    if (shown.current !== section) document.getElementById('main')?.focus();
    shown.current = section;
  }, [section]);
}

/** A part of the page with sections: their navigation and the current one. */
export function Area<N extends string>({ label, sections, current, hrefOf, children }: AreaProps<N>) {
  useFocusOnChange(current);
  return (
    <div className="area">
      <nav aria-label={label} className="area-navigation">
        {sections.map(([name, title]) => (
          <a key={name} href={hrefOf(name)} aria-current={name === current ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <div className="stack area-section">{children}</div>
    </div>
  );
}
