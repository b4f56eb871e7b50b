// What sessions, or users, come to. It is asked once and not each minute: it reads events, not figures.

import { get, type Answer } from '../../api/client';
import { Failure } from '../../parts/failure';
import { Cost, Empty, showNumber, Skeleton, Time } from '../../parts/pieces';
import { Rows, type Column } from '../../parts/rows';
import { open, to } from '../../state/address';
import { rangeKey, rangeQuery } from '../../state/range';
import { useResource } from '../../state/resource';
import { project } from '../../state/session';

type Row = Omit<Answer<'/v1/users'>['users'][number], 'userId'> & { userId?: string | null; sessionId?: string };

const sums: readonly Column<Row>[] = [
  { name: 'last', title: 'Last seen', width: '140px', cell: row => <Time at={row.lastSeen} /> },
  { name: 'traces', title: 'Traces', width: '60px', align: 'end', cell: row => showNumber(row.traces) },
  { name: 'requests', title: 'Requests', width: '72px', align: 'end', isWide: true, cell: row => showNumber(row.requests) },
  { name: 'errors', title: 'Failed', width: '56px', align: 'end', cell: row => <span class={row.errors ? 'bad' : 'quiet'}>{row.errors}</span> },
  { name: 'tokens', title: 'Tokens', width: '76px', align: 'end', isWide: true, cell: row => showNumber(row.inputTokens + row.outputTokens) },
  { name: 'cost', title: 'Cost', width: '80px', align: 'end', cell: row => <Cost value={row.cost} unpriced={row.unpricedRequests} /> },
  { name: 'models', title: 'Models', width: 'minmax(80px, 1fr)', isWide: true, cell: row => row.models.join(', ') },
];

const user: Column<Row> = { name: 'user', title: 'User', width: 'minmax(90px, 1fr)', cell: row => row.userId ?? '–' };
const session: Column<Row> = { name: 'session', title: 'Session', width: 'minmax(90px, 1fr)', cell: row => row.sessionId };

export function Accounts({ kind }: { kind: 'sessions' | 'users' }) {
  const projectId = project.value?.id;
  const answer = useResource(
    projectId ? `${kind} ${projectId} ${rangeKey.value}` : null,
    async signal => {
      const query = { projectId, ...rangeQuery.value, limit: 200 };
      if (kind === 'users') {
        const { users, total, completeSince } = await get('/v1/users', { query, signal });
        return { rows: users as readonly Row[], total, completeSince };
      }
      const { sessions, total, completeSince } = await get('/v1/sessions', { query, signal });
      return { rows: sessions as readonly Row[], total, completeSince };
    },
    { once: true });

  if (answer.failure) return <Failure failure={answer.failure} retry={answer.reload} />;
  if (!answer.data) return <Skeleton rows={10} />;
  const { rows, total, completeSince } = answer.data;
  if (rows.length === 0) return <Empty title={`No ${kind} in the range`}><p>Events that name a <code>{kind === 'users' ? 'user_id' : 'session_id'}</code> are summed up here.</p></Empty>;
  return (
    <Rows
      label={kind === 'users' ? 'Users, dearest first' : 'Sessions, newest first'}
      rows={rows}
      columns={kind === 'users' ? [user, ...sums] : [session, { ...user, isWide: true }, ...sums]}
      keyOf={row => (kind === 'users' ? row.userId : row.sessionId)!}
      open={row => open(to('/traces', kind === 'users' ? { userId: row.userId } : { sessionId: row.sessionId }))}
      footer={<>{rows.length < total ? `The first ${rows.length} of ${total}.` : `${total} in the range.`}{completeSince && <> Events before <Time at={completeSince} /> are not counted.</>}</>}
    />
  );
}
