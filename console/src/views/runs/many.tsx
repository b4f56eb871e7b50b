// Cancels, replays and deletes many runs: those that were picked, one by one, or all that match the filter, by one request. It is asked before, and said after how many.

import { useState } from 'preact/hooks';
import { get, now, post, remove, type ApiFailure } from '../../api/client';
import { Confirm } from '../../parts/dialog';
import { Menu } from '../../parts/menu';
import { say, sayFailure } from '../../parts/toast';
import { asFailure } from '../../state/resource';
import { mayDefine } from '../../state/session';
import { isOver, type ListedRun } from './runList';

interface Question { readonly title: string; readonly text: string; readonly action: string; readonly run: () => Promise<void> }

const atOnce = 4;
const mostPicked = 100;

const countOf = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'run' : 'runs'}`;

const replayed = 'Each is done once more from its beginning, with what it does to others.';
const cancelled = 'What they have done stays done; the rest is not done any more.';

interface PickedProps {
  runs: readonly ListedRun[];
  /** Told of those to which it was done. */
  done: (ids: ReadonlySet<string>, areGone: boolean) => void;
}

/** What can be done to the runs that were picked. */
export function Picked({ runs, done }: PickedProps) {
  const [question, ask] = useState<Question | null>(null);

  const each = async (some: readonly ListedRun[], act: (id: string) => Promise<unknown>, word: string, areGone: boolean) => {
    const waiting = [...some];
    const ids = new Set<string>();
    let refusal: ApiFailure | undefined;
    const work = async () => {
      for (let run = waiting.shift(); run; run = waiting.shift()) {
        try {
          await act(run.runId);
          ids.add(run.runId);
        } catch (thrown) {
          refusal = asFailure(thrown);
          // Whoever was told to wait, or has no answer, does not ask on.
          if (refusal.isTransient) waiting.length = 0;
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    if (ids.size) say(`${countOf(ids.size)} ${word}`);
    if (refusal) say(`${countOf(some.length - ids.size)} not ${word}: ${refusal.message}`, { isBad: true });
    done(ids, areGone);
  };
  const offer = (action: string, word: string, some: readonly ListedRun[], text: string, act: (id: string) => Promise<unknown>, areGone = false) => some.length > 0 && (
    <button
      type="button"
      class={areGone ? 'danger' : ''}
      disabled={some.length > mostPicked}
      title={some.length > mostPicked ? `At most ${mostPicked} are picked at once: take all that match instead` : undefined}
      onClick={() => ask({ title: `${action} ${countOf(some.length)}?`, text, action, run: () => each(some, act, word, areGone) })}
    >
      {action} {some.length}
    </button>
  );

  const over = runs.filter(run => isOver(run.status));
  return (
    <>
      {offer('Cancel', 'cancelled', runs.filter(run => !isOver(run.status)), cancelled, id => post('/v1/runs/{runId}/cancel', undefined, { path: { runId: id } }))}
      {offer('Replay', 'replayed', runs, replayed, id => post('/v1/runs/{runId}/replay', undefined, { path: { runId: id } }))}
      {mayDefine.value && offer('Delete', 'deleted', over, 'Their outputs and deliveries go with them. This cannot be taken back.', id => remove('/v1/runs/{runId}', { path: { runId: id } }), true)}
      {question && <Confirm {...question} close={() => ask(null)} />}
    </>
  );
}

/** What the API takes to find many by. */
export interface ManyFilter { readonly status: string; readonly appId: string; readonly since?: string; readonly until?: string }

interface AllThatMatchProps { filter: ManyFilter; source: string; done: () => void }

/** What can be done to all runs that match the filter. */
export function AllThatMatch({ filter, source, done }: AllThatMatchProps) {
  const [question, setQuestion] = useState<Question | null>(null);

  const ask = async (action: string, path: '/v1/runs/cancel' | '/v1/runs/replay', text: string, word: string) => {
    // What comes in after the question is not meant by the answer.
    const { status, ...rest } = { ...filter, until: filter.until ?? new Date(now()).toISOString() };
    const counted = await Promise.all((status || path === '/v1/runs/replay' ? [status] : ['queued', 'running']).map(one => get('/v1/runs', { query: { ...rest, status: one, limit: 1 } })));
    const total = counted.reduce((sum, { pagination }) => sum + pagination.total, 0);
    if (total === 0) {
      say('There are none');
      return;
    }
    const isMore = counted.some(({ pagination }) => pagination.totalIsExact === false);
    setQuestion({ title: `${action} ${countOf(total)}${isMore ? ' or more' : ''}?`, text: `All that match: ${[status, rest.appId].filter(Boolean).join(' of ') || 'whatever their state and app'}. ${text}`, action, run: () => send(path, { ...rest, status }, word) });
  };
  const send = async (path: '/v1/runs/cancel' | '/v1/runs/replay', { status, appId, since, until }: ManyFilter, word: string) => {
    let count = 0;
    try {
      for (let cursor: string | null | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
        const body = Object.fromEntries(Object.entries({ status, appId, since, until, cursor }).filter(([, value]) => value));
        const { data } = await post(path, body as never);
        count += data.count;
        cursor = data.nextCursor;
      }
    } catch (thrown) {
      sayFailure(thrown);
    }
    if (count) say(`${countOf(count)} ${count === 1 ? 'is' : 'are'} being ${word}`);
    done();
  };

  const whyNot = source ? 'Many are found by state, app and time: leave out what started them' : undefined;
  return (
    <>
      <Menu label="All that match" align="right">
        {close => (
          <>
            {!isOver(filter.status) && <button type="button" disabled={Boolean(whyNot)} title={whyNot} onClick={() => { close(); ask('Cancel', '/v1/runs/cancel', cancelled, 'cancelled').catch(sayFailure); }}>Cancel all that match…</button>}
            <button type="button" disabled={Boolean(whyNot)} title={whyNot} onClick={() => { close(); ask('Replay', '/v1/runs/replay', replayed, 'replayed').catch(sayFailure); }}>Replay all that match…</button>
            {whyNot && <p class="quiet">{whyNot}.</p>}
          </>
        )}
      </Menu>
      {question && <Confirm {...question} close={() => setQuestion(null)} />}
    </>
  );
}
