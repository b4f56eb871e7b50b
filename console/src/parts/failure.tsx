// What failed, in words, with the id of the request and a way to try again.

import type { ComponentChildren } from 'preact';
import type { ApiFailure } from '../api/client';
import { to } from '../state/address';
import { Copy } from './copy';

interface FailureProps { failure: ApiFailure; retry?: () => void }

const titleOf = ({ status }: ApiFailure) =>
  status === 0 ? 'The server cannot be reached'
    : status === 429 ? 'Too many requests'
      : status === 503 ? 'Not available for the moment'
        : status === 403 ? 'Not allowed'
          : status === 404 ? 'Not found'
            : status >= 500 ? 'Something failed on the server'
              : 'The request was refused';

export function Failure({ failure, retry }: FailureProps) {
  return (
    <section class="failure" role="alert">
      <h2>{titleOf(failure)}</h2>
      <p>{failure.message}</p>
      {failure.details.length > 0 && <ul>{failure.details.slice(0, 20).map(detail => <li>{[detail.field ?? detail.name, detail.message].filter(Boolean).join(': ')}</li>)}</ul>}
      <p class="quiet">
        {failure.code && <span>{failure.code} · </span>}
        {failure.retryAfter && <span>try again in {failure.retryAfter} s · </span>}
        {failure.requestId && <span>request <code>{failure.requestId}</code> <Copy text={failure.requestId} label="Copy the request id" /></span>}
      </p>
      {retry && <button type="button" onClick={retry}>Try again</button>}
    </section>
  );
}

interface FailedPageProps extends FailureProps {
  /** What the page is of. */
  heading: ComponentChildren;
  /** The path of the list that it belongs to. */
  back: string;
}

/** The page of one thing that cannot be had: its heading and the way back stay. */
export const FailedPage = ({ heading, back, failure, retry }: FailedPageProps) => (
  <>
    <header class="toolbar"><a class="button" href={to(back)}>Back</a><h1>{heading}</h1></header>
    <Failure failure={failure} retry={retry} />
  </>
);
