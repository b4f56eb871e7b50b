// Alerts: all of them with how they stand, and the page of one.

import { segments } from '../../state/address';
import { AlertList } from './alertList';
import { AlertPage } from './alertPage';

export function Alerts() {
  const id = segments.value[1];
  return id ? <AlertPage key={id} id={id} /> : <AlertList />;
}
