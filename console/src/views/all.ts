// The views, in the order of the rail.

import type { ComponentType } from 'preact';
import type { IconName } from '../parts/icons';
import { Overview } from './overview/overview';
import { Logs } from './logs/logs';
import { Traces } from './traces/traces';
import { Costs } from './costs/costs';
import { Performance } from './costs/performance';
import { Runs } from './runs/runs';
import { Apps } from './runs/apps';
import { Triggers } from './runs/triggers';
import { Webhooks } from './webhooks/webhooks';
import { Alerts } from './alerts/alerts';
import { Keys } from './keys/keys';
import { Operator } from './operator/operator';
import { Docs } from './docs/docs';

export interface View {
  /** The first segment of its path. */
  readonly name: string;
  readonly path: string;
  readonly title: string;
  readonly icon: IconName;
  /** The key after `g` that goes there. */
  readonly key?: string;
  readonly Component: ComponentType;
  /** Whether it is about a project. */
  readonly hasProject?: boolean;
  /** Whether it is about a range of time. */
  readonly hasRange?: boolean;
  /** Whether it opens without a session. */
  readonly isOpen?: boolean;
}

export const views: readonly View[] = [
  { name: 'overview', path: '/overview', title: 'Overview', icon: 'overview', key: 'o', Component: Overview, hasProject: true, hasRange: true },
  { name: 'logs', path: '/logs', title: 'Logs', icon: 'logs', key: 'l', Component: Logs, hasRange: true },
  { name: 'traces', path: '/traces', title: 'Traces', icon: 'traces', key: 't', Component: Traces, hasProject: true, hasRange: true },
  { name: 'costs', path: '/costs', title: 'Costs', icon: 'costs', key: 'c', Component: Costs, hasProject: true, hasRange: true },
  { name: 'performance', path: '/performance', title: 'Performance', icon: 'performance', key: 'p', Component: Performance, hasProject: true, hasRange: true },
  { name: 'runs', path: '/runs', title: 'Runs', icon: 'runs', key: 'r', Component: Runs, hasRange: true },
  { name: 'apps', path: '/apps', title: 'Apps', icon: 'plus', key: 'a', Component: Apps },
  { name: 'triggers', path: '/triggers', title: 'Triggers', icon: 'live', key: 'i', Component: Triggers },
  { name: 'webhooks', path: '/webhooks', title: 'Webhooks', icon: 'webhooks', key: 'w', Component: Webhooks },
  { name: 'alerts', path: '/alerts', title: 'Alerts', icon: 'alerts', key: 'e', Component: Alerts },
  { name: 'keys', path: '/keys', title: 'Keys', icon: 'keys', key: 'k', Component: Keys },
  { name: 'operator', path: '/operator', title: 'Operator', icon: 'operator', key: 'x', Component: Operator, isOpen: true },
  { name: 'docs', path: '/docs', title: 'API', icon: 'docs', key: 'd', Component: Docs, isOpen: true },
];

export const viewAt = (name: string) => views.find(view => view.name === name);
