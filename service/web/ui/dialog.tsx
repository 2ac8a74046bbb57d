import { type ReactNode, useEffect, useId, useRef } from 'react';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** The Escape key does not close it: its content is shown only once. */
  readonly keepOpen?: boolean;
  readonly children: ReactNode;
}

/** A modal dialog, open as long as it is rendered. The focus returns to the element that opened it. */
export function Dialog({ title, onClose, keepOpen = false, children }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const opener = useRef<Element>(null);
  useEffect(() => {
    if (dialog.current?.open === false) {
      opener.current = document.activeElement;
      dialog.current.showModal();
    }
    return () => {
      const target = opener.current?.isConnected ? opener.current : document.getElementById('main');
      if (target instanceof HTMLElement) target.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (!keepOpen) onClose();
      }}
      onClose={onClose}
    >
      <div className="stack">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
