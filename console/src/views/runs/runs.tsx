// Runs: their list, and the page of one.

import { segments } from '../../state/address';
import { RunList } from './runList';
import { RunPage } from './runPage';

export function Runs() {
  const id = segments.value[1];
  return id ? <RunPage key={id} id={id} /> : <RunList />;
}
