import type { ReactNode } from 'react';

/** An explanation that needs no action at once. */
export const Notice = ({ children }: { readonly children: ReactNode }) => (
  <p className="notice" role="status">
    {children}
  </p>
);

/** A failure, announced by screen readers at once. */
export const ErrorNotice = ({ children }: { readonly children: ReactNode }) => (
  <p className="notice error" role="alert">
    {children}
  </p>
);
