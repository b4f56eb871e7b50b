import { Icon } from '../parts/icons';
import { to } from '../state/address';
import { views, type View } from '../views/all';

export function Rail({ current, close }: { current: View | undefined; close: () => void }) {
  return (
    <>
      <nav class="rail" aria-label="Views">
        <a class="brand" href={to('/overview')}><svg width="20" height="20" viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16" rx="4" /><path d="M4 5h8M4 8h5M4 11h7" /></svg>Serverless</a>
        <ul>
          {views.map(view => (
            <li key={view.name} data-view={view.name}>
              <a href={to(view.path)} aria-current={view === current ? 'page' : undefined} title={view.key && `${view.title} (g ${view.key})`} onClick={close}><Icon name={view.icon} />{view.title}</a>
            </li>
          ))}
        </ul>
      </nav>
      <button type="button" class="veil" aria-label="Close the list of views" onClick={close} />
    </>
  );
}
