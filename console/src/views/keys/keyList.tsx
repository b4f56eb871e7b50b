// The keys of the organization by their surface, with when each was used. A key's text is shown once, when it is made.

import { useState } from 'preact/hooks';
import { get, post, remove, type Answer } from '../../api/client';
import { Confirm } from '../../parts/dialog';
import { Failure } from '../../parts/failure';
import { More } from '../../parts/more';
import { Secret } from '../../parts/secret';
import { Skeleton } from '../../parts/pieces';
import { FormDialog, Select } from '../../parts/form';
import { say, sayFailure } from '../../parts/toast';
import { useKeys } from '../../state/keyboard';
import { pageOf, usePages } from '../../state/pages';
import { mayDefine } from '../../state/session';
import { KeyTable } from './keyTable';
import { NewKey } from './newKey';
import { graces, surfaces } from './surfaces';

export type Key = Answer<'/v1/organization/keys'>['data'][number];
type Panel = { kind: 'new' } | { kind: 'rotate' | 'revoke'; key: Key } | { kind: 'secret'; title: string; secret: string } | null;

export function KeyList() {
  const [panel, setPanel] = useState<Panel>(null);
  const keys = usePages<Key>('keys', async (cursor, signal) => pageOf(await get('/v1/organization/keys', { query: { limit: 200, cursor }, signal })), key => key.id);
  const close = () => setPanel(null);
  const show = (title: string, secret: string | null | undefined) => {
    setPanel(secret ? { kind: 'secret', title, secret } : null);
    keys.reload();
  };
  useKeys(mayDefine.value ? [{ keys: 'n', does: 'Makes a key', run: () => setPanel({ kind: 'new' }) }] : []);

  const revoke = async (key: Key) => {
    try {
      await remove('/v1/organization/keys/{key}', { path: { key: key.id } });
      say(`The key ${key.name} is revoked`);
      keys.reload();
    } catch (thrown) {
      sayFailure(thrown);
    }
  };

  if (keys.failure && keys.rows.length === 0) return <Failure failure={keys.failure} retry={keys.reload} />;
  if (keys.isLoading) return <Skeleton />;
  return (
    <>
      {mayDefine.value && <div class="toolbar"><button type="button" class="primary" onClick={() => setPanel({ kind: 'new' })}>New key</button></div>}
      <div class="sheets">
        {surfaces.map(surface => {
          const own = keys.rows.filter(key => key.prefix === surface.prefix);
          return (
            <section key={surface.prefix}>
              <h2>{surface.name} <span class="quiet">{surface.about}</span></h2>
              {own.length > 0 ? <KeyTable label={`Keys of ${surface.name}`} keys={own} rotate={key => setPanel({ kind: 'rotate', key })} revoke={key => setPanel({ kind: 'revoke', key })} />
                : <p class="quiet">There is no key yet.</p>}
            </section>
          );
        })}
        <More pages={keys} of="keys" />
      </div>
      {panel?.kind === 'new' && <NewKey close={close} done={(name, secret) => show(`The key ${name}`, secret)} />}
      {panel?.kind === 'rotate' && (
        <FormDialog title={`Rotate ${panel.key.name}`} action="Rotate" close={close} send={async field => {
          const { data } = await post('/v1/organization/keys/{key}/rotate', { graceSeconds: Number(field('grace')) }, { path: { key: panel.key.id } });
          show(`The key ${data.name}, anew`, data.key);
        }}>
          <p>A new key with the same rights takes its place.</p>
          <Select name="grace" title="The old one works on for" value={86_400} options={graces} />
        </FormDialog>
      )}
      {panel?.kind === 'revoke' && <Confirm title={`Revoke ${panel.key.name}?`} text="Whoever uses it is refused at once, and for good." action="Revoke" run={() => revoke(panel.key)} close={close} />}
      {panel?.kind === 'secret' && <Secret title={panel.title} secret={panel.secret} note="Only a hash of it is stored." close={close} />}
    </>
  );
}
