import type { Pages } from '../state/pages';

/** The end of a table: the way to what it does not show yet. */
export const More = ({ pages, of }: { pages: Pick<Pages<unknown>, 'isWhole' | 'more' | 'failure'>; of: string }) => pages.isWhole ? null : (
  <p>
    <button type="button" onClick={pages.more}>More {of}</button>
    {pages.failure && <span class="bad"> {pages.failure.message}</span>}
  </p>
);
