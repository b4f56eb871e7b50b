// How to send, where nothing is yet: ways to choose from, with the key filled in. Once something is copied, the view looks for what it brings.

import { useEffect, useState } from 'preact/hooks';
import { post } from '../api/client';
import { change, parameter, to } from '../state/address';
import { isSeen, lookAgain } from '../state/clock';
import { useResource } from '../state/resource';
import { demoUser, mayDefine, project, session } from '../state/session';
import { minute, second } from '../state/times';
import { Command, Skeleton } from './pieces';
import { keys, ways, type Subject } from './snippets';
import { sayFailure } from './toast';

const patience = 10 * minute;
const every = 2 * second;

/** Looks again every two seconds while somebody waits for a first record; tells whether it still does. */
export function useWaiting(isWanted: boolean) {
  const [isOver, setOver] = useState(false);
  const isWaiting = isWanted && !isOver;
  useEffect(() => {
    if (!isWaiting) return;
    const since = Date.now();
    const timer = window.setInterval(() => {
      if (Date.now() - since > patience) setOver(true);
      else if (isSeen.peek()) lookAgain();
    }, every);
    return () => window.clearInterval(timer);
  }, [isWaiting]);
  return isWaiting;
}

/** What sends the first record of a kind. */
export function HowToSend({ of }: { of: Subject }) {
  const demo = useResource('demo', demoUser, { once: true });
  const [made, setMade] = useState<Readonly<Record<string, string>>>({});
  const [isCopied, setCopied] = useState(false);
  const isWaiting = useWaiting(isCopied);
  const copied = () => setCopied(true);
  if (demo.isLoading) return <Skeleton rows={3} />;

  const { prefix, variable } = keys[of];
  const way = ways[of].find(one => one.name === parameter('send')) ?? ways[of][0];
  // A page of the web gets a key that opens nothing; those for events never do.
  const scope = way.isPublic && of === 'logs' ? 'ingest' : '';
  const own = made[scope];
  const file = !own && !way.isPublic && demo.data?.email === session.value!.user.email ? demo.data.file : undefined;
  const base = window.location.origin;
  const key = own ?? `${prefix}…`;
  const make = async () => {
    try {
      const { data } = await post('/v1/organization/keys', {
        prefix, name: way.isPublic ? 'Web page' : 'First requests', scopes: scope ? [scope] : [], project: of === 'traces' ? project.value!.id : null, requestsPerMinute: null, expiresAt: null,
      });
      setMade({ ...made, [scope]: data.key! });
    } catch (thrown) {
      sayFailure(thrown);
    }
  };

  return (
    <div class="how-to-send" onCopy={copied}>
      {ways[of].length > 1 && (
        <div class="states" role="group" aria-label="How to send">
          {ways[of].map(one => <button type="button" key={one.name} aria-pressed={one === way} onClick={() => change({ send: one.name }, { replace: true })}>{one.title}</button>)}
        </div>
      )}
      {way.of({ base, key, shell: file ? `set -a; . ${file.replace(/[^\w./-]/g, '\\$&')}; set +a` : `export BASE_URL=${base} ${variable}=${key}` }).map(({ title, text }) => (
        <div key={text}>{title && <h3>{title}</h3>}<Command text={text} copied={copied} /></div>
      ))}
      {way.note && <p class="quiet">{way.note}</p>}
      <p class="quiet">
        {file ? <>The keys stand in <code>{file}</code>; <a href={to('/keys')}>keys of your own</a> do as well.</>
          : own ? <>The key is filled in, and shown nowhere else: copy it now. It is one of the <a href={to('/keys')}>keys</a>.</>
            : !mayDefine.value ? <>Whoever may make <a href={to('/keys')}>keys</a> gives you one.</>
              : of === 'traces' && !project.value ? <>Make a <a href={to('/keys', { tab: 'projects' })}>project</a> first: its keys send its events.</>
                : <><button type="button" onClick={() => void make()}>Make a key</button> and it is filled in, or take one of <a href={to('/keys')}>yours</a>.</>}
      </p>
      {isWaiting && <p role="status">Waiting: the view fills as soon as it is there.</p>}
    </div>
  );
}
