import { to } from '../state/address';

interface TabsProps { label: string; path: string; tabs: readonly (readonly [name: string, title: string, ...unknown[]])[]; current: string }

/** Tabs whose choice stands in the address, as `tab`; the first is there when nothing is. */
export const Tabs = ({ label, path, tabs, current }: TabsProps) => (
  <nav class="tabs" aria-label={label}>
    {tabs.map(([name, title], at) => <a key={name} href={to(path, { tab: at === 0 ? null : name })} aria-current={name === current ? 'page' : undefined}>{title}</a>)}
  </nav>
);
