import type { UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useMessages } from '../language/provider.tsx';
import { Failure } from './failure.tsx';
import { dataMessages } from './messages.ts';

interface LoadedProps<T> {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}

/** What a query has read; before that, that it is loading or has failed. */
export function Loaded<T>({ query: { data, error, refetch }, children }: LoadedProps<T>) {
  const t = useMessages(dataMessages);
  return (
    <>
      <Failure error={error} retry={() => void refetch()} />
      {data !== undefined ? children(data) : error === null && <Loading text={t.loading} />}
    </>
  );
}

interface ListProps<T> {
  readonly query: UseInfiniteQueryResult<readonly T[]>;
  /** Shown instead of an empty list. */
  readonly empty: ReactNode;
  readonly children: (items: readonly T[]) => ReactNode;
}

/** The pages of a list that have been read, and a button for the next one. */
export function LoadedList<T>({ query, empty, children }: ListProps<T>) {
  const t = useMessages(dataMessages);
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  return (
    <>
      <Failure error={error} retry={() => void (data === undefined ? refetch() : fetchNextPage())} />
      {data === undefined && error === null && <Loading text={t.loading} />}
      {data !== undefined && (data.length === 0 ? <div className="empty">{empty}</div> : children(data))}
      {hasNextPage && (
        <div>
          <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? t.loading : t.more}
          </button>
        </div>
      )}
    </>
  );
}

const Loading = ({ text }: { readonly text: string }) => (
  <div className="loading">
    <p role="status" className="visually-hidden">
      {text}
    </p>
    <div className="loading-line" />
    <div className="loading-line" />
    <div className="loading-line" />
  </div>
);
