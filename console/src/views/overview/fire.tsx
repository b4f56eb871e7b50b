// What is on fire: alerts that fire, endpoints that fail, the latest errors of logs and of language models, and the latest runs that failed.

import type { ComponentChildren } from 'preact';
import type { Answer } from '../../api/client';
import { Failure } from '../../parts/failure';
import { State, Time } from '../../parts/pieces';
import { pathOf, to } from '../../state/address';
import type { Resource } from '../../state/resource';
import { AlertState, inWords } from '../alerts/alert';
import { EndpointState } from '../webhooks/endpoint';

/** What a list needs to know of what it shows; `isNone` says that there is nothing to be asked for. */
export type Shown<T> = Pick<Resource<T>, 'data' | 'failure' | 'reload'> & { readonly isNone?: boolean };

interface ListProps<T> { title: string; href: string; none: string; resource: Shown<unknown>; rows: readonly T[]; row: (row: T) => ComponentChildren }

function List<T>({ title, href, none, resource, rows, row }: ListProps<T>) {
  return (
    <section class="fire">
      <h2><a href={href}>{title}</a></h2>
      {resource.isNone ? <p class="quiet">{none}</p>
        : resource.failure && !resource.data ? <Failure failure={resource.failure} retry={resource.reload} />
        : rows.length > 0 ? <ul>{rows.map(row)}</ul>
          : <p class="quiet">{resource.data ? none : ' '}</p>}
    </section>
  );
}

interface FireProps {
  alerts: Shown<Answer<'/v1/alerts'>>;
  endpoints: Shown<Answer<'/v1/webhooks/endpoints'>>;
  logs: Shown<Answer<'/v1/logs'>>;
  project: Shown<Answer<'/v1/projects/{id}/overview'>>;
  runs: Shown<Answer<'/v1/runs'>>;
}

export const Fire = ({ alerts, endpoints, logs, project, runs }: FireProps) => (
  <div class="fires">
    <List title="Alerts that fire" href={to('/alerts')} none="No alert fires." resource={alerts} rows={(alerts.data?.data ?? []).filter(alert => alert.active && (alert.state === 'firing' || alert.lastError !== null))} row={alert => (
      <li key={alert.alertId}><Time at={alert.since} ago /><AlertState alert={alert} /><a href={to(pathOf('alerts', alert.alertId))}><bdi>{alert.name}</bdi> <span class="quiet">{alert.lastError ?? inWords(alert)}</span></a></li>
    )} />
    <List title="Endpoints that fail" href={to('/webhooks')} none="No endpoint fails." resource={endpoints} rows={(endpoints.data?.data ?? []).filter(endpoint => endpoint.failingSince !== null || endpoint.switchedOffReason !== null)} row={endpoint => (
      <li key={endpoint.endpointId}><Time at={endpoint.failingSince} ago /><EndpointState endpoint={endpoint} /><a href={to(pathOf('webhooks', endpoint.endpointId))}><bdi>{endpoint.description ?? endpoint.url}</bdi> <span class="quiet">{endpoint.switchedOffReason}</span></a></li>
    )} />
    <List title="Errors in logs" href={to('/logs', { query: 'level:>=error' })} none="No error in this range." resource={logs} rows={logs.data?.logs ?? []} row={entry => (
      <li key={entry.id}><Time at={entry.timestamp} ago /><State name={entry.level} /><a href={to('/logs', { query: 'level:>=error', entry: entry.id })}>{entry.message || 'error'}</a></li>
    )} />
    <List title="Requests that failed" href={to('/traces', { status: 'error' })} none="No request failed in this range." resource={project} rows={(project.data?.recentErrors ?? []).slice(0, 5)} row={error => (
      <li key={error.event_id}><Time at={error.timestamp} ago /><State name={error.status} /><a href={to('/traces', { status: error.status, model: error.model })}>{error.model} <span class="quiet">{error.error_code}</span></a></li>
    )} />
    <List title="Failed runs" href={to('/runs', { status: 'failed' })} none="No run failed in this range." resource={runs} rows={runs.data?.data ?? []} row={one => (
      <li key={one.runId}><Time at={one.completedAt ?? one.createdAt} ago /><State name={one.status} /><a href={to(pathOf('runs', one.runId))}>{one.workflowId} <span class="quiet">{one.errorMessage}</span></a></li>
    )} />
  </div>
);
