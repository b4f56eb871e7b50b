import { useEffect, useRef } from 'preact/hooks';
import { to } from '../state/address';

interface TabsProps { label: string; path: string; tabs: readonly (readonly [name: string, title: string, ...unknown[]])[]; current: string }

/** Tabs whose choice stands in the address, as `tab`; the first is there when nothing is. The one that is open comes into sight. */
export function Tabs({ label, path, tabs, current }: TabsProps) {
  const all = useRef<HTMLElement>(null);
  useEffect(() => {
    const tab = all.current!.querySelector('[aria-current]');
    if (tab) all.current!.scrollLeft += Math.max(0, tab.getBoundingClientRect().right - all.current!.getBoundingClientRect().right);
  }, [current]);
  return (
    <nav ref={all} class="tabs" aria-label={label}>
      {tabs.map(([name, title], at) => <a key={name} href={to(path, { tab: at === 0 ? null : name })} aria-current={name === current ? 'page' : undefined}>{title}</a>)}
    </nav>
  );
}
