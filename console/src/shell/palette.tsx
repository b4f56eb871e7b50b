// Finds a view, a project, an app, a run or a trace by a few letters or by its id.

import { useRef, useState } from 'preact/hooks';
import { get } from '../api/client';
import { Dialog } from '../parts/dialog';
import { sayFailure } from '../parts/toast';
import { change, open, path, pathOf, to } from '../state/address';
import { useResource } from '../state/resource';
import { session, switchTo } from '../state/session';
import { views } from '../views/all';
import { useDescription } from '../views/docs/docs';
import { termOf } from '../views/logs/terms';

interface Find { kind: string; title: string; go: () => void }

const runId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function Palette({ close }: { close: () => void }) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const apps = useResource(session.value ? 'apps' : null, signal => get('/v1/apps', { query: { limit: 100 }, signal }), { once: true });

  const text = typed.trim();
  const { operations } = useDescription(text.length > 1);
  const has = (title: string) => title.toLowerCase().includes(text.toLowerCase());
  const finds: Find[] = [
    ...(runId.test(text) ? [{ kind: 'run', title: text, go: () => open(to(pathOf('runs', text))) }] : []),
    ...views.filter(view => has(view.title)).map(view => ({ kind: 'view', title: view.title, go: () => open(to(view.path)) })),
    ...(session.value?.organizations ?? []).filter(one => one.id !== session.value!.organization.id && has(one.name)).map(one => ({ kind: 'organization', title: one.name, go: () => void switchTo(one.id).catch(sayFailure) })),
    ...(session.value?.projects ?? []).filter(project => has(project.name)).map(project => ({ kind: 'project', title: project.name, go: () => path.value === '/' ? open(to('/overview', { project: project.id })) : change({ project: project.id }) })),
    ...(apps.data?.data ?? []).filter(app => has(app.name) || has(app.appId)).map(app => ({ kind: 'app', title: app.name, go: () => open(to(pathOf('apps', app.appId))) })),
    ...(text.length > 1 ? operations ?? [] : []).filter(one => has(one.summary) || has(`${one.method} ${one.path}`)).slice(0, 8).map(one => ({ kind: 'operation', title: one.summary, go: () => open(to(pathOf('docs', one.id))) })),
    ...(text && !text.includes(' ') && !runId.test(text) ? [
      { kind: 'trace', title: text, go: () => open(to('/traces', { trace: text })) },
      { kind: 'logs of trace', title: text, go: () => open(to('/logs', { query: termOf('trace_id', text) })) },
    ] : []),
    ...(text && !runId.test(text) ? [{ kind: 'logs with', title: text, go: () => open(to('/logs', { query: text })) }] : []),
  ].slice(0, 40);

  const choose = (find: Find | undefined) => {
    if (!find) return;
    close();
    find.go();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step) {
      event.preventDefault();
      const next = (at + step + finds.length) % Math.max(1, finds.length);
      setAt(next);
      list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(finds[at]);
    }
  };

  return (
    <Dialog title="Find" close={close} class="palette">
      <input
        autofocus
        role="combobox"
        aria-expanded="true"
        aria-controls="finds"
        aria-activedescendant={finds.length ? `find-${at}` : undefined}
        aria-label="What to find"
        placeholder="View, project, app, run id, trace id, words in logs"
        value={typed}
        spellcheck={false}
        onInput={event => { setTyped(event.currentTarget.value); setAt(0); }}
        onKeyDown={onKeyDown}
      />
      <ul id="finds" role="listbox" aria-label="What was found" ref={list}>
        {finds.map((find, index) => (
          <li key={`${find.kind} ${find.title}`} id={`find-${index}`} role="option" aria-selected={index === at} onClick={() => choose(find)}>
            <span>{find.title}</span><span class="quiet">{find.kind}</span>
          </li>
        ))}
      </ul>
      {finds.length === 0 && <p class="quiet">Nothing is called so.</p>}
    </Dialog>
  );
}
