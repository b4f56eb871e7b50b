// The page: a sign-in, or the rail, the bar and the view that the address names.

import { useEffect, useState } from 'preact/hooks';
import { sent } from './api/client';
import { Failure } from './parts/failure';
import { Toasts } from './parts/toast';
import { open, path, segments, to } from './state/address';
import { lookAgain } from './state/clock';
import { useKeys } from './state/keyboard';
import { isExpired, recall, session, sessionFailure } from './state/session';
import { Bar } from './shell/bar';
import { KeyList } from './shell/keyList';
import { Palette } from './shell/palette';
import { Rail } from './shell/rail';
import { SignIn, SignInAgain } from './shell/signIn';
import { viewAt, views, type View } from './views/all';

export function App() {
  if (sessionFailure.value && session.value === undefined) return <main class="alone"><Failure failure={sessionFailure.value} retry={() => void recall()} /></main>;
  if (session.value === undefined) return <main class="alone" aria-busy="true" />;
  const view = viewAt(segments.value[0] ?? '');
  if (!session.value && !view?.isOpen) return <SignIn />;
  return <Frame view={view} />;
}

function Frame({ view }: { view: View | undefined }) {
  const [panel, setPanel] = useState<'palette' | 'keys' | 'rail' | null>(null);

  useEffect(() => {
    if (path.value === '/') open(to('/overview'), { replace: true });
  }, [path.value]);

  useEffect(() => {
    sent.value = [];
    document.title = `${view?.title ?? 'Not found'} · Serverless`;
  }, [view]);

  useKeys([
    { keys: '?', does: 'Lists the keys', run: () => setPanel('keys') },
    { keys: 'ctrl+k', does: 'Finds a view, a run, a trace', run: () => setPanel('palette'), whileTyping: true },
    { keys: 'r', does: 'Looks again', run: lookAgain },
    ...views.filter(one => one.key).map(one => ({ keys: `g ${one.key}`, does: `Goes to ${one.title}`, run: () => open(to(one.path)) })),
  ]);

  return (
    <div class="frame" data-rail={panel === 'rail' ? 'open' : undefined}>
      <a class="skip" href="#view" onClick={event => { event.preventDefault(); document.getElementById('view')?.focus(); }}>To the view</a>
      <Rail current={view} close={() => setPanel(null)} />
      <Bar view={view} openRail={() => setPanel('rail')} openPalette={() => setPanel('palette')} />
      <main id="view" tabIndex={-1} class="view">
        {/* What was shown and chosen is of one organization: another one begins anew, and no view has to think of it. */}
        {view ? <view.Component key={`${session.value?.organization.id} ${view.path}`} /> : path.value === '/' ? null : <NotFound />}
      </main>
      {panel === 'palette' && <Palette close={() => setPanel(null)} />}
      {panel === 'keys' && <KeyList close={() => setPanel(null)} />}
      {isExpired.value && <SignInAgain />}
      <Toasts />
    </div>
  );
}

const NotFound = () => (
  <section class="empty">
    <h1>There is no such view</h1>
    <p><a href={to('/overview')}>To the overview</a></p>
  </section>
);
